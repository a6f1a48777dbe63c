import { SeededOrder } from '../base/seeded-order.ts';

/**
 * Which instances of a task are used (OPT-IML, section 2.4). An instance is a pair of an example and a
 * template, both by number. Nothing is listed: a selection answers by arithmetic, in memory that doesn't
 * grow with the task, and depends on the pool and the seed alone, not on what was asked before.
 */
export interface Selection {
  /** Instances. */
  readonly count: number;
  /** The instance at a place from 0 to `count`, in the seeded order: going through all places is one shuffled pass. */
  at(place: number): InstanceChoice;
  /** By example, those of `from` up to (not with) `to` that have any: the order to read files in. */
  byExample(from?: number, to?: number): Iterable<{ example: number; templates: readonly number[] }>;
}

export interface InstanceChoice {
  example: number;
  /** The template's place among those of the pool. */
  template: number;
}

/** What instances are chosen from. */
export interface Pool {
  task: string;
  /** Its examples are `from` up to (not with) `to`. */
  from: number;
  to: number;
  /** How many templates. */
  templates: number;
  /** Examples left out by a decision, ascending. */
  removed?: Uint32Array;
}

export interface Drawing {
  seed: number;
  /** Examples that take part at most. */
  limit?: number;
  /** Instances at most. */
  most?: number;
}

/** A selection as plain data, to be handed to a thread. */
export type Choice =
  | { kind: 'drawn'; pool: Pool; drawing: Drawing }
  | { kind: 'every'; pool: Pool; seed: number };

export function selectionOf(choice: Choice): Selection {
  return choice.kind === 'drawn'
    ? drawInstances(choice.pool, choice.drawing)
    : everyInstance(choice.pool, choice.seed);
}

/**
 * N instances of N examples, drawn from the instances of all templates, so that the number of templates
 * doesn't change how often a task is seen. Exactly:
 * - the examples stand in an order drawn by seed; the first `limit` of them take part;
 * - those that were removed leave; N is how many are left, or `most` where that is less;
 * - all instances of the examples that take part stand in an order drawn by seed; the first N of them whose
 *   example was not removed are the selection.
 * Each instance is as likely as any other, an example may come several times (by different templates) or
 * never, and no instance comes twice. Removing examples takes their instances out and moves the end of the
 * selection; it draws nothing anew.
 */
export function drawInstances(pool: Pool, drawing: Drawing): Selection {
  return new Drawn(pool, drawing);
}

/** Every example through every template. */
export function everyInstance(pool: Pool, seed: number): Selection {
  return new Every(pool, seed);
}

class Drawn implements Selection {
  readonly count: number;
  readonly #pool: Pool;
  readonly #removed: Uint32Array;
  /** Examples that take part, removed ones included; undefined where all do. */
  readonly #limited: SeededOrder | undefined;
  readonly #rows: number;
  readonly #order: SeededOrder;
  /** Places of the instances of removed examples, ascending. */
  readonly #holes: Float64Array;
  /** Instances from this place on are not in the selection. */
  readonly #end: number;

  constructor(pool: Pool, { seed, limit = Number.POSITIVE_INFINITY, most }: Drawing) {
    const examples = pool.to - pool.from;
    this.#pool = pool;
    this.#removed = within(pool);
    this.#rows = Math.min(examples, limit);
    if (this.#rows < examples) this.#limited = new SeededOrder(examples, 'examples', pool.task, seed);
    this.#order = new SeededOrder(this.#rows * pool.templates, 'instances', pool.task, seed);

    const rows = Array.from(this.#removed, (example) => this.#rowOf(example));
    const gone = rows.filter((row) => row < this.#rows);
    const left = this.#rows - gone.length;
    this.count = pool.templates === 0 ? 0 : Math.min(left, most ?? left);
    this.#holes = new Float64Array(gone.length * pool.templates);
    let hole = 0;
    for (const row of gone) {
      for (let template = 0; template < pool.templates; template++)
        this.#holes[hole++] = this.#order.placeOf(row * pool.templates + template);
    }
    this.#holes.sort();
    this.#end = this.#pastHoles(this.count - 1) + 1;
  }

  at(place: number): InstanceChoice {
    checkPlace(place, this.count);
    const { templates, from } = this.#pool;
    const instance = this.#order.at(this.#pastHoles(place));
    const row = Math.floor(instance / templates);
    return { example: from + (this.#limited?.at(row) ?? row), template: instance - row * templates };
  }

  *byExample(from = this.#pool.from, to = this.#pool.to) {
    const { templates: all } = this.#pool;
    if (this.count === 0) return;
    for (const example of left(this.#pool, this.#removed, from, to)) {
      const row = this.#rowOf(example);
      if (row >= this.#rows) continue;
      const templates: number[] = [];
      for (let template = 0; template < all; template++) {
        if (this.#order.placeOf(row * all + template) < this.#end) templates.push(template);
      }
      if (templates.length > 0) yield { example, templates };
    }
  }

  #rowOf(example: number): number {
    const number = example - this.#pool.from;
    return this.#limited?.placeOf(number) ?? number;
  }

  /** The place that is the `place`-th when the holes are not counted. */
  #pastHoles(place: number): number {
    return place + countWhere(this.#holes, (hole, before) => hole - before <= place);
  }
}

class Every implements Selection {
  readonly count: number;
  readonly #pool: Pool;
  readonly #removed: Uint32Array;
  readonly #order: SeededOrder;

  constructor(pool: Pool, seed: number) {
    this.#pool = pool;
    this.#removed = within(pool);
    this.count = (pool.to - pool.from - this.#removed.length) * pool.templates;
    this.#order = new SeededOrder(this.count, 'instances', pool.task, seed);
  }

  at(place: number): InstanceChoice {
    checkPlace(place, this.count);
    const { templates, from } = this.#pool;
    const instance = this.#order.at(place);
    const kept = Math.floor(instance / templates);
    const before = countWhere(this.#removed, (example, index) => example - from - index <= kept);
    return { example: from + kept + before, template: instance - kept * templates };
  }

  *byExample(from = this.#pool.from, to = this.#pool.to) {
    const templates = Array.from({ length: this.#pool.templates }, (_, template) => template);
    if (templates.length === 0) return;
    for (const example of left(this.#pool, this.#removed, from, to)) yield { example, templates };
  }
}

/** The pool's removed examples that are its own. */
function within({ from, to, removed = new Uint32Array() }: Pool): Uint32Array {
  return removed.filter((example) => example >= from && example < to);
}

/** Examples of the pool from `from` to `to` that were not removed, ascending. */
function* left(pool: Pool, removed: Uint32Array, from: number, to: number): Generator<number> {
  const start = Math.max(from, pool.from);
  const end = Math.min(to, pool.to);
  let next = countWhere(removed, (example) => example < start);
  for (let example = start; example < end; example++) {
    if (removed[next] === example) next++;
    else yield example;
  }
}

/** How many leading values hold `test`, which holds for none after the first that fails it. */
function countWhere(
  values: Uint32Array | Float64Array,
  test: (value: number, index: number) => boolean,
): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test(values[middle]!, middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function checkPlace(place: number, count: number): void {
  if (!Number.isInteger(place) || place < 0 || place >= count) {
    throw new RangeError(`there is no instance ${place}: the selection has ${count}`);
  }
}
