import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InputError } from '../base/problem.ts';
import type { JobRow } from '../protocol.ts';
import { isActive } from './events/summary.ts';
import { SPEC_FILE } from './job-file.ts';
import { type Jobs, REMOVED } from './listing.ts';
import { killMarked, lifeOf, signal } from './machine/process.ts';
import { recoverJob } from './recover.ts';
import { startSupervisor } from './start.ts';
import { type Submission, type Submitted, submitJob } from './submit.ts';
import { writeRequest } from './supervisor/request.ts';
import { JOB_MARK, supervisorOf } from './watched.ts';

const LOOK_MS = 50;
/** How long a supervisor may take to take note. */
const NOTE_MS = 5000;

/**
 * Asks a job to write a checkpoint and end; `firm`, or asked again while it is stopping, ends it at once.
 * Resolves when the job has taken note.
 */
export async function cancelJob(jobs: Jobs, id: string, firm: boolean): Promise<JobRow> {
  const before = jobs.row(id);
  if (!isActive(before.state)) throw new InputError(`${id} doesn't run: it is ${before.state}`);
  const folder = jobs.folderOf(id);
  const supervisor = supervisorOf(folder);
  if (!supervisor) throw new InputError(`${id} is being started: ask again in a moment`);
  const atOnce = firm || before.state === 'stopping';
  if (lifeOf(supervisor.by) === 'alive') signal(supervisor.by.pid, atOnce ? 'SIGUSR2' : 'SIGTERM');
  else writeRequest(folder, atOnce ? 'kill' : 'stop');
  for (const giveUp = Date.now() + NOTE_MS; Date.now() < giveUp; await sleep(LOOK_MS)) {
    const row = jobs.row(id);
    if (!isActive(row.state) || (row.state === 'stopping' && !atOnce)) return row;
  }
  return jobs.row(id);
}

/** Goes on from the last checkpoint, in the same folder; a Slurm job that still runs is followed again. */
export async function resumeJob(jobs: Jobs, id: string): Promise<JobRow> {
  await recoverJob(jobs, id);
  const { state, slurmJob } = jobs.row(id);
  if (isActive(state)) {
    const which = slurmJob === null ? '' : ` as Slurm job ${slurmJob}`;
    throw new InputError(`${id} is ${state}${which}: there is nothing to resume`);
  }
  if (state === 'done') throw new InputError(`${id} is done: retry runs it again, from the start`);
  await startAgain(jobs, id);
  return jobs.row(id);
}

/** Another attempt at a job that has ended, in the same folder. */
export async function startAgain(jobs: Jobs, id: string): Promise<void> {
  const folder = jobs.folderOf(id);
  await letGo(folder);
  await startSupervisor(folder, 'resume');
}

/** A supervisor writes a job's end a moment before it gives the job up. */
async function letGo(folder: string): Promise<void> {
  for (const giveUp = Date.now() + NOTE_MS; supervisorOf(folder)?.life === 'alive'; await sleep(LOOK_MS))
    if (Date.now() > giveUp) return;
}

/**
 * The same from the start, as a new job with the files that were written before the old one began. `instead`: what
 * of it is another.
 */
export async function retryJob(
  jobs: Jobs,
  id: string,
  instead: Pick<Partial<Submission>, 'command' | 'startedWith'> = {},
): Promise<Submitted> {
  const { name, kind, launcher, startedWith, command, feeder, env, cwd, grace, spec, files } = jobs.file(id);
  const folder = jobs.folderOf(id);
  const textOf = (file: string) => readFileSync(join(folder, file), 'utf8');
  return submitJob(jobs.bench, {
    ...{ name, kind, launcher, startedWith, command, feeder, env, cwd, grace, ...instead },
    files: Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file))])),
    ...(existsSync(join(folder, SPEC_FILE)) ? { specText: textOf(SPEC_FILE) } : {}),
    ...(spec === null ? {} : { specFile: spec }),
  });
}

/** Deletes a job that doesn't run, with all it has written. One whose files can't be read goes too. */
export async function removeJob(jobs: Jobs, id: string): Promise<void> {
  const folder = jobs.folderOf(id);
  const readable = stateOf(jobs, id) !== undefined;
  if (readable) {
    // A Slurm job that nobody follows may still run.
    await recoverJob(jobs, id);
    const { state } = jobs.row(id);
    if (isActive(state)) throw new InputError(`${id} is ${state}: cancel it first`);
    await letGo(folder);
  }
  if (supervisorOf(folder)?.life === 'alive') throw new InputError(`${id} is watched over: cancel it first`);
  await killMarked(JOB_MARK, folder);
  // Out of sight in one step: half a job is never shown.
  const aside = join(jobs.folder, `${REMOVED}${id}`);
  rmSync(aside, { recursive: true, force: true });
  renameSync(folder, aside);
  for (const name of readdirSync(jobs.folder)) {
    if (name.startsWith(REMOVED)) rmSync(join(jobs.folder, name), { recursive: true, force: true });
  }
}

function stateOf(jobs: Jobs, id: string): JobRow['state'] | undefined {
  try {
    return jobs.row(id).state;
  } catch {
    return undefined;
  }
}
