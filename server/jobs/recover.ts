import { messageOf } from '../base/problem.ts';
import { isActive } from './events/summary.ts';
import type { Jobs } from './listing.ts';
import { killMarked } from './machine/process.ts';
import { startSupervisor } from './start.ts';
import { JOB_MARK, supervisorOf } from './watched.ts';

/**
 * Puts right what ended unseen. The work of a job whose supervisor is gone ends with it; should the guard
 * have been killed too, what is left of it is ended now. A job on Slurm goes on by itself: it is followed again.
 */
export async function recoverJobs(
  jobs: Jobs,
  onProblem: (message: string) => void,
  /** What was put right before, or could not be, is let be. */
  seen: Set<string> = new Set(),
): Promise<void> {
  for (const { id, state, since } of jobs.list().jobs) {
    const loss = `${id} ${since}`;
    if (state !== 'lost' || seen.has(loss)) continue;
    seen.add(loss);
    try {
      await recoverJob(jobs, id);
    } catch (error) {
      onProblem(`${id}: ${messageOf(error)}`);
    }
  }
}

/** Does nothing to a job that is watched over or has ended. */
export async function recoverJob(jobs: Jobs, id: string): Promise<void> {
  if (jobs.row(id).state !== 'lost') return;
  const folder = jobs.folderOf(id);
  if (supervisorOf(folder)?.life === 'alive') return;
  if (jobs.file(id).launcher.kind === 'machine') await killMarked(JOB_MARK, folder);
  else if (isActive(jobs.summaryOf(id).state)) await startSupervisor(folder, 'follow');
}
