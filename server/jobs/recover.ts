import { isActive } from './events/summary.ts';
import type { Jobs } from './listing.ts';
import { killMarked } from './machine/process.ts';
import { startSupervisor } from './start.ts';
import { JOB_MARK, supervisorOf } from './watched.ts';

/**
 * Puts right what ended unseen. The work of a job whose supervisor is gone ends with it; should the guard
 * have been killed too, what is left of it is ended now. A job on Slurm goes on by itself: it is followed again.
 */
export async function recoverJobs(jobs: Jobs, onProblem: (message: string) => void): Promise<void> {
  for (const { id, state } of jobs.list().jobs) {
    if (state !== 'lost') continue;
    try {
      await recoverJob(jobs, id);
    } catch (error) {
      onProblem(`${id}: ${error instanceof Error ? error.message : String(error)}`);
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
