/**
 * The overlap scan against `LC_ALL=C wc -w` on the same bytes, on a folder that `generate.ts` wrote (or any
 * folder with `train` and `eval` JSONL): the scan alone on one thread, then whole processes with one and two
 * workers, with their memory. Processor time is what is compared, so that a busy machine misleads less.
 *
 *   node bench/overlap/run.ts FOLDER [--rounds 3]
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { buildKernel } from '../../scripts/build-kernel.mjs';
import { type EvalIndex, indexEval, sizeOf } from '../../server/overlap/index/eval-index.ts';
import type { KernelName } from '../../server/overlap/kernel/load.ts';
import { linesOf } from '../../server/overlap/lines.ts';
import { textOfLine } from '../../server/overlap/records.ts';
import { Scanner } from '../../server/overlap/scanner.ts';
import type { DocumentSource } from '../../server/overlap/types.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '3' } },
});
const folder = positionals[0]!;
const rounds = Number(values.rounds);
const files = (side: string) => readdirSync(join(folder, side)).map((name) => join(folder, side, name));
const train = files('train');
const megabytes = train.reduce((sum, path) => sum + statSync(path).size, 0) / 1e6;

function best(run: () => number): number {
  return Math.min(...Array.from({ length: rounds }, run));
}

/** Processor seconds of `wc -w`, by the shell's own clock. */
function wc(): number {
  const script = 'LC_ALL=C; export LC_ALL; wc -w "$@" >/dev/null; times';
  const said = execFileSync('sh', ['-c', script, 'sh', ...train], { encoding: 'utf8' })
    .trim()
    .split('\n')[1]!;
  return [...said.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + Number(m) * 60 + Number(s),
    0,
  );
}

function cpu(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function source(path: string): DocumentSource {
  const task = {
    task: path,
    examples: 0,
    async *documents(signal: AbortSignal) {
      for await (const lines of linesOf(path, signal)) {
        for (const { line } of lines) {
          const read = textOfLine(line);
          if (read && 'text' in read) yield { example: task.examples++, document: { text: read.text } };
        }
      }
    },
  };
  return task;
}

function scan(index: EvalIndex, kernel: KernelName): number {
  const scanner = new Scanner(index.memory, index.n, kernel);
  return best(() =>
    cpu(() => {
      for (const path of train) scanner.scanFile(path, 0, Number.MAX_SAFE_INTEGER);
    }),
  );
}

/** The whole run bundled as it is shipped, in a folder of its own. */
async function bundle(): Promise<string> {
  const outdir = mkdtempSync(join(tmpdir(), 'heldout-bench-'));
  const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  await build({
    entryPoints: {
      whole: source('whole.ts'),
      'overlap-worker': source('../../server/overlap/worker.ts'),
      'index-worker': source('../../server/overlap/index-worker.ts'),
    },
    outdir,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
  writeFileSync(join(outdir, 'package.json'), '{"type":"module"}');
  copyFileSync(await buildKernel(), join(outdir, 'overlap-kernel.wasm'));
  return outdir;
}

function whole(script: string, workers: number) {
  const said = execFileSync(process.execPath, [script, folder, String(workers)], { encoding: 'utf8' });
  return JSON.parse(said) as { seconds: number; cpuSeconds: number; peakMB: number; pairs: number };
}

await buildKernel();
const rate = (seconds: number) => Math.round(megabytes / seconds);
const words = best(wc);
console.log(`train ${megabytes.toFixed(0)} MB; wc -w ${rate(words)} MB/s`);
const started = performance.now();
const index = await indexEval(files('eval').map(source), 13, new AbortController().signal);
const { bytes, grams } = sizeOf(index);
console.log(
  `index ${grams} grams, ${(bytes / 1e6).toFixed(1)} MB (${(bytes / grams).toFixed(1)} B a gram), ` +
    `made in ${((performance.now() - started) / 1000).toFixed(2)} s`,
);
for (const kernel of ['webassembly', 'javascript'] as const) {
  const seconds = scan(index, kernel);
  console.log(`scan, ${kernel}: ${rate(seconds)} MB/s, ${(words / seconds).toFixed(2)} times wc -w`);
}
const indexMB = bytes / 1e6;
const bundled = await bundle();
for (const workers of [1, 2]) {
  const run = whole(join(bundled, 'whole.js'), workers);
  console.log(
    `process, ${workers} worker(s): ${run.seconds.toFixed(2)} s, ${(words / run.cpuSeconds).toFixed(2)} times wc -w ` +
      `by processor time, peak ${run.peakMB.toFixed(0)} MB (index ${indexMB.toFixed(0)} MB), ${run.pairs} pairs`,
  );
}
rmSync(bundled, { recursive: true });
