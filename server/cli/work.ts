import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, messageOf } from '../base/problem.ts';
import { measured, type OnStep } from '../base/progress.ts';
import type { WorkEvent } from '../jobs/events/schema.ts';
import { WORK_FILE } from '../jobs/job-file.ts';
import { STOPPED } from '../jobs/launchers/launcher.ts';
import { JOB_MARK } from '../jobs/watched.ts';
import { interruptible, showProgress } from './common.ts';

const EVERY_MS = 1000;

/** What a job is told of what its work came to: the results file, of an evaluation of one checkpoint. */
export interface WorkEnd {
  results?: string;
}

/**
 * Runs a long verb; where it is the work of a job, it tells the job how far it is and how it ended, and a SIGTERM
 * stops it politely: what it has done is kept, and the same job goes on from there.
 */
export async function asWork(
  verb: (how: { signal: AbortSignal; onStep: OnStep }) => Promise<WorkEnd>,
): Promise<void> {
  const signal = interruptible();
  const show = showProgress();
  const folder = process.env[JOB_MARK];
  if (!folder) {
    await verb({ signal, onStep: show });
    return;
  }

  const tell = (event: Partial<WorkEvent> & { event: WorkEvent['event'] }) =>
    appendFileSync(join(folder, WORK_FILE), `${JSON.stringify({ ...event, time: Date.now() })}\n`);
  const stopped = new AbortController();
  process.once('SIGTERM', () => stopped.abort(new InputError('stopped: resume goes on from here')));
  const tellStep = measured(
    ({ message, done, total, unit }) => tell({ event: 'progress', message, done, total, unit }),
    EVERY_MS,
  );
  try {
    const end = await verb({
      signal: AbortSignal.any([signal, stopped.signal]),
      onStep: (step) => {
        show(step);
        tellStep(step);
      },
    });
    tell({ event: 'done', ...end });
    // Faults of the bench that the verb could work with stand in the log: the work is done all the same.
    process.exitCode = 0;
  } catch (error) {
    if (stopped.signal.aborted) {
      process.exitCode = STOPPED;
      return;
    }
    tell({
      event: 'failed',
      code: 'other',
      text: error instanceof InputError ? error.toString() : messageOf(error),
    });
    throw error;
  }
}
