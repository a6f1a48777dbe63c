import { execFile } from 'node:child_process';
import { InputError, messageOf } from '../../base/problem.ts';

/** A job array as sbatch named it; `cluster` where the site has several. */
export interface SlurmJob {
  id: string;
  cluster?: string;
}

/** What of a job array is still to end. */
export interface Unfinished {
  running: number;
  waiting: number;
  /** Why the first of those that wait does, in Slurm's word. */
  reason?: string;
}

/** How long one call may take. A busy controller takes its time. */
const CALL_MS = 120_000;
/** Array tasks where the site doesn't tell: Slurm's default for MaxArraySize, which counts from 0. */
const USUAL_TASKS = 1000;

class CommandError extends Error {
  readonly missing: boolean;
  constructor(message: string, missing: boolean) {
    super(message);
    this.missing = missing;
  }
}

function call(program: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { encoding: 'utf8' as const, timeout: CALL_MS, maxBuffer: 1 << 28 };
    const child = execFile(program, [...args], options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const said = stderr.trim().split('\n').at(-1);
      reject(new CommandError(said || error.message, (error as NodeJS.ErrnoException).code === 'ENOENT'));
    });
    // A program that ends before it has read its input says why on stderr.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

function place(job: SlurmJob): string[] {
  return job.cluster === undefined ? [] : [`--clusters=${job.cluster}`];
}

/** Throws InputError where no job can be submitted from. */
export async function checkSlurm(): Promise<void> {
  try {
    await call('sbatch', ['--version']);
  } catch (error) {
    if (!(error instanceof CommandError && error.missing))
      throw new InputError(`sbatch: ${messageOf(error)}`);
    throw new InputError(
      'no sbatch on the PATH: run this where jobs are submitted from, or leave --executor slurm out',
    );
  }
}

/** Submits a script as a job array. Throws InputError in Slurm's words where it is refused. */
export async function submit(script: string, args: readonly string[]): Promise<SlurmJob> {
  try {
    const [id, cluster] = (await call('sbatch', ['--parsable', ...args], script)).trim().split(';');
    return cluster === undefined ? { id: id! } : { id: id!, cluster };
  } catch (error) {
    throw new InputError(`sbatch refused the job: ${messageOf(error).replace(/^sbatch: error: /, '')}`);
  }
}

/** What is left of an array; undefined when all of it has ended. Throws when Slurm doesn't answer. */
export async function unfinished(job: SlurmJob): Promise<Unfinished | undefined> {
  let lines: string[];
  try {
    const args = ['--noheader', '--array', `--jobs=${job.id}`, '--format=%T|%r', ...place(job)];
    lines = (await call('squeue', args)).split('\n').filter((line) => line.includes('|'));
  } catch (error) {
    // Slurm forgets a job some minutes after its end.
    if (/invalid job id/i.test(messageOf(error))) return undefined;
    throw error;
  }
  if (lines.length === 0) return undefined;
  const waiting = lines.map((line) => line.split('|')).filter(([state]) => state === 'PENDING');
  const reason = waiting[0]?.[1];
  return {
    running: lines.length - waiting.length,
    waiting: waiting.length,
    ...(reason && reason !== 'None' ? { reason } : {}),
  };
}

/** How the tasks of an ended array ended, by task, for those that didn't end well and that Slurm still knows. */
export async function failures(job: SlurmJob): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  let said: string;
  try {
    said = await call('scontrol', ['--oneliner', 'show', 'job', job.id, ...place(job)]);
  } catch {
    // The partitions that are missing tell enough.
    return found;
  }
  for (const line of said.split('\n')) {
    const [task, state, exit] = ['ArrayTaskId', 'JobState', 'ExitCode'].map(
      (name) => new RegExp(`(?:^| )${name}=(\\S+)`).exec(line)?.[1],
    );
    if (!/^\d+$/.test(task ?? '') || !state || state === 'COMPLETED') continue;
    const [status, signal] = (exit ?? '').split(':').map(Number);
    const how = signal ? `, signal ${signal}` : status ? `, status ${status}` : '';
    found.set(Number(task), `${state}${how}`);
  }
  return found;
}

export async function cancel(job: SlurmJob): Promise<void> {
  await call('scancel', [...place(job), job.id]);
}

/** The most tasks that an array may have here. */
export async function mostTasks(): Promise<number> {
  try {
    const size = /^MaxArraySize\s*=\s*(\d+)/m.exec(await call('scontrol', ['show', 'config']))?.[1];
    return size === undefined ? USUAL_TASKS : Math.max(1, Number(size) - 1);
  } catch {
    return USUAL_TASKS;
  }
}
