import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFileAside } from '../../base/files.ts';
import { InputError } from '../../base/problem.ts';
import type { OnStep } from '../../base/progress.ts';
import { RUN_FILE, readJobFile } from '../../jobs/job-file.ts';
import { run as runSchema } from '../../jobs/run-spec/run.ts';
import { type Mixed, mixedTasks, trainingInstances } from '../mixed-tasks.ts';
import type { Session } from '../session.ts';
import { clearFault, writeFault } from './fault.ts';
import { FROZEN_FOLDER, frozenHash, openFrozen } from './frozen-bench.ts';
import { EXAMPLES_PER_PART, STREAM_FOLDER, StreamParts } from './parts.ts';
import { StreamPosition } from './position.ts';
import { writeValidation } from './validation.ts';

/** Parts that are there before they are asked for. */
const AHEAD = 4;
const LOOK_MS = 500;
/** Draws among which one must give an instance. */
const TRIED = 1000;

export interface Feeding {
  signal: AbortSignal;
  onStep: OnStep;
  /** Takes a line on each part that was written. */
  say: (line: string) => void;
  examplesPerPart?: number;
  ahead?: number;
}

/**
 * Writes a run's training stream ahead of its runner, until the signal aborts. Goes on wherever an earlier
 * feeder was killed. Throws InputError where no example can be drawn, or the bench's files are not those that
 * the run began with; the runner is told by a file of the stream.
 */
export async function feed(job: string, feeding: Feeding): Promise<void> {
  const { signal, onStep, say } = feeding;
  const frozen = join(job, FROZEN_FOLDER);
  const { bench } = readJobFile(job);
  const run = runSchema.parse(JSON.parse(readFileSync(join(job, RUN_FILE), 'utf8')));
  clearFault(job);
  const session = openFrozen(bench, frozen);
  try {
    const mixed = await mixedTasks(session, { seed: run.seed, signal, onStep });
    await drawableOrEnd(job, session, mixed);
    const about = {
      examplesPerPart: feeding.examplesPerPart ?? EXAMPLES_PER_PART,
      start: 0,
      bench: frozenHash(frozen),
    };
    const parts = new StreamParts(job, session, mixed, about);
    const position = new StreamPosition(job);
    if (!parts.has(0) && position.read().part === 0) await written(parts, 0, feeding);
    if (run.validation.every > 0) {
      const { examples } = run.validation;
      const counts = await writeValidation(session, job, { examples, seed: run.seed }, { signal, onStep });
      for (const [level, count] of Object.entries(counts))
        if (count > 0) say(`validation, ${level}: ${count} examples`);
    }
    while (!signal.aborted) {
      const missing = next(parts, position, feeding.ahead ?? AHEAD);
      if (missing === undefined) await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
      else await written(parts, missing, feeding);
    }
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof InputError)) throw error;
    const ours = ofThisRun(error);
    writeFault(job, ours);
    throw ours;
  } finally {
    session.close();
  }
}

/** A runner that waits for a stream of nothing is told so by its end. */
async function drawableOrEnd(job: string, session: Session, mixed: Mixed): Promise<void> {
  const end = join(job, STREAM_FOLDER, 'end.json');
  rmSync(end, { force: true });
  try {
    await checkDrawable(session, mixed);
  } catch (error) {
    if (error instanceof NothingDrawn) writeFileAside(end, `${JSON.stringify({ parts: 0, examples: 0 })}\n`);
    throw error;
  }
}

/** The first part that should be there and isn't; takes away those that no one asks for any more. */
function next(parts: StreamParts, position: StreamPosition, ahead: number): number | undefined {
  const { part, oldest } = position.read();
  parts.removeBefore(oldest);
  for (let wanted = part; wanted <= part + ahead; wanted++) if (!parts.has(wanted)) return wanted;
  return undefined;
}

async function written(parts: StreamParts, part: number, { signal, say }: Feeding): Promise<void> {
  const { examples, failed, bytes } = await parts.write(part, signal);
  const without = failed > 0 ? `, ${failed} left out: their template fails` : '';
  say(`part ${part}: ${examples} examples, ${(bytes / 1e6).toFixed(1)} MB${without}`);
}

/** A run keeps to its files as they were when it began: another import doesn't help it. */
function ofThisRun(error: InputError): InputError {
  const what = error.message.replace(/: (?:import|ask) again$/u, '');
  if (what === error.message) return error;
  const { file, line } = error;
  return new InputError(`${what}: put it back as it was and resume the run, else start it anew`, {
    file,
    line,
  });
}

class NothingDrawn extends InputError {}

/** Throws InputError where nothing can be trained on: no task, or no template that renders. */
export async function checkDrawable(session: Session, mixed: Mixed): Promise<void> {
  if (mixed.stream.empty) {
    throw new NothingDrawn('there is nothing to train on: import the bench, or leave it tasks to train on', {
      file: session.bench.root,
    });
  }
  let tried = 0;
  let first: string | undefined;
  for await (const { draw, instance, error } of trainingInstances(session, mixed)) {
    if (instance) return;
    first ??= `${draw.task}, template "${draw.template}": ${error}`;
    if (++tried === TRIED) break;
  }
  throw new NothingDrawn(`no template renders on the first ${TRIED} draws (${first}): see "heldout check"`, {
    file: session.bench.root,
  });
}
