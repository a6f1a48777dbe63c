import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { linesFrom } from '../../base/lines.ts';
import { JOB_FILE, jobsFolder, RUN_FILE, WORK_FILE } from '../job-file.ts';
import type { ResolvedRun } from './resolve.ts';
import { type Run, run as runSchema } from './run.ts';

/** How long a run takes, and what that rests on. */
export interface Speed {
  /** Of a step; undefined where nothing is known to reckon it by. */
  secondsPerStep: number | undefined;
  basis: 'measured' | 'assumed' | 'unknown';
  /** What it rests on, in words. */
  rests: string;
}

/** Highest rate of matrix products with 16 bits, dense, as the makers state it (10^12 operations a second). */
const PEAKS: readonly [name: RegExp, teraflops: number][] = [
  [/B200|GB200/u, 2250],
  [/H100 PCIe/iu, 756],
  [/H100|H200|GH200/u, 989],
  [/A100|A800/u, 312],
  [/L40S/u, 362],
  [/\bL40\b/u, 181],
  [/\bL4\b/u, 121],
  [/A40\b/u, 150],
  [/A10G?\b/u, 125],
  [/A6000/u, 155],
  [/V100/u, 125],
  [/\bT4\b/u, 65],
  [/RTX 4090/u, 165],
  [/RTX 3090/u, 71],
];

/** Of the peak, where nothing was measured: what well-kept trainers reach. Recomputed layers count once. */
const UTILISATION = { kept: 0.4, recomputed: 0.3 } as const;
/** Without 16 bits a GPU does about an eighth. */
const FP32_SHARE = 1 / 8;

/** Of a core, in 10^9 operations a second: a small model in 32 bits reaches some 30 on a core that is its own. */
const CORE_GIGAFLOPS = 20;

/** What a step costs by earlier runs of the same shape here, else by the GPU's peak, or the number of cores. */
export function speedOf(resolved: ResolvedRun, bench: string, gpuName: string | undefined): Speed {
  const measured = measuredSpeed(resolved, bench);
  if (measured) return measured;
  const { run, devices, launch } = resolved;
  if (run.device !== 'cuda') {
    const cores = launch.kind === 'machine' ? availableParallelism() : launch.cpus_per_task;
    if (cores === undefined) {
      const rests = 'how many cores it runs on is not known: cpus_per_task tells, or a run of a few steps';
      return { secondsPerStep: undefined, basis: 'unknown', rests };
    }
    const all = cores * devices;
    const rests = `assumed: ${all} ${all === 1 ? 'core' : 'cores'} × ${CORE_GIGAFLOPS} GFLOP/s; a run of a few steps will tell`;
    return { secondsPerStep: secondsAt(all * CORE_GIGAFLOPS * 1e9, resolved), basis: 'assumed', rests };
  }
  const peak = gpuName === undefined ? undefined : PEAKS.find(([name]) => name.test(gpuName))?.[1];
  if (!peak) {
    const which = gpuName ? `the peak of "${gpuName}" is not known` : 'which GPUs it runs on is not known';
    return {
      secondsPerStep: undefined,
      basis: 'unknown',
      rests: `${which}, and no run of this shape was measured`,
    };
  }
  const use = run.gradient_checkpointing ? UTILISATION.recomputed : UTILISATION.kept;
  const rate = peak * 1e12 * use * (run.precision === 'fp32' ? FP32_SHARE : 1) * devices;
  const rests = `assumed: ${use * 100} % of ${devices} × ${peak} TFLOP/s (${gpuName}); nothing was measured yet`;
  return { secondsPerStep: secondsAt(rate, resolved), basis: 'assumed', rests };
}

/** Of a step, at so many operations a second. */
function secondsAt(rate: number, resolved: ResolvedRun): number {
  return (resolved.run.batch * resolved.run.length * operationsPerToken(resolved)) / rate;
}

/**
 * Operations of a token, forward and backward: six a parameter (LoRA: four, its weights have no gradient) and
 * causal attention over the whole sequence, which masking between examples lowers.
 */
export function operationsPerToken({ run, model }: ResolvedRun): number {
  const { hidden, layers } = model.shape;
  return (run.lora ? 4 : 6) * model.parameters + 6 * layers * hidden * run.length;
}

const started = z.object({ event: z.literal('started'), world: z.int(), device: z.string() });
const step = z.object({ event: z.literal('step'), step: z.int(), seconds: z.number() });
const launcher = z.object({ created: z.number(), launcher: z.object({ kind: z.string() }) });

/** The median of seconds a sequence of the newest run that has the same shape, devices and settings. */
function measuredSpeed(resolved: ResolvedRun, bench: string): Speed | undefined {
  const wanted = keyOf(resolved.run, resolved.model.parameters, resolved.devices);
  let newest: { created: number; id: string; perSequence: number; steps: number } | undefined;
  for (const id of jobsIn(jobsFolder(bench))) {
    const folder = join(jobsFolder(bench), id);
    try {
      const job = launcher.parse(JSON.parse(readFileSync(join(folder, JOB_FILE), 'utf8')));
      if (job.launcher.kind !== resolved.launch.kind || (newest && newest.created > job.created)) continue;
      const ran = runSchema.parse(JSON.parse(readFileSync(join(folder, RUN_FILE), 'utf8')));
      const events = [...linesFrom(join(folder, WORK_FILE), 0)].map(
        ({ text }) => JSON.parse(text) as unknown,
      );
      const start = events.flatMap((each) => one(started, each)).at(-1);
      const seconds = events.flatMap((each) => one(step, each)).map((each) => each.seconds);
      // The first steps compile and warm up.
      const steady = seconds.slice(Math.min(2, seconds.length - 1));
      if (!start || steady.length === 0) continue;
      if (keyOf(ran, parametersLike(ran, resolved), start.world) !== wanted || start.device !== ran.device)
        continue;
      const middle = steady.sort((a, b) => a - b)[steady.length >> 1]!;
      newest = { created: job.created, id, perSequence: middle / ran.batch, steps: steady.length };
    } catch {
      // A folder that is no job's, or of a job that never began, measures nothing.
    }
  }
  if (!newest) return undefined;
  const rests = `measured: the median of ${newest.steps} steps of the run ${newest.id}`;
  return { secondsPerStep: newest.perSequence * resolved.run.batch, basis: 'measured', rests };
}

function one<T>(schema: z.ZodType<T>, value: unknown): T[] {
  const read = schema.safeParse(value);
  return read.success ? [read.data] : [];
}

function jobsIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Runs of one key take the same time a sequence, about. */
function keyOf(run: Run, parameters: number, devices: number): string {
  const { length, micro_batch, precision, gradient_checkpointing, tensor_parallel, device, lora } = run;
  const settings = [
    length,
    micro_batch,
    precision,
    gradient_checkpointing,
    tensor_parallel,
    device,
    lora?.rank,
  ];
  return JSON.stringify([parameters, devices, ...settings]);
}

/** The same model has the same parameters; another one's are not looked up. */
function parametersLike(ran: Run, { run, model }: ResolvedRun): number {
  const same =
    'folder' in run.model
      ? 'folder' in ran.model && ran.model.folder === run.model.folder
      : sameShape(ran, run);
  return same ? model.parameters : -1;
}

function sameShape(ran: Run, run: Run): boolean {
  if (!('config' in ran.model) || !('config' in run.model)) return false;
  const [a, b] = [ran.model.config, run.model.config];
  const names = ['vocab_size', 'hidden_size', 'num_hidden_layers', 'num_attention_heads', 'ffn_dim'];
  return names.every((name) => a[name] === b[name]);
}
