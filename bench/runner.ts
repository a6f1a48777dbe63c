/**
 * Training speed of the runner beside transformers' Trainer and TRL, and with document masks beside without: a table
 * for BENCHMARKS.md.
 *
 *   HELDOUT_PYTHON=… node bench/runner.ts [--shape tiny|opt-1.3b] [--steps 12] [--rounds 3] [--sides runner,trainer]
 *
 * The interpreter needs the runner's requirements, for the side `trl` also trl 1.16.0. Each side is a process of
 * bench/runner.py, which says what is measured; the rounds alternate, and the best of each side counts. Other options
 * (`--micro 4`, `--compile`, `--peak 989`) go to it as they are.
 */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';

const ROOT = resolve(import.meta.dirname, '..');

const measured = z.object({
  side: z.string(),
  tokens_per_second: z.number(),
  tokens_per_processor_second: z.number(),
  step_seconds: z.number(),
  mfu: z.number().nullable(),
});
type Measured = z.infer<typeof measured>;

function measure(python: string, side: string, options: readonly string[]): Measured | undefined {
  const args = [join(ROOT, 'bench/runner.py'), '--side', side, ...options];
  const { status, stdout, stderr } = spawnSync(python, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  const last = stdout.trim().split('\n').at(-1) ?? '';
  if (status === 0) return measured.parse(JSON.parse(last));
  console.error(`${side}: left out, status ${status}: ${stderr.trim().split('\n').at(-1)}`);
  return undefined;
}

const { values } = parseArgs({
  options: {
    shape: { type: 'string', default: 'tiny' },
    steps: { type: 'string', default: '12' },
    rounds: { type: 'string', default: '3' },
    sides: { type: 'string', default: 'runner,unmasked,trainer,trl' },
    micro: { type: 'string' },
    peak: { type: 'string' },
    compile: { type: 'boolean', default: false },
  },
});
const python = process.env.HELDOUT_PYTHON ?? 'python3';
const passed = ['--shape', values.shape, '--steps', values.steps];
if (values.micro) passed.push('--micro', values.micro);
if (values.peak) passed.push('--peak', values.peak);
if (values.compile) passed.push('--compile');

/** By processor time where there is no GPU: other work's share of a CPU is not ours to count. */
const speed = (one: Measured) => (one.mfu === null ? one.tokens_per_processor_second : one.tokens_per_second);
const best = new Map<string, Measured>();
for (let round = 0; round < Number(values.rounds); round++) {
  for (const side of values.sides.split(',')) {
    const now = measure(python, side, passed);
    if (now && speed(now) > (best.has(side) ? speed(best.get(side)!) : 0)) best.set(side, now);
  }
}
const own = best.get('runner');
console.log('| side | tokens/s | tokens/s of processor time | MFU | runner ahead by |');
console.log('|---|---|---|---|---|');
for (const [side, one] of best) {
  const mfu = one.mfu === null ? '' : `${(100 * one.mfu).toFixed(1)} %`;
  const ratio = own ? (speed(own) / speed(one)).toFixed(2) : '';
  const [wall, processor] = [one.tokens_per_second, one.tokens_per_processor_second].map(Math.round);
  console.log(`| ${side} | ${wall} | ${processor} | ${mfu} | ${ratio} |`);
}
