import { messageOf } from '../../base/problem.ts';
import { callSlurm, placeOf, type SlurmJob } from '../../base/slurm.ts';

/** What of a job array is still to end. */
export interface Unfinished {
  running: number;
  waiting: number;
  /** Why the first of those that wait does, in Slurm's word. */
  reason?: string;
}

/** Array tasks where the site doesn't tell: Slurm's default for MaxArraySize, which counts from 0. */
const USUAL_TASKS = 1000;

/** What is left of an array; undefined when all of it has ended. Throws when Slurm doesn't answer. */
export async function unfinished(job: SlurmJob): Promise<Unfinished | undefined> {
  let lines: string[];
  try {
    const args = ['--noheader', '--array', `--jobs=${job.id}`, '--format=%T|%r', ...placeOf(job)];
    lines = (await callSlurm('squeue', args)).split('\n').filter((line) => line.includes('|'));
  } catch (error) {
    // Slurm forgets a job some minutes after its end.
    if (/invalid job id/i.test(messageOf(error))) return undefined;
    throw error;
  }
  if (lines.length === 0) return undefined;
  const waiting = lines.map((line) => line.split('|')).filter(([state]) => state === 'PENDING');
  const reason = waiting[0]?.[1];
  return {
    running: lines.length - waiting.length,
    waiting: waiting.length,
    ...(reason && reason !== 'None' ? { reason } : {}),
  };
}

/** How the tasks of an ended array ended, by task, for those that didn't end well and that Slurm still knows. */
export async function failures(job: SlurmJob): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  let said: string;
  try {
    said = await callSlurm('scontrol', ['--oneliner', 'show', 'job', job.id, ...placeOf(job)]);
  } catch {
    // The partitions that are missing tell enough.
    return found;
  }
  for (const line of said.split('\n')) {
    const [task, state, exit] = ['ArrayTaskId', 'JobState', 'ExitCode'].map(
      (name) => new RegExp(`(?:^| )${name}=(\\S+)`).exec(line)?.[1],
    );
    if (!/^\d+$/.test(task ?? '') || !state || state === 'COMPLETED') continue;
    const [status, signal] = (exit ?? '').split(':').map(Number);
    const how = signal ? `, signal ${signal}` : status ? `, status ${status}` : '';
    found.set(Number(task), `${state}${how}`);
  }
  return found;
}

/** The most tasks that an array may have here. */
export async function mostTasks(): Promise<number> {
  try {
    const size = /^MaxArraySize\s*=\s*(\d+)/m.exec(await callSlurm('scontrol', ['show', 'config']))?.[1];
    return size === undefined ? USUAL_TASKS : Math.max(1, Number(size) - 1);
  } catch {
    return USUAL_TASKS;
  }
}
