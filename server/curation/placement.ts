import type { Problem } from '../base/problem.ts';
import type { Bench } from '../bench/bench.ts';
import { BENCH_FILE } from '../bench/bench.ts';
import type { SplitLists } from '../bench/split-lists.ts';
import type { Level, Split } from '../protocol.ts';
import { type Rulings, renamed } from './rulings.ts';
import { categoriser, unknownNames } from './taxonomy.ts';

/** The code of a name in `splits` that nothing has: what it was to hold out is trained on. */
export const UNKNOWN_NAME = 'unknown-name';

/** A task as curation sees it. */
export interface TaskToPlace {
  id: string;
  collection: string;
  name: string;
  /** In the collection's own words. */
  categories: readonly string[];
}

type Side = Exclude<Split, 'none'>;

/** Where a task stands in the benchmark. */
export interface Placement {
  category: string;
  /** The side that it stands on, or stood on before it was removed. */
  side: Side;
  /** `none`: removed by a decision, or outside its collection's published split. */
  split: Split;
  /** Out of the bench for itself, not for the sake of a pair: it is compared with nothing. */
  leftOut: boolean;
  /** What an evaluation on it says of generalization (OPT-IML, section 2.3). */
  level: Level | null;
  /** What was ruled on it, in words. */
  decision: string | null;
}

/**
 * Places every task: a decision first, then the collection's `use`, then `splits`, then the collection's
 * published lists, else train. Also returns what in `splits` names nothing.
 */
export function placeTasks(
  tasks: readonly TaskToPlace[],
  bench: Bench,
  rulings: Rulings,
): { placements: Map<string, Placement>; problems: Problem[] } {
  const categorise = categoriser(bench.taxonomy);
  const categoryOf = (task: TaskToPlace) =>
    rulings.category.get(task.id) ?? renamed(categorise(task).category, rulings.renames);
  const splits = new SplitRules(bench, (category) => renamed(category, rulings.renames));

  const sides = new Map<string, { category: string; side: Side; leftOut: boolean }>();
  const trained = new Set<string>();
  for (const task of tasks) {
    const category = categoryOf(task);
    const ruled = rulings.split.get(task.id);
    const standing = splits.sideOf(task, category);
    const side = isSide(ruled) ? ruled : (standing ?? 'train');
    const leftOut = ruled === 'none' || (!isSide(ruled) && standing === undefined);
    sides.set(task.id, { category, side, leftOut });
    if (side === 'train' && !leftOut && !rulings.removed.has(task.id)) trained.add(category);
  }

  const placements = new Map<string, Placement>();
  for (const task of tasks) {
    const { category, side, leftOut } = sides.get(task.id)!;
    const removed = leftOut || rulings.removed.has(task.id);
    placements.set(task.id, {
      category,
      side,
      split: removed ? 'none' : side,
      leftOut,
      level: removed ? null : levelOf(category, side, splits, trained),
      decision: describe(task.id, rulings),
    });
  }
  return {
    placements,
    problems: splits.problems(tasks, new Set([...sides.values()].map((each) => each.category))),
  };
}

function levelOf(category: string, side: Side, splits: SplitRules, trained: ReadonlySet<string>): Level {
  if (side === 'train') return 'fully-supervised';
  return splits.heldOut.has(category) || !trained.has(category) ? 'fully-held-out' : 'partially-held-out';
}

function describe(task: string, rulings: Rulings): string | null {
  const words: string[] = [];
  const pair = rulings.removed.get(task);
  if (pair) words.push(`removed: overlaps ${pair.train === task ? pair.eval : pair.train}`);
  const category = rulings.category.get(task);
  if (category) words.push(`moved to ${category}`);
  const split = rulings.split.get(task);
  if (split) words.push(split === 'none' ? 'left out' : `put in ${split}`);
  return words.length > 0 ? words.join('; ') : null;
}

function isSide(word: string | undefined): word is Side {
  return word === 'train' || word === 'dev' || word === 'test';
}

/**
 * The `splits` section, ready to ask. A category that was renamed or merged is held out under its new name: what
 * the file holds out never comes into training by a merge.
 */
class SplitRules {
  readonly heldOut: ReadonlySet<string>;
  readonly #bench: Bench;
  readonly #use: Map<string, 'train' | 'eval' | undefined>;
  readonly #lists: Map<string, SplitLists | undefined>;
  readonly #dev: ReadonlySet<string>;
  readonly #test: ReadonlySet<string>;
  readonly #partial: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #now: (category: string) => string;

  constructor(bench: Bench, now: (category: string) => string) {
    const splits = bench.file.splits ?? {};
    this.#bench = bench;
    this.#now = now;
    this.heldOut = new Set(splits.held_out?.map(now));
    this.#dev = new Set(splits.dev?.map(now));
    this.#test = new Set(splits.test?.map(now));
    this.#use = new Map(bench.collections.map((collection) => [collection.name, collection.use]));
    const partial = new Map<string, Set<string>>();
    for (const [category, names] of Object.entries(splits.partially_held_out ?? {}))
      partial.set(now(category), new Set([...(partial.get(now(category)) ?? []), ...names]));
    this.#partial = partial;
    this.#lists = new Map(bench.collections.map(({ name, lists }) => [name, lists]));
  }

  /** Undefined where the collection's lists leave the task out. */
  sideOf(task: TaskToPlace, category: string): Side | undefined {
    const development = this.#dev.has(category) || this.#dev.has(task.id);
    const use = this.#use.get(task.collection);
    if (use === 'train') return 'train';
    const evaluated =
      use === 'eval' ||
      this.heldOut.has(category) ||
      this.#test.has(category) ||
      this.#test.has(task.id) ||
      this.partially(task, category);
    if (development) return 'dev';
    return evaluated ? 'test' : this.#listed(task);
  }

  /** A task of several lists is evaluated on: train is the side that does harm. */
  #listed(task: TaskToPlace): Side | undefined {
    const lists = this.#lists.get(task.collection);
    if (!lists) return 'train';
    const names = lists.placesOf(task.name).map(({ list }) => list.name);
    if (names.includes('excluded')) return undefined;
    return (['test', 'dev', 'train'] as const).find((name) => names.includes(name));
  }

  /** A partially held-out task is named by its id or by its name alone. */
  private partially(task: TaskToPlace, category: string): boolean {
    const names = this.#partial.get(category);
    return names !== undefined && (names.has(task.id) || names.has(task.name));
  }

  problems(tasks: readonly TaskToPlace[], categories: ReadonlySet<string>): Problem[] {
    if (tasks.length === 0) return [];
    const splits = this.#bench.file.splits ?? {};
    const ids = tasks.map((task) => task.id);
    const known = [...categories];
    const found: Problem[] = [];
    const report = (
      path: PropertyKey[],
      kind: string,
      names: readonly string[],
      among: readonly string[],
    ) => {
      for (const { name, guess } of unknownNames(names, among, this.#now)) {
        const hint = guess ? `did you mean "${guess}"?` : 'see the Task Explorer for those that exist';
        found.push({
          file: `${this.#bench.root}/${BENCH_FILE}`,
          ...this.#bench.at([...path, names.indexOf(name)]),
          message: `no ${kind} is called "${name}": ${hint}`,
          severity: 'warning',
          code: UNKNOWN_NAME,
        });
      }
    };
    report(['splits', 'held_out'], 'category', splits.held_out ?? [], known);
    report(['splits', 'dev'], 'category or task', splits.dev ?? [], [...known, ...ids]);
    report(['splits', 'test'], 'category or task', splits.test ?? [], [...known, ...ids]);
    const either = [...ids, ...tasks.map((task) => task.name)];
    for (const [category, names] of Object.entries(splits.partially_held_out ?? {})) {
      report(['splits', 'partially_held_out', category], 'task', names, either);
    }
    return found;
  }
}
