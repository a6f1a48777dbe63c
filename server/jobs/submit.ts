import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { isAbsolute, join, normalize, resolve } from 'node:path';
import { writeFileAside } from '../base/files.ts';
import { InputError, messageOf } from '../base/problem.ts';
import { checkSlurm } from '../base/slurm.ts';
import type { JobKind, Launcher } from '../protocol.ts';
import { type JobFile, jobsFolder, SPEC_FILE, writeJobFile } from './job-file.ts';
import { checkThereAre } from './machine/queue.ts';
import { startSupervisor } from './start.ts';

export interface Submission {
  kind: JobKind;
  name: string;
  /** The spec's text, unchanged, and the file that it came from. */
  specText?: string;
  specFile?: string;
  /** Files by their paths below the job's folder, with "/", written before the job starts: `{ 'run.json': '…' }`. */
  files?: Readonly<Record<string, string | Uint8Array>>;
  launcher: Launcher;
  /** The job whose spec asked for this one. */
  startedWith?: string;
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

const USUAL_GRACE = 120;
const LONGEST_NAME = 32;

/**
 * Makes a job's folder and starts its supervisor, which outlives this process. Resolves once the
 * supervisor watches over the job: it is queued or runs by then. Throws InputError where it can't be started.
 */
export async function submitJob(benchFolder: string, submission: Submission): Promise<Submitted> {
  const { launcher, startedWith, command, feeder, files = {}, specText, specFile } = submission;
  if (command.length === 0) throw new InputError('a job needs a command');
  if (launcher.kind === 'slurm') await checkSlurm();
  else if (launcher.gpus > 0) await checkThereAre(launcher.gpus);
  const bench = resolve(benchFolder);
  const { id, folder } = newFolder(bench, submission.name);
  try {
    if (specText !== undefined) writeFileAside(join(folder, SPEC_FILE), specText);
    for (const [name, content] of Object.entries(files)) {
      if (isAbsolute(name) || normalize(name).startsWith('..'))
        throw new InputError(`"${name}" is no file below the job's folder`);
      writeFileAside(join(folder, name), content);
    }
    const job: JobFile = {
      version: 1,
      id,
      kind: submission.kind,
      name: submission.name,
      created: Date.now(),
      bench,
      spec: specFile === undefined ? null : resolve(specFile),
      launcher,
      ...(startedWith === undefined ? {} : { startedWith }),
      command: [...command],
      ...(feeder ? { feeder: [...feeder] } : {}),
      cwd: resolve(submission.cwd ?? bench),
      env: { ...submission.env },
      files: Object.keys(files),
      grace: submission.grace ?? USUAL_GRACE,
    };
    writeJobFile(folder, job);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    if (error instanceof InputError) throw error;
    throw new InputError(`the job can't be written: ${messageOf(error)}`, { file: folder });
  }
  await startSupervisor(folder, 'start');
  return { id, folder };
}

/** A folder that no other job has, named so that a person can type it. */
function newFolder(bench: string, name: string): Submitted {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, LONGEST_NAME);
  const jobs = jobsFolder(bench);
  try {
    mkdirSync(jobs, { recursive: true });
    for (;;) {
      const id = `${slug || 'job'}-${randomBytes(2).toString('hex')}`;
      const folder = join(jobs, id);
      try {
        mkdirSync(folder);
        return { id, folder };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  } catch (error) {
    throw new InputError(`no job can be kept here: ${messageOf(error)}`, { file: jobs });
  }
}
