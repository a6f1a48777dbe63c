import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { InputError, messageOf } from '../../base/problem.ts';
import { JOB_FILE, RUN_FILE, readJobFile } from '../../jobs/job-file.ts';
import type { Jobs } from '../../jobs/listing.ts';
import { type Run, run as runSchema } from '../../jobs/run-spec/run.ts';
import type { RunCheckpoint as ListedCheckpoint } from '../../protocol.ts';

/** A checkpoint that a training run of the bench wrote. */
export interface RunCheckpoint {
  run: { id: string; name: string };
  /** The run's folder. */
  job: string;
  step: number;
  /** Its folder. */
  place: string;
  /** `shards`: to go on from, and to be exported before it is loaded; `weights`: a model as it lies. */
  form: 'shards' | 'weights';
}

const STEP = /^step-(\d{8,})$/u;
const CHECKPOINTS = 'checkpoints';
const FINAL = 'final';

/** What of a run is on disk, by step. The last one is its finished weights, where it has got that far. */
export function checkpointsOfRun(job: string): RunCheckpoint[] {
  const { id, name } = readJobFile(job);
  const folder = join(job, CHECKPOINTS);
  const found = new Map<number, RunCheckpoint>();
  for (const entry of existsSync(folder) ? readdirSync(folder) : []) {
    const step = STEP.exec(entry)?.[1];
    if (step === undefined) continue;
    const place = join(folder, entry);
    found.set(Number(step), { run: { id, name }, job, step: Number(step), place, form: 'shards' });
  }
  const place = join(job, FINAL);
  if (existsSync(place)) {
    // The same weights as the last checkpoint's, and nothing to be exported.
    const { steps } = runOf(job);
    found.set(steps, { run: { id, name }, job, step: steps, place, form: 'weights' });
  }
  return [...found.values()].sort((a, b) => a.step - b.step);
}

/** Those of all runs that are on disk: the newest run first, and of each the newest checkpoint. */
export function runCheckpoints(jobs: Jobs): ListedCheckpoint[] {
  return jobs.list().jobs.flatMap(({ id, kind }) => {
    if (kind !== 'train') return [];
    const { losses } = jobs.summaryOf(id);
    return readable(jobs.folderOf(id))
      .reverse()
      .flatMap(({ run, step, place, form }) => {
        const time = statSync(place, { throwIfNoEntry: false })?.mtimeMs;
        // Taken away meanwhile.
        if (time === undefined) return [];
        const loss = losses.find((one) => one.step === step)?.loss ?? null;
        return [{ run, step, final: form === 'weights', folder: place, time, loss }];
      });
  });
}

/** None of a run whose files can't be read: the list of jobs says so. */
function readable(job: string): RunCheckpoint[] {
  try {
    return checkpointsOfRun(job);
  } catch (error) {
    if (error instanceof InputError) return [];
    throw error;
  }
}

/** The checkpoint of a run that a folder is; undefined where it is something else. */
export function runCheckpointAt(given: string): RunCheckpoint | undefined {
  const place = resolve(given);
  const step = STEP.exec(basename(place))?.[1];
  const inside = basename(dirname(place)) === CHECKPOINTS && step !== undefined;
  const job = inside ? dirname(dirname(place)) : dirname(place);
  if (!existsSync(join(job, JOB_FILE)) || !existsSync(join(job, RUN_FILE))) return undefined;
  const there = checkpointsOfRun(job);
  // The last checkpoint stands for its finished weights, where there are some.
  return inside ? there.find((one) => one.step === Number(step)) : there.find((one) => one.place === place);
}

/** Steps of the run, those between two checkpoints, and how many stay. */
export function runOf(job: string): Run {
  const file = join(job, RUN_FILE);
  try {
    return runSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new InputError(`is not the file of a training run (${messageOf(error)})`, { file });
  }
}

/** The interpreter that a training run was started with, where it is on this machine. */
export function pythonOfRun(job: string): string | undefined {
  const { kind, command } = readJobFile(job);
  const [python] = command;
  return kind === 'train' && python !== undefined && existsSync(python) ? python : undefined;
}
