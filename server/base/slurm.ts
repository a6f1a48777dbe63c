import { execFile } from 'node:child_process';
import { InputError, messageOf } from './problem.ts';

/** A job as sbatch named it; `cluster` where the site has several. */
export interface SlurmJob {
  id: string;
  cluster?: string;
}

/** How long one call may take. A busy controller takes its time. */
const CALL_MS = 120_000;
class CommandError extends Error {
  readonly missing: boolean;
  constructor(message: string, missing: boolean) {
    super(message);
    this.missing = missing;
  }
}

/** What a program of Slurm prints. Throws in its words. */
export function callSlurm(program: string, args: readonly string[], input = ''): Promise<string> {
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

/** Names the cluster of a job to a program of Slurm. */
export function placeOf(job: SlurmJob): string[] {
  return job.cluster === undefined ? [] : [`--clusters=${job.cluster}`];
}

/** Throws InputError where no job can be submitted from. */
export async function checkSlurm(): Promise<void> {
  try {
    await callSlurm('sbatch', ['--version']);
  } catch (error) {
    if (!(error instanceof CommandError && error.missing))
      throw new InputError(`sbatch: ${messageOf(error)}`);
    throw new InputError('no sbatch on the PATH: run this where jobs are submitted from, or leave Slurm out');
  }
}

/** Submits a script. Throws InputError in Slurm's words where it is refused. */
export async function submit(script: string, args: readonly string[]): Promise<SlurmJob> {
  try {
    const [id, cluster] = (await callSlurm('sbatch', ['--parsable', ...args], script)).trim().split(';');
    return cluster === undefined ? { id: id! } : { id: id!, cluster };
  } catch (error) {
    throw new InputError(`sbatch refused the job: ${messageOf(error).replace(/^sbatch: error: /, '')}`);
  }
}

export async function cancel(job: SlurmJob): Promise<void> {
  await callSlurm('scancel', [...placeOf(job), job.id]);
}

/** A word as a shell reads it back. */
export function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
