import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { firstFault } from '../base/fault-words.ts';
import { writeFileAside } from '../base/files.ts';
import { InputError, messageOf } from '../base/problem.ts';
import { jobKind, launcher } from '../protocol.ts';

/** What a job's folder says of it: written once by who submits it, never changed. */
const jobFile = z.object({
  version: z.literal(1),
  id: z.string(),
  kind: jobKind,
  name: z.string(),
  /** Milliseconds since 1970. */
  created: z.number(),
  /** The bench's folder, absolute. */
  bench: z.string(),
  /** The file of the spec as it was given, absolute; null where there was none. */
  spec: z.string().nullable(),
  launcher,
  /** The run that it was started with, as its spec asked: what resumes or retries that run does it to this job too. */
  startedWith: z.string().optional(),
  /** In `command`, `feeder` and the values of `env`, `{job}` stands for the job's folder. */
  command: z.array(z.string()).min(1),
  /** Runs beside the work, is started again when it fails, and is stopped when the work ends. */
  feeder: z.array(z.string()).min(1).optional(),
  cwd: z.string(),
  env: z.record(z.string(), z.string()),
  /** Names of the files that were written for it, besides this one and the spec. */
  files: z.array(z.string()),
  /** Seconds between the polite stop and the firm one. */
  grace: z.number().min(0),
});
export type JobFile = z.infer<typeof jobFile>;

export const JOB_FILE = 'job.json';
export const SPEC_FILE = 'spec.yaml';
export const RUN_FILE = 'run.json';
export const EVENTS_FILE = 'events.jsonl';
export const WORK_FILE = 'work.jsonl';
export const LOG_FILE = 'log.txt';
export const FEEDER_LOG = 'feeder.txt';

/** The folder of a bench's jobs. */
export function jobsFolder(bench: string): string {
  return join(bench, '.heldout', 'jobs');
}

export function writeJobFile(folder: string, job: JobFile): void {
  writeFileAside(join(folder, JOB_FILE), `${JSON.stringify(job, null, 2)}\n`);
}

/** Throws InputError where it is missing or damaged. */
export function readJobFile(folder: string): JobFile {
  const file = join(folder, JOB_FILE);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(`the job can't be read (${messageOf(error)}); remove its folder`, { file });
  }
  try {
    return jobFile.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof z.ZodError ? firstFault(error, 'the file') : messageOf(error);
    throw new InputError(`not the file of a job (${why}); remove its folder`, { file });
  }
}

/** What a job runs, with its folder put in. */
export function withFolder(words: readonly string[], folder: string): string[] {
  return words.map((word) => word.replaceAll('{job}', folder));
}
