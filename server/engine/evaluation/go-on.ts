import { setTimeout as sleep } from 'node:timers/promises';
import { orSay } from '../../base/problem.ts';
import { resumeJob, retryJob, startAgain } from '../../jobs/control.ts';
import { isActive } from '../../jobs/events/summary.ts';
import type { Jobs } from '../../jobs/listing.ts';
import { recoverJob } from '../../jobs/recover.ts';
import type { JobRow } from '../../protocol.ts';

const LOOK_MS = 100;
/** How long an evaluation may take to end that has seen the run ended, just before that was resumed. */
const ENDING_MS = 5000;

/** A run that goes on, and the job that evaluates its checkpoints, where the run's spec asked for one. */
export interface GoesOn {
  row: JobRow;
  evaluation?: string;
}

/** Resumes a job, and with a run the evaluation that its spec asked for. Throws InputError where it can't be. */
export async function resumeWithEvaluation(jobs: Jobs, id: string): Promise<GoesOn> {
  await resumeJob(jobs, id);
  const evaluation = evaluationOf(jobs, id);
  if (evaluation === undefined) return { row: jobs.row(id) };
  await orSay(`${id} goes on, the evaluation of its checkpoints doesn't`, goOn(jobs, evaluation));
  return { row: jobs.row(id), evaluation };
}

/** Runs a job again from the start as a new one, and with a run the evaluation that its spec asked for. */
export async function retryWithEvaluation(jobs: Jobs, id: string): Promise<GoesOn> {
  const made = await retryJob(jobs, id);
  const old = evaluationOf(jobs, id);
  if (old === undefined) return { row: jobs.row(made.id) };
  const command = jobs.file(old).command.map((word) => (word === id ? made.id : word));
  const { id: evaluation } = await orSay(
    `${made.id} was started, the evaluation of its checkpoints was not`,
    retryJob(jobs, old, { command, startedWith: made.id }),
  );
  return { row: jobs.row(made.id), evaluation };
}

/** The last one that was started with a run; one that was removed is not missed. */
function evaluationOf(jobs: Jobs, id: string): string | undefined {
  // The newest stand first.
  return jobs.list().jobs.find((row) => jobs.file(row.id).startedWith === id)?.id;
}

/** Has it follow the run again, in its own folder: what has results is passed over. One that is under way does so by itself. */
async function goOn(jobs: Jobs, id: string): Promise<void> {
  await recoverJob(jobs, id);
  for (const giveUp = Date.now() + ENDING_MS; isActive(jobs.row(id).state); await sleep(LOOK_MS))
    if (Date.now() > giveUp) return;
  await startAgain(jobs, id);
}
