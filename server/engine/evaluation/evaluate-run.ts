import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { InputError } from '../../base/problem.ts';
import type { OnStep } from '../../base/progress.ts';
import { isActive } from '../../jobs/events/summary.ts';
import type { Jobs } from '../../jobs/listing.ts';
import { checkpointsOfRun, type RunCheckpoint, runOf } from './run-checkpoints.ts';

/** Milliseconds between looks for the next checkpoint. */
const LOOK_MS = 1000;

export interface RunEvaluation {
  /** This step alone. */
  step?: number;
  /** Waits for those that the run still writes, until it ends. */
  follow: boolean;
  /** Whether a step has its results already. */
  known: (step: number) => boolean;
  evaluate: (checkpoint: RunCheckpoint) => Promise<void>;
  say: (line: string) => void;
  signal: AbortSignal;
  onStep: OnStep;
}

/** What was evaluated now, by step; what was known; what was taken away before it could be read. */
export interface RunEvaluated {
  evaluated: number[];
  known: number[];
  gone: number[];
}

/**
 * Evaluates the checkpoints of a run that have no results yet, the oldest first: it is the first to be taken away.
 * Throws InputError where there is none to evaluate.
 */
export async function evaluateRun(jobs: Jobs, id: string, options: RunEvaluation): Promise<RunEvaluated> {
  const { step: only, follow, known, evaluate, say, signal, onStep } = options;
  const folder = jobs.folderOf(id);
  if (jobs.file(id).kind !== 'train') throw new InputError(`${id} is no training run: it has no checkpoints`);
  const { steps, checkpoint } = runOf(folder);
  const done: RunEvaluated = { evaluated: [], known: [], gone: [] };
  const seen = new Set<number>();
  for (;;) {
    signal.throwIfAborted();
    // Looked at before the checkpoints: what an ended run wrote is all there.
    const active = isActive(jobs.row(id).state);
    const there = checkpointsOfRun(folder).filter(({ step }) => only === undefined || step === only);
    const next = there.find(({ step }) => !seen.has(step));
    if (next) {
      const { step } = next;
      const missed = follow ? between(Math.max(0, ...seen), step, checkpoint.every) : [];
      if (missed.length > 0) {
        done.gone.push(...missed);
        say(
          `warning: evaluating is slower than training: ${missed.length === 1 ? 'step' : 'steps'} ${missed.join(', ')} went before it was their turn (the run keeps the last ${checkpoint.keep}: a larger checkpoint.keep keeps them)`,
        );
      }
      seen.add(step);
      if (known(step)) {
        done.known.push(step);
        continue;
      }
      say(`step ${step} of ${steps}`);
      try {
        await evaluate(next);
        done.evaluated.push(step);
      } catch (error) {
        // The run keeps the last ones only: what it took away while it was read is no fault of it.
        if (signal.aborted || existsSync(next.place)) throw error;
        done.gone.push(step);
        say(
          `warning: the checkpoint of step ${step} was taken away while it was read (the run keeps the last ${checkpoint.keep}); going on`,
        );
      }
      continue;
    }
    if (!follow || !active || (only !== undefined && seen.has(only))) break;
    const { step, name } = jobs.row(id);
    onStep({ message: `waiting for a checkpoint of ${name}`, done: step ?? 0, total: steps, unit: 'steps' });
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
  }
  if (seen.size === 0) throw new InputError(missing(id, folder, only, follow));
  return done;
}

/** Steps at which a run wrote checkpoints after one that was seen (0: none was) and before the next. */
function between(seen: number, next: number, every: number): number[] {
  const steps: number[] = [];
  if (seen > 0) for (let step = seen + every - (seen % every); step < next; step += every) steps.push(step);
  return steps;
}

function missing(id: string, folder: string, only: number | undefined, followed: boolean): string {
  const there = checkpointsOfRun(folder).map(({ step }) => step);
  if (there.length === 0 && followed)
    return `${id} ended before it wrote a checkpoint: there is none to evaluate`;
  const what = only === undefined ? 'no checkpoint' : `no checkpoint of step ${only}`;
  return there.length === 0
    ? `${id} has ${what} on disk: --follow waits for the first`
    : `${id} has ${what} on disk: there are ${there.join(', ')}`;
}
