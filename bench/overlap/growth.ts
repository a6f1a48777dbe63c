/**
 * How time and memory of a scan grow with the train side, which is made as it is read (`stream.ts`) and may
 * be larger than the disk. Each size is a process of its own; a small first one says what starting, making the
 * index and the text's stock take, and its time and bytes are taken off. Prints the exponent of time over bytes.
 *
 *   node bench/overlap/growth.ts [--sizes 250e6,500e6,1e9,2e9] [--workers 1] [--grams 650000] [--seed 1]
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { buildKernel } from '../../scripts/build-kernel.mjs';
import { scanOverlap } from '../../server/overlap/pairs.ts';
import { sources } from './stream.ts';

/** Enough for the scanning threads to start. */
const FIRST = 50e6;

const run = z.object({
  bytes: z.number(),
  indexMB: z.number(),
  cpuSeconds: z.number(),
  seconds: z.number(),
  peakMB: z.number(),
  overlapping: z.number(),
});
type Run = z.infer<typeof run>;

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '250e6,500e6,1e9,2e9' },
    workers: { type: 'string', default: '1' },
    grams: { type: 'string', default: '650000' },
    seed: { type: 'string', default: '1' },
    /** One size, in this process: what the processes are called with. */
    only: { type: 'string' },
  },
});
const streamed = { seed: Number(values.seed), grams: Number(values.grams) };

async function scan(size: number): Promise<Run> {
  const { train, held, bytes } = sources(streamed, size);
  const started = performance.now();
  const { pairs, index } = await scanOverlap({
    train,
    eval: held,
    open: { module: new URL('./stream.ts', import.meta.url).href, data: streamed },
    workers: Number(values.workers),
  });
  const used = process.resourceUsage();
  return {
    bytes,
    indexMB: index.bytes / 1e6,
    cpuSeconds: (used.userCPUTime + used.systemCPUTime) / 1e6,
    seconds: (performance.now() - started) / 1000,
    peakMB: used.maxRSS / 1024,
    overlapping: Math.max(0, ...pairs.map((pair) => pair.overlapping)),
  };
}

function inProcess(size: number): Run {
  const options = ['workers', 'grams', 'seed'] as const;
  const args = options.flatMap((name) => [`--${name}`, values[name]]);
  const script = fileURLToPath(import.meta.url);
  const said = execFileSync(process.execPath, [script, '--only', String(size), ...args], {
    encoding: 'utf8',
  });
  return run.parse(JSON.parse(said));
}

/** The slope of the line through the points' logarithms, by least squares. */
function exponent(points: readonly (readonly [x: number, y: number])[]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (at: 0 | 1) => logs.reduce((sum, log) => sum + log[at], 0) / logs.length;
  const [mx, my] = [mean(0), mean(1)];
  const rise = logs.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0);
  return rise / logs.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
}

if (values.only !== undefined) {
  console.log(JSON.stringify(await scan(Number(values.only))));
} else {
  await buildKernel();
  const start = inProcess(FIRST);
  console.log(
    `index ${start.indexMB.toFixed(0)} MB; start, index and ${FIRST / 1e6} MB ${start.cpuSeconds.toFixed(1)} s, ` +
      `peak ${start.peakMB.toFixed(0)} MB; ${values.workers} worker(s)`,
  );
  const points: [number, number][] = [];
  for (const size of values.sizes.split(',').map(Number)) {
    const { bytes, cpuSeconds, seconds, peakMB, overlapping } = inProcess(size);
    const scanning = cpuSeconds - start.cpuSeconds;
    const scanned = bytes - start.bytes;
    points.push([scanned, scanning]);
    console.log(
      `${(bytes / 1e6).toFixed(0).padStart(6)} MB: ${scanning.toFixed(1)} s of processor (${(scanned / 1e6 / scanning).toFixed(0)} MB/s ` +
        `with making the text), ${seconds.toFixed(1)} s in all, peak ${peakMB.toFixed(0)} MB, ${overlapping} eval examples found`,
    );
  }
  if (points.length > 1) console.log(`time grows with bytes to the power of ${exponent(points).toFixed(3)}`);
}
