import type { JobKind, Launcher } from '../protocol.ts';

export interface Submission {
  kind: JobKind;
  name: string;
  /** The spec's text, unchanged, and the file that it came from. */
  specText?: string;
  specFile?: string;
  /** Files of the job's folder by their names, written before the job starts: `{ 'run.json': '…' }`. */
  files?: Readonly<Record<string, string>>;
  launcher: Launcher;
  /** The work's argv. Here, in `feeder` and in the values of `env`, `{job}` stands for the job's folder. */
  command: readonly string[];
  /** The argv of a program that must run beside the work. */
  feeder?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** Where both run; the bench's folder when absent. */
  cwd?: string;
  /** Seconds that the work has for its polite stop; 120 when absent. */
  grace?: number;
}

export interface Submitted {
  id: string;
  /** Absolute. */
  folder: string;
}

/**
 * Makes a job's folder and starts its supervisor, which outlives this process. Resolves once the
 * supervisor watches over the job: it is queued or runs by then. Throws InputError where it can't be started.
 */
export async function submitJob(benchFolder: string, submission: Submission): Promise<Submitted> {
  throw new Error(`not yet: ${benchFolder} ${submission.name}`);
}
