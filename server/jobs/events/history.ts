import { setImmediate as breathe } from 'node:timers/promises';
import { beginsLine, linesFrom, rawLinesFrom, sizeOf } from '../../base/lines.ts';
import type { JobDetail, JobPoint } from '../../protocol.ts';
import { isStepLine, parseEvent, parseWork, type WorkEvent } from './schema.ts';
import { Series } from './series.ts';

/** Points that a history keeps of a run, however long. */
const MOST_POINTS = 8192;
const MOST_MESSAGES = 200;
/** Of what is read at once, at most about so many bytes of steps are looked into: every n-th step of longer logs. */
const STEP_BYTES = 24 << 20;
/** Events between two pauses in which a server answers others. */
const BREATH = 20_000;

type Checkpoint = { time: number; step: number; path: string; seconds: number | null };

/** All that a job's page shows of its events: read once, then only what is added. */
export class History {
  readonly #file: string;
  #offset = 0;
  #series = new Series(MOST_POINTS);
  states: JobDetail['states'] = [];
  checkpoints: Checkpoint[] = [];
  validations: JobDetail['validations'] = [];
  messages: JobDetail['messages'] = [];
  device: string | null = null;
  world: number | null = null;
  parameters: number | null = null;
  /** Relative to the job's folder. */
  final: string | null = null;
  results: string | null = null;

  constructor(file: string) {
    this.#file = file;
  }

  /** Where the next event begins. */
  get offset(): number {
    return this.#offset;
  }

  async read(): Promise<void> {
    if (sizeOf(this.#file) < this.#offset || !beginsLine(this.#file, this.#offset)) this.#begin();
    const every = Math.ceil((sizeOf(this.#file) - this.#offset) / STEP_BYTES);
    let read = 0;
    let steps = 0;
    for (const { bytes, to } of rawLinesFrom(this.#file, this.#offset)) {
      if (every <= 1 || !isStepLine(bytes) || steps++ % every === 0) this.#take(bytes.toString('utf8'));
      this.#offset = to;
      if (++read % BREATH === 0) await breathe();
    }
  }

  /** The points from an offset of the log on; all of them from 0. */
  points(from: number, most: number): JobPoint[] {
    if (from === 0 || from > this.#offset || !beginsLine(this.#file, from))
      return thinned(this.#series, most);
    const series = new Series(most);
    for (const { text, to } of linesFrom(this.#file, from)) {
      if (to > this.#offset) break;
      const work = parseWork(text);
      if (work?.event === 'step') series.add(work);
    }
    return series.points();
  }

  #begin(): void {
    this.#offset = 0;
    this.#series = new Series(MOST_POINTS);
    this.states = [];
    this.checkpoints = [];
    this.validations = [];
    this.messages = [];
  }

  #take(text: string): void {
    const work = parseWork(text);
    if (work) {
      this.#takeWork(work);
      return;
    }
    const event = parseEvent(text);
    if (event?.type === 'state') {
      const { time, state, attempt, reason = null } = event;
      this.states.push({ time, state, attempt, reason });
    } else if (event?.type === 'message') {
      this.#say(event);
    }
  }

  #takeWork(event: WorkEvent): void {
    const { time } = event;
    switch (event.event) {
      case 'started':
        this.device = event.device ?? null;
        this.world = event.world ?? null;
        this.parameters = event.parameters ?? null;
        this.#cut(event.resumed_from ?? 0);
        break;
      case 'step':
        this.#series.add(event);
        break;
      case 'validation': {
        const levels = Object.fromEntries(
          Object.entries(event.levels).map(([level, { loss, tokens }]) => [
            level,
            { loss: loss ?? null, tokens },
          ]),
        );
        this.validations = [...before(this.validations, event.step), { time, step: event.step, levels }];
        break;
      }
      case 'checkpoint': {
        const { step, path, seconds = null } = event;
        this.checkpoints = [...before(this.checkpoints, step), { time, step, path, seconds }];
        break;
      }
      case 'done':
        this.final = event.path ?? null;
        this.results = event.results ?? null;
        break;
      case 'message':
        this.#say(event);
        break;
      case 'failed':
        this.#say({
          time,
          severity: 'error',
          text: event.advice ? `${event.text}: ${event.advice}` : event.text,
        });
        break;
    }
  }

  /** What came of steps that are done again doesn't count. */
  #cut(lastStep: number): void {
    this.#series.cut(lastStep);
    this.validations = before(this.validations, lastStep + 1);
    this.checkpoints = before(this.checkpoints, lastStep + 1);
  }

  #say({ time, severity, text }: JobDetail['messages'][number]): void {
    this.messages.push({ time, severity, text });
    if (this.messages.length > MOST_MESSAGES) this.messages.shift();
  }
}

/** Those of steps before one. */
function before<T extends { step: number }>(list: readonly T[], step: number): T[] {
  return list.filter((one) => one.step < step);
}

/** The points of a series in no more than `most`: each keeps its place, some are left out. */
function thinned(series: Series, most: number): JobPoint[] {
  const points = series.points();
  if (points.length <= most) return points;
  const every = Math.ceil(points.length / most);
  return points.filter((_, at) => at % every === every - 1 || at === points.length - 1);
}
