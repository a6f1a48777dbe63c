/**
 * How fast collections are read, against Node's bare `JSON.parse` over the same bytes, and the memory
 * that reading takes.
 *
 *   node bench/import.ts [FOLDER] [--rounds 3]
 *
 * Without FOLDER: the data beside this project (`../shared/data`). Both sides read the files from disk;
 * the best of the rounds counts. Memory: the process's peak before the first `JSON.parse` round.
 */
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { recogniseFolder } from '../server/collections/recognise.ts';
import { collectionFiles, readers } from '../server/collections/registry.ts';
import type { FormatName, ReaderOptions, Sink, SourceFile } from '../server/collections/types.ts';

interface Set {
  name: string;
  format: FormatName;
  files: SourceFile[];
  options: ReaderOptions;
  bytes: number;
}

interface Counts {
  examples: number;
  skips: number;
}

const megabyte = 1e6;
const BLOCK = 16 * 1024 * 1024;

function peak(): number {
  return process.resourceUsage().maxRSS * 1024;
}

async function scan(set: Set): Promise<Counts> {
  const counts = { examples: 0, skips: 0 };
  const sink: Sink = {
    task() {},
    example() {
      counts.examples++;
    },
    skip() {
      counts.skips++;
    },
    progress() {},
  };
  const reader = readers.get(set.format)!;
  for (const file of set.files) await reader.scan(file, set.options, sink, new AbortController().signal);
  return counts;
}

/** The lines of a file, a block at a time: a string can't hold a file of any size. */
function parseLines(path: string): void {
  const handle = openSync(path, 'r');
  const block = Buffer.allocUnsafe(BLOCK);
  let held = 0;
  for (;;) {
    const read = readSync(handle, block, held, BLOCK - held, null);
    const end = held + read;
    const last = read === 0 ? end : block.lastIndexOf(0x0a, end - 1) + 1;
    for (const line of block.toString('utf8', 0, last).split('\n')) if (line) JSON.parse(line);
    if (read === 0) break;
    block.copyWithin(0, last, end);
    held = end - last;
  }
  closeSync(handle);
}

function bareParse(set: Set): void {
  for (const { root, path } of set.files) {
    if (path.endsWith('.json')) JSON.parse(readFileSync(join(root, path), 'utf8'));
    else parseLines(join(root, path));
  }
}

async function best(rounds: number, work: () => unknown): Promise<number> {
  let seconds = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await work();
    seconds = Math.min(seconds, (performance.now() - start) / 1000);
  }
  return seconds;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: 'string', default: '3' } },
  });
  const folder = resolve(positionals[0] ?? join(import.meta.dirname, '../../shared/data'));
  if (!existsSync(folder)) {
    console.log(`skipped: there is no ${folder}`);
    return;
  }
  const rounds = Number(values.rounds);
  const sets: Set[] = [];
  for (const { path, format, fields } of await recogniseFolder(folder)) {
    const options = { fields };
    const { files } = await collectionFiles(join(folder, path), readers.get(format)!, options);
    sets.push({
      name: path,
      format,
      files,
      options,
      bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    });
  }
  const start = peak();
  const results: { set: Set; counts: Counts; seconds: number }[] = [];
  for (const set of sets) {
    let counts: Counts = { examples: 0, skips: 0 };
    const seconds = await best(rounds, async () => {
      counts = await scan(set);
    });
    results.push({ set, counts, seconds });
  }
  const memory = peak();
  const columns = ['collection', 'format', 'MB', 'examples', 'skipped', 'MB/s', 'JSON.parse', 'ratio'];
  console.log(columns.map((name, at) => (at < 2 ? name.padEnd(22) : name.padStart(10))).join(' '));
  for (const { set, counts, seconds } of results) {
    const rate = set.bytes / megabyte / seconds;
    const json = set.files.length > 0 && set.files.every(({ path }) => /\.jsonl?$/.test(path));
    const bare = json ? set.bytes / megabyte / (await best(rounds, () => bareParse(set))) : undefined;
    const cells = [
      (set.bytes / megabyte).toFixed(1),
      counts.examples.toLocaleString('en'),
      counts.skips.toLocaleString('en'),
      rate.toFixed(0),
      bare?.toFixed(0) ?? '',
      bare ? (rate / bare).toFixed(2) : '',
    ];
    console.log(
      [set.name.padEnd(22), set.format.padEnd(22), ...cells.map((cell) => cell.padStart(10))].join(' '),
    );
  }
  const bytes = sets.reduce((sum, set) => sum + set.bytes, 0);
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  console.log(
    `all: ${(bytes / megabyte).toFixed(1)} MB in ${seconds.toFixed(2)} s; peak memory ${(memory / megabyte).toFixed(0)} MB (${(start / megabyte).toFixed(0)} MB before the first file)`,
  );
}

await main();
