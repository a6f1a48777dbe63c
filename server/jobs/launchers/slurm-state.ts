import { readFileSync } from 'node:fs';
import { messageOf } from '../../base/problem.ts';
import { callSlurm, placeOf, type SlurmJob } from '../../base/slurm.ts';

/** What Slurm says of a job that is still in its queue. */
export interface Queued {
  /** Some of it runs. */
  running: boolean;
  /** Why it waits, in Slurm's word. */
  reason: string;
}

/** A task's end as Slurm has it: `NODE_FAIL`, status, signal, the nodes. */
export interface SlurmEnd {
  /** Of an array; 0 of another job. */
  task: number;
  state: string;
  code: number;
  signal: number;
  nodes: string;
}

/** What squeue says; undefined for a job that has left the queue. Throws when Slurm doesn't answer. */
export async function queuedAs(job: SlurmJob): Promise<Queued | undefined> {
  let said: string;
  try {
    said = await callSlurm('squeue', [
      '--noheader',
      '--array',
      `--jobs=${job.id}`,
      '--format=%T|%r',
      ...placeOf(job),
    ]);
  } catch (error) {
    // Slurm forgets a job some minutes after its end.
    if (/invalid job id/i.test(messageOf(error))) return undefined;
    throw error;
  }
  const tasks = said
    .split('\n')
    .filter((line) => line.includes('|'))
    .map((line) => line.trim().split('|'));
  if (tasks.length === 0) return undefined;
  const waiting = tasks.find(([state]) => state === 'PENDING');
  return {
    running: tasks.some(([state]) => state !== 'PENDING' && state !== 'REQUEUED'),
    reason: waiting?.[1] ?? 'None',
  };
}

/** The job that goes by a name, in the queue or ended; for one whose number was never written down. */
export async function jobNamed(name: string): Promise<SlurmJob | undefined> {
  const queue = await callSlurm('squeue', ['--noheader', '--states=all', `--name=${name}`, '--format=%F']);
  // Accounting remembers for longer, where a site has it.
  const past =
    queue.trim() === ''
      ? await callSlurm('sacct', ['-nXP', `--name=${name}`, '--format=JobID']).catch(() => '')
      : queue;
  const id = past.trim().split('\n').at(-1)?.trim().split('_')[0];
  return id ? { id } : undefined;
}

/** How a job's tasks ended, from whichever of Slurm's memories still has it; empty where none does. */
export async function endsOf(job: SlurmJob): Promise<SlurmEnd[]> {
  for (const source of [fromController, fromAccounting, fromCompletion]) {
    try {
      const ends = await source(job);
      if (ends.length > 0) return ends;
    } catch {
      // Forgotten there, or the site has no such memory.
    }
  }
  return [];
}

async function fromController(job: SlurmJob): Promise<SlurmEnd[]> {
  const said = await callSlurm('scontrol', ['--oneliner', 'show', 'job', job.id, ...placeOf(job)]);
  return said.split('\n').flatMap((line) => fromFields(line) ?? []);
}

async function fromAccounting(job: SlurmJob): Promise<SlurmEnd[]> {
  const format = '--format=JobID,State,ExitCode,NodeList';
  const said = await callSlurm('sacct', ['-P', '-n', '-X', `--jobs=${job.id}`, format, ...placeOf(job)]);
  return said.split('\n').flatMap((line) => {
    const [id = '', state = '', exit = '', nodes = ''] = line.trim().split('|');
    if (state === '') return [];
    return [endOf(id.split('_')[1], state.split(' ')[0]!, exit, nodes)];
  });
}

/** The text file that a site without accounting may let the controller write. */
async function fromCompletion(job: SlurmJob): Promise<SlurmEnd[]> {
  const file = /^JobCompLoc\s*=\s*(\/\S+)/m.exec(await callSlurm('scontrol', ['show', 'config']))?.[1];
  if (!file) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines
    .filter((line) => line.startsWith(`JobId=${job.id} `))
    .flatMap((line) => fromFields(line) ?? [])
    .slice(-1);
}

function fromFields(line: string): SlurmEnd | undefined {
  const field = (name: string) => new RegExp(`(?:^| )${name}=(\\S*)`).exec(line)?.[1];
  const state = field('JobState');
  if (!state) return undefined;
  return endOf(field('ArrayTaskId'), state, field('ExitCode') ?? '', field('NodeList') ?? '');
}

function endOf(task: string | undefined, state: string, exit: string, nodes: string): SlurmEnd {
  const [code, signal] = exit.split(':').map(Number);
  const number = /^\d+$/.test(task ?? '') ? Number(task) : 0;
  return { task: number, state, code: code || 0, signal: signal || 0, nodes };
}
