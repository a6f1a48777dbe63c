import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { writeFileAside } from '../../base/files.ts';
import { InputError, messageOf } from '../../base/problem.ts';

/** What the tasks of one array are to do; written by who submits them, read by each of them. */
const work = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('file'), path: z.string(), from: z.number(), to: z.number() }),
  z.object({
    kind: z.literal('source'),
    module: z.string(),
    data: z.unknown(),
    task: z.string(),
    from: z.number(),
    to: z.number(),
  }),
]);
const partition = z.object({ name: z.string(), stamp: z.string(), work, size: z.number() });
const jobFile = z.object({
  /** The saved index. */
  index: z.string(),
  /** Where the results go. */
  store: z.object({ folder: z.string(), key: z.string() }),
  workers: z.int().min(1),
  /** Per array task. */
  partitions: z.array(z.array(partition)),
});
export type JobFile = z.infer<typeof jobFile>;

export function writeJobFile(path: string, job: JobFile): void {
  writeFileAside(path, JSON.stringify(job));
}

export function readJobFile(path: string): JobFile {
  return read(path, jobFile);
}

/** The array that is on its way, so that a command that is started again finds it. */
const submitted = z.object({
  job: z.object({ id: z.string(), cluster: z.string().optional() }),
  jobFile: z.string(),
});
export type Submitted = z.infer<typeof submitted>;

export function writeSubmitted(path: string, value: Submitted): void {
  writeFileAside(path, JSON.stringify(value));
}

/** Undefined where none is on its way. */
export function readSubmitted(path: string): Submitted | undefined {
  try {
    return read(path, submitted);
  } catch {
    return undefined;
  }
}

/** What array tasks could not read on their machines: left to the scan that follows the array. */
const unreadable = z.object({ name: z.string(), stamp: z.string(), reason: z.string() });
export type Unreadable = z.infer<typeof unreadable>;

/** Tasks write at once: a line is one write at the file's end. */
export function noteUnreadable(job: string, partition: Unreadable): void {
  appendFileSync(unreadableFile(job), `${JSON.stringify(unreadable.parse(partition))}\n`);
}

export function readUnreadable(job: string): Unreadable[] {
  if (!existsSync(unreadableFile(job))) return [];
  const lines = readFileSync(unreadableFile(job), 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => unreadable.parse(JSON.parse(line)));
}

function unreadableFile(job: string): string {
  return `${job}.unreadable`;
}

function read<T>(path: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new InputError(`not a job file of the overlap scan: ${messageOf(error).split('\n')[0]}`, {
      file: path,
    });
  }
}
