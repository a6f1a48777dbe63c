/**
 * How fast the training stream is written: instances and megabytes a second, and the memory that it takes.
 *
 *   node bench/stream.ts [--bytes 2e8] [--parts 16] [--rounds 3] [--bench DIR]
 *
 * The bench is generated (`bench/generate.ts`) under `.cache/`; `--bench` measures one that was imported. Parts
 * of 4,096 draws are written as a feeder writes them, one after the other, each fsynced; once without
 * demonstrations, once with MetaICL's (shape 2, a third of the instances has some). The best round counts.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { importBench } from '../server/catalog/import.ts';
import { mixedTasks } from '../server/engine/mixed-tasks.ts';
import { Session } from '../server/engine/session.ts';
import { EXAMPLES_PER_PART, StreamParts } from '../server/engine/training/parts.ts';
import { generate } from './generate.ts';

const CACHE = join(resolve(import.meta.dirname, '..'), '.cache');

const BENCH = `collections:
  - { name: sni, format: natural-instructions, path: natural-instructions, use: train }
  - { name: lines, format: seqio, path: seqio, use: train }
`;
const METAICL = 'mixture: { metaicl: { shape: 2 } }\n';

const { values } = parseArgs({
  options: {
    bytes: { type: 'string', default: '2e8' },
    parts: { type: 'string', default: '16' },
    rounds: { type: 'string', default: '3' },
    bench: { type: 'string' },
  },
});
const parts = Number(values.parts);
const quiet = { signal: new AbortController().signal, onStep: () => {} };

function generated(): string {
  const folder = join(CACHE, `bench-stream-${Number(values.bytes)}`);
  if (!existsSync(join(folder, 'heldout.yaml'))) {
    mkdirSync(folder, { recursive: true });
    generate(folder, Number(values.bytes), 1);
    writeFileSync(join(folder, 'heldout.yaml'), BENCH);
  }
  return folder;
}

async function measure(root: string): Promise<{ seconds: number; examples: number; bytes: number }> {
  const session = new Session(root, 'bench');
  const job = mkdtempSync(join(CACHE, 'bench-stream-job-'));
  try {
    await importBench(session.bench, session.catalog, quiet);
    const mixed = await mixedTasks(session, { seed: 0, ...quiet });
    if (mixed.stream.empty) throw new Error('the bench has nothing to draw');
    const stream = new StreamParts(job, session, mixed, {
      examplesPerPart: EXAMPLES_PER_PART,
      start: 0,
      bench: 'bench',
    });
    const started = performance.now();
    let examples = 0;
    let bytes = 0;
    for (let part = 0; part < parts; part++) {
      const written = await stream.write(part);
      examples += written.examples;
      bytes += written.bytes;
    }
    return { seconds: (performance.now() - started) / 1000, examples, bytes };
  } finally {
    session.close();
    rmSync(job, { recursive: true, force: true });
  }
}

async function best(name: string, root: string): Promise<void> {
  let least: Awaited<ReturnType<typeof measure>> | undefined;
  for (let round = 0; round < Number(values.rounds); round++) {
    const measured = await measure(root);
    if (!least || measured.seconds < least.seconds) least = measured;
  }
  const { seconds, examples, bytes } = least!;
  const memory = Math.round(process.memoryUsage.rss() / 1e6);
  console.log(
    `| ${name} | ${examples} | ${(bytes / 1e6).toFixed(1)} | ${seconds.toFixed(2)} | ${Math.round(examples / seconds)} | ${(bytes / 1e6 / seconds).toFixed(1)} | ${memory} |`,
  );
}

mkdirSync(CACHE, { recursive: true });
console.log('| demonstrations | instances | MB | seconds | instances/s | MB/s | memory (MB) |');
console.log('|---|---:|---:|---:|---:|---:|---:|');
if (values.bench) await best('as the bench says', resolve(values.bench));
else {
  const root = generated();
  await best('none', root);
  writeFileSync(join(root, 'heldout.yaml'), BENCH + METAICL);
  await best('MetaICL, shape 2', root);
  writeFileSync(join(root, 'heldout.yaml'), BENCH);
}
