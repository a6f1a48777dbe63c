import { beginsLine, rawLinesFrom, readRange, sizeOf } from '../../base/lines.ts';
import type { JobState } from '../../protocol.ts';
import {
  isStepLine,
  type JobEvent,
  parseEvent,
  type Summary,
  type WorkEvent,
  workEventOf,
} from './schema.ts';

/** A mark stands in the log after so many bytes at the latest: what came before it needn't be read. */
export const MARK_BYTES = 256 << 10;
/** What of the log's end is looked through for one. */
const TAIL_BYTES = 4 * MARK_BYTES;
/** The weight of a step's seconds against those before it. */
const WEIGHT = 0.1;
/** Checkpoints whose losses are kept: more than a run usually keeps on disk. */
const MOST_LOSSES = 32;

export function isActive(state: JobState): boolean {
  return state === 'queued' || state === 'running' || state === 'stopping';
}

/** Before the first event. */
export const NOTHING: Summary = {
  state: 'queued',
  since: 0,
  reason: null,
  attempt: 0,
  slurmJob: null,
  step: null,
  steps: null,
  loss: null,
  tokensPerSecond: null,
  seconds: null,
  activity: null,
  checkpoint: null,
  losses: [],
  failure: null,
  to: 0,
};

/** What is known after one more event. */
export function after(before: Summary, event: JobEvent): Summary {
  switch (event.type) {
    case 'mark':
      return event.summary;
    case 'message':
      return event.to === undefined ? before : { ...before, to: event.to };
    case 'state': {
      const { state, time, reason = null, attempt, slurmJob = before.slurmJob } = event;
      const known = { ...before, state, since: time, reason, attempt, slurmJob };
      if (attempt !== before.attempt) return { ...known, failure: null, slurmJob: null, activity: null };
      return isActive(state) ? known : { ...known, activity: null };
    }
    case 'work': {
      const work = workEventOf(event);
      return { ...(work ? afterWork(before, work) : before), to: event.to };
    }
  }
}

function afterWork(before: Summary, event: WorkEvent): Summary {
  switch (event.event) {
    case 'started':
      return {
        ...before,
        steps: event.steps ?? before.steps,
        step: event.resumed_from ?? 0,
        seconds: null,
        tokensPerSecond: null,
        losses: before.losses.filter(({ step }) => step <= (event.resumed_from ?? 0)),
        activity: null,
      };
    case 'step': {
      const took = event.seconds ?? null;
      const mean =
        took === null || before.seconds === null ? took : before.seconds * (1 - WEIGHT) + took * WEIGHT;
      return {
        ...before,
        step: event.step,
        loss: event.loss ?? null,
        tokensPerSecond: event.tokens_per_second ?? null,
        seconds: mean ?? before.seconds,
        activity: null,
      };
    }
    case 'checkpoint':
      return { ...before, checkpoint: event.step, losses: withLoss(before, event.step), activity: null };
    case 'progress': {
      const { message, done, total, unit } = event;
      const counted = done != null && total != null ? `, ${done} of ${total}${unit ? ` ${unit}` : ''}` : '';
      return { ...before, activity: `${message}${counted}` };
    }
    case 'done':
      return { ...before, step: event.step ?? before.step, activity: null };
    case 'failed':
      return { ...before, failure: event.advice ? `${event.text}: ${event.advice}` : event.text };
    default:
      return before;
  }
}

function withLoss({ losses, step, loss }: Summary, at: number): Summary['losses'] {
  const earlier = losses.filter((one) => one.step < at);
  return step === at && loss !== null ? [...earlier, { step, loss }].slice(-MOST_LOSSES) : earlier;
}

/** Reads what is known of a job from the end of its log, and then only what is added to it. */
export class SummaryReader {
  readonly #file: string;
  #summary = NOTHING;
  #offset = 0;

  constructor(file: string) {
    this.#file = file;
  }

  read(): Summary {
    const size = sizeOf(this.#file);
    // A log is cut when a write failed half-way.
    if (size < this.#offset || !beginsLine(this.#file, this.#offset)) this.#offset = 0;
    if (this.#offset === 0) {
      this.#summary = NOTHING;
      this.#offset = lastMark(this.#file, size);
    }
    // Where no mark is near the end, of the steps before it only the last of each run of them tells anything.
    const near = size - TAIL_BYTES;
    let passed: Buffer | undefined;
    for (const { bytes, to } of rawLinesFrom(this.#file, this.#offset)) {
      this.#offset = to;
      if (to < near && isStepLine(bytes)) {
        passed = bytes;
        continue;
      }
      if (passed) this.#take(passed);
      passed = undefined;
      this.#take(bytes);
    }
    return this.#summary;
  }

  #take(line: Buffer): void {
    const event = parseEvent(line.toString('utf8'));
    if (event) this.#summary = after(this.#summary, event);
  }
}

/** Where the last mark begins; 0 where none is near the end. */
function lastMark(file: string, size: number): number {
  const from = Math.max(0, size - TAIL_BYTES);
  const tail = readRange(file, from, size);
  for (let at = tail.lastIndexOf('{"type":"mark"'); at > 0; at = tail.lastIndexOf('{"type":"mark"', at - 1)) {
    const whole = tail[at - 1] === 10 && tail.indexOf(10, at) > 0;
    if (whole) return from + at;
  }
  return 0;
}
