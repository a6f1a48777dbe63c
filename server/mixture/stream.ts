import { SeededOrder } from '../base/seeded-order.ts';
import { type Demonstrating, drawShotCount } from '../prompts/metaicl.ts';
import type { Selection } from '../prompts/selection.ts';
import { Sequence } from './random-access.ts';
import type { Stream } from './streams.ts';

/** A task that is drawn from: its share and the prompts that it gives. */
export interface StreamTask {
  id: string;
  stream: Stream;
  share: number;
  selection: Selection;
}

/** One draw: which instance stands at a place of the stream. */
export interface Draw {
  /** From 0. */
  index: number;
  task: string;
  /** How often the task's prompts have all been drawn before, from 0. */
  pass: number;
  example: number;
  /** The template's place among the task's. */
  template: number;
  /** Demonstrations, as MetaICL draws them. */
  shots: number;
}

export interface StreamOptions {
  seed: number;
  metaicl?: Demonstrating;
}

/**
 * The training stream: endless, the same for a seed and the same tasks. Exactly:
 * - the task at `index` is drawn by its share, from a number that depends on the seed and the index alone;
 * - within a task its prompts come in a seeded order, each once before any comes again, in another order
 *   each pass; which one depends on how often the task was drawn before;
 * - the number of demonstrations depends on the seed, the task, the pass, example and template.
 * Memory is one number a task, whatever the index. A stream that begins at an index goes on exactly as one
 * that began at 0: the draws before it are counted, not made.
 */
export class MixtureStream {
  readonly #tasks: readonly StreamTask[];
  readonly #options: StreamOptions;
  /** The upper end of each task's part of [0, 1). */
  readonly #ends: Float64Array;
  readonly #sequence: Sequence;
  /** The order of the pass that each task is in. */
  readonly #orders = new Map<number, { pass: number; order: SeededOrder }>();

  constructor(tasks: readonly StreamTask[], options: StreamOptions) {
    this.#tasks = tasks.filter(({ share, selection }) => share > 0 && selection.count > 0);
    this.#options = options;
    this.#sequence = new Sequence('mixture', options.seed);
    const total = this.#tasks.reduce((sum, task) => sum + task.share, 0);
    let end = 0;
    this.#ends = Float64Array.from(this.#tasks, ({ share }) => (end += share / total));
  }

  /** Whether there is anything to draw. */
  get empty(): boolean {
    return this.#tasks.length === 0;
  }

  /** The draws from `start` on; ends only when there is nothing to draw. */
  *from(start = 0): Generator<Draw, void> {
    if (this.empty) return;
    const counts = this.#countBefore(start);
    for (let index = start; ; index++) {
      const task = this.#taskAt(index);
      yield this.#draw(index, task, counts[task]!++);
    }
  }

  /** How often each task is drawn before `start`, by id. */
  drawnBefore(start: number): Map<string, number> {
    const counts = this.#countBefore(start);
    return new Map(this.#tasks.map(({ id }, task) => [id, counts[task]!]));
  }

  #countBefore(start: number): Float64Array {
    const counts = new Float64Array(this.#tasks.length);
    if (!this.empty) for (let index = 0; index < start; index++) counts[this.#taskAt(index)]!++;
    return counts;
  }

  #taskAt(index: number): number {
    const value = this.#sequence.at(index);
    let low = 0;
    let high = this.#ends.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ends[middle]! > value) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #draw(index: number, at: number, count: number): Draw {
    const { id, stream, selection } = this.#tasks[at]!;
    const pass = Math.floor(count / selection.count);
    const place = this.#orderOf(at, pass).at(count - pass * selection.count);
    const { example, template } = selection.at(place);
    const { seed, metaicl } = this.#options;
    // Plain text stands for itself; a worked chain of thought or a task is demonstrated.
    const shown = metaicl && stream !== 'pretraining' && stream !== 'dialogue';
    const shots = shown ? drawShotCount(metaicl, seed, id, pass, example, template) : 0;
    return { index, task: id, pass, example, template, shots };
  }

  #orderOf(at: number, pass: number): SeededOrder {
    const known = this.#orders.get(at);
    if (known?.pass === pass) return known.order;
    const { id, selection } = this.#tasks[at]!;
    const order = new SeededOrder(selection.count, 'pass', id, pass, this.#options.seed);
    this.#orders.set(at, { pass, order });
    return order;
  }
}
