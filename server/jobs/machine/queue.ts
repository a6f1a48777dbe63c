import { readFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { writeFileAside } from '../../base/files.ts';
import { InputError } from '../../base/problem.ts';
import { type Claim, Claims, type StandingClaim } from './claims.ts';
import { type Gpu, gpusHere, isFree } from './gpus.ts';

/** Milliseconds between two looks at the queue; GPUs are asked for more rarely. */
const LOOK_MS = 500;
const GPU_LOOK_MS = 3000;

/** What a job in the queue needs, and which GPUs it has by now. */
const ticket = z.object({
  id: z.string(),
  folder: z.string(),
  gpus: z.int(),
  devices: z.array(z.int()).optional(),
});
type Ticket = z.infer<typeof ticket>;

const limits = z.strictObject({ cpu_jobs: z.int().min(1) });

/** What all jobs of a user on this machine share, whichever bench they are of. */
function machineFolder(): string {
  const state = process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state');
  return join(state, 'heldout', hostname());
}

function limitsFile(): string {
  return join(machineFolder(), 'limits.json');
}

/** Jobs without GPUs that may run at once; 1 unless a person said otherwise. */
export function cpuJobs(): number {
  let text: string;
  try {
    text = readFileSync(limitsFile(), 'utf8');
  } catch {
    return 1;
  }
  try {
    return limits.parse(JSON.parse(text)).cpu_jobs;
  } catch {
    throw new InputError('this should be {"cpu_jobs": N}; mend or delete it', { file: limitsFile() });
  }
}

export function setCpuJobs(count: number): void {
  writeFileAside(limitsFile(), `${JSON.stringify({ cpu_jobs: count })}\n`);
}

/**
 * A job's place in the queue of this machine: first come, first served, jobs with GPUs and jobs without
 * apart. Each one looks for itself whether its turn has come, so that no daemon is needed.
 */
export class Turn {
  readonly #ticket: Ticket;
  readonly #claims = new Claims(join(machineFolder(), 'queue'));
  #claim: Claim | undefined;

  constructor(ticket: Ticket) {
    this.#ticket = ticket;
  }

  /** Waits for its turn; gives the GPUs it has then, or undefined when it was withdrawn. */
  async come(withdrawn: AbortSignal, waiting: (reason: string) => void): Promise<number[] | undefined> {
    const needed = this.#ticket.gpus;
    if (needed > 0) await checkThereAre(needed);
    this.#claim = this.#claims.make(this.#ticket);
    while (!withdrawn.aborted) {
      const everyone = standing(this.#claims.all()).filter((one) => one.gpus > 0 === needed > 0);
      const ahead = everyone.filter(({ number }) => number < this.#claim!.number);
      const wait = needed === 0 ? waitForCpu(ahead.length) : await this.#takeGpus(ahead, everyone);
      if (Array.isArray(wait)) return wait;
      waiting(wait);
      await sleep(needed === 0 ? LOOK_MS : GPU_LOOK_MS, undefined, { signal: withdrawn }).catch(() => {});
    }
    return undefined;
  }

  leave(): void {
    this.#claim?.release();
  }

  /** The first of those that wait for GPUs takes them, when there are enough; nobody passes it by. */
  async #takeGpus(ahead: readonly Standing[], everyone: readonly Standing[]): Promise<number[] | string> {
    const before = ahead.filter(({ devices }) => devices === undefined).length;
    if (before > 0) return `waits for ${jobs(before)} before it`;
    const taken = new Set(everyone.flatMap(({ devices }) => devices ?? []));
    const free = (await gpusHere()).filter((gpu) => isFree(gpu) && !taken.has(gpu.index));
    const { gpus } = this.#ticket;
    if (free.length < gpus) return `waits for ${gpusOf(gpus)}: ${free.length} free`;
    const devices = roomiest(free, gpus);
    this.#claim!.change({ ...this.#ticket, devices } satisfies Ticket);
    return devices;
  }
}

interface Standing extends Ticket {
  number: number;
}

function standing(claims: readonly StandingClaim[]): Standing[] {
  return claims.flatMap(({ life, number, content }) => {
    const read = life === 'alive' ? ticket.safeParse(content) : undefined;
    return read?.success ? [{ ...read.data, number }] : [];
  });
}

function waitForCpu(ahead: number): [] | string {
  const limit = cpuJobs();
  if (ahead < limit) return [];
  return `waits for ${jobs(ahead - limit + 1)} before it`;
}

function roomiest(free: readonly Gpu[], count: number): number[] {
  const room = ({ totalMegabytes, usedMegabytes }: Gpu) => totalMegabytes - usedMegabytes;
  return [...free]
    .sort((a, b) => room(b) - room(a) || a.index - b.index)
    .slice(0, count)
    .map(({ index }) => index)
    .sort((a, b) => a - b);
}

/** Throws InputError where a job would wait for ever. */
export async function checkThereAre(gpus: number): Promise<void> {
  const here = await gpusHere();
  if (here.length >= gpus) return;
  throw new InputError(
    here.length === 0
      ? `${gpusOf(gpus)} asked for, but no GPU is here (no nvidia-smi on the PATH): ask for none, or launch on Slurm`
      : `${gpusOf(gpus)} asked for, but this machine has ${here.length}: ask for fewer, or launch on Slurm`,
  );
}

function gpusOf(count: number): string {
  return `${count} GPU${count === 1 ? '' : 's'}`;
}

function jobs(count: number): string {
  return `${count} job${count === 1 ? '' : 's'}`;
}
