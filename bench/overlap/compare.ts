/**
 * Our scan against lm-evaluation-harness's janitor and datatrove's n-gram filter: the same records, 13-grams of
 * lower-cased words without punctuation, one thread, processor time from file to answer. Of the folder (as
 * `generate.ts` writes it) the records in plain ASCII are taken: beyond it the tools' rules differ. Their
 * Python environment is made under `.cache/compare` the first time.
 *
 *   node bench/overlap/compare.ts FOLDER [--rounds 5]
 */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { buildKernel } from '../../scripts/build-kernel.mjs';
import { Pairing } from '../../server/overlap/figures.ts';
import { type EvalIndex, headerOf, sizeOf } from '../../server/overlap/index/eval-index.ts';
import { indexFolder } from '../../server/overlap/jsonl-index.ts';
import { HEADER } from '../../server/overlap/kernel/layout.ts';
import { Scanner } from '../../server/overlap/scanner.ts';

const N = 13;
const LM_EVAL = 'lm-eval==0.4.13';
const VENV = resolve(import.meta.dirname, '../../.cache/compare');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' } },
});
const given = positionals[0];
if (!given) throw new Error('usage: node bench/overlap/compare.ts FOLDER [--rounds N]');

/** The Python of an environment with both tools. */
function environment(): string {
  const python = join(VENV, 'bin/python');
  const ready = join(VENV, 'ready');
  if (existsSync(ready)) return python;
  const pip = (...args: string[]) =>
    execFileSync(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...args], {
      stdio: 'inherit',
    });
  execFileSync('python3', ['-m', 'venv', '--clear', VENV], { stdio: 'inherit' });
  pip('-r', join(import.meta.dirname, 'compare-requirements.txt'));
  pip('--no-deps', LM_EVAL);
  writeFileSync(ready, '');
  return python;
}

const said = z.object({
  indexing: z.number(),
  scanning: z.number(),
  records: z.int(),
  examples: z.array(z.string()).optional(),
});

function tool(python: string, name: string, folder: string): z.infer<typeof said> {
  const script = join(import.meta.dirname, 'compare.py');
  const answer = execFileSync(python, [script, name, folder, String(N)], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    // The janitor complains that its C++ module, which pip doesn't bring, is missing.
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return said.parse(JSON.parse(answer.trim().split('\n').at(-1)!));
}

function cpu(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** The records of both sides that are ASCII, escapes included; gives the train side's files. */
function plainCopy(folder: string): string[] {
  for (const side of ['train', 'eval']) {
    mkdirSync(join(folder, side));
    for (const name of readdirSync(join(given!, side))) {
      const lines = readFileSync(join(given!, side, name), 'utf8').split('\n');
      const plain = lines.filter((line) => line !== '' && /^[\x20-\x7e]*$/.test(line) && !/\\u/.test(line));
      if (plain.length > 0) writeFileSync(join(folder, side, name), `${plain.join('\n')}\n`);
    }
  }
  return readdirSync(join(folder, 'train')).map((name) => join(folder, 'train', name));
}

/** Train records that hold a gram, and the eval examples that share one with any of them. */
function found(index: EvalIndex, paths: readonly string[]): { records: number; examples: Set<string> } {
  const scanner = new Scanner(index.memory, N);
  const firstShort = headerOf(index.memory)[HEADER.firstShort]!;
  const pairing = new Pairing(index);
  const examples = new Set<string>();
  let records = 0;
  for (const path of paths) {
    const holding = new Set<number>();
    scanner.scanLines(
      readFileSync(path),
      (record, entry) => {
        if (entry < firstShort) holding.add(record);
      },
      (offset, reason) => {
        throw new Error(`${path}, byte ${offset}: ${reason}`);
      },
    );
    records += holding.size;
    const { matches } = scanner.scanFile(path, 0, Number.MAX_SAFE_INTEGER);
    for (const { figures, evidence } of pairing.pairs(
      '',
      matches.examples,
      matches,
      Number.MAX_SAFE_INTEGER,
    )) {
      for (const { evalExample, grams } of evidence) {
        if (grams > 0) examples.add(`${figures.eval}/${evalExample}`);
      }
    }
  }
  return { records, examples };
}

const folder = mkdtempSync(join(tmpdir(), 'heldout-compare-'));
try {
  await buildKernel();
  const python = environment();
  const train = plainCopy(folder);
  const megabytes = train.reduce((sum, path) => sum + readFileSync(path).length, 0) / 1e6;
  const { index } = await indexFolder(join(folder, 'eval'), N, {
    signal: new AbortController().signal,
    onStep: () => {},
  });
  console.log(
    `train ${megabytes.toFixed(1)} MB of ASCII, eval ${index.examples} examples, ${sizeOf(index).grams} grams`,
  );
  const scanner = new Scanner(index.memory, N);
  const seconds = Math.min(
    ...Array.from({ length: Number(values.rounds) }, () =>
      cpu(() => {
        for (const path of train) scanner.scanFile(path, 0, Number.MAX_SAFE_INTEGER);
      }),
    ),
  );
  const own = found(index, train);
  console.log(
    `heldout (${scanner.kernelName}): ${(megabytes / seconds).toFixed(1)} MB/s, ${own.records} train records, ${own.examples.size} eval examples`,
  );
  for (const name of ['janitor', 'datatrove']) {
    const { scanning, records, examples } = tool(python, name, folder);
    console.log(
      `${name}: ${(megabytes / scanning).toFixed(2)} MB/s, ${records} train records; heldout is ${(scanning / seconds).toFixed(0)} times as fast`,
    );
    if (!examples) continue;
    const missed = examples.filter((example) => !own.examples.has(example));
    const more = [...own.examples].filter((example) => !examples.includes(example));
    console.log(
      `  eval examples: ${examples.length} there, ${own.examples.size} here; ${missed.length} only there, ${more.length} only here` +
        `${missed.length + more.length > 0 ? ` (${[...missed, ...more].slice(0, 5).join(', ')})` : ': the same'}`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
