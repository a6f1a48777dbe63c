import type { MixtureSettings } from './settings.ts';
import { EXTRAS } from './streams.ts';
import type { MixtureTask } from './tasks.ts';

/** Shares of all that is drawn, each column adding up to 1. */
export interface Shares {
  /** By examples alone. */
  before: number;
  /** By examples, those of each task up to the maximum. */
  capped: number;
  /** After proportions and extra streams: what is drawn. */
  after: number;
}

export interface TaskShare extends MixtureTask, Shares {
  /** It has more examples than count. */
  hitsCap: boolean;
}

/**
 * The share of each task:
 * 1. Within a collection (or extra stream) a task weighs as many examples as it has, up to the maximum.
 * 2. A collection of weight 0 is left out. The other collections named together take what their examples
 *    give them and divide it by their weights; a collection not named keeps what its examples give it.
 * 3. Each extra stream that has tasks takes its share of all, divided by rule 1; the main stream the rest.
 * A stream without tasks takes nothing: what it would have goes to the others in proportion.
 */
export function sharesOf(tasks: readonly MixtureTask[], settings: MixtureSettings): TaskShare[] {
  const weight = ({ examples }: MixtureTask) => Math.min(examples, settings.maxExamples);
  const allExamples = sum(tasks, ({ examples }) => examples);
  const allWeights = sum(tasks, weight);
  const after = collectionShares(tasks, weight, settings);
  const within = new Map<string, number>();
  for (const task of tasks) within.set(groupOf(task), (within.get(groupOf(task)) ?? 0) + weight(task));
  return tasks.map((task) => {
    const group = groupOf(task);
    return {
      ...task,
      hitsCap: task.examples > settings.maxExamples,
      before: ratio(task.examples, allExamples),
      capped: ratio(weight(task), allWeights),
      after: (after.get(group) ?? 0) * ratio(weight(task), within.get(group)!),
    };
  });
}

/** The share of each collection of the main stream and of each extra stream, by `groupOf`. */
function collectionShares(
  tasks: readonly MixtureTask[],
  weight: (task: MixtureTask) => number,
  { proportions, ...settings }: MixtureSettings,
): Map<string, number> {
  const main = new Map<string, number>();
  const extras = new Set<string>();
  for (const task of tasks) {
    if (task.examples === 0) continue;
    if (task.stream !== 'instruction') extras.add(task.stream);
    else if (proportions[task.collection] !== 0)
      main.set(task.collection, (main.get(task.collection) ?? 0) + weight(task));
  }
  const shares = new Map<string, number>();
  for (const extra of EXTRAS) if (extras.has(extra)) shares.set(extra, settings[extra]);
  const rest = Math.max(0, 1 - sum([...shares.values()], (share) => share));

  const total = sum([...main.values()], (examples) => examples);
  const named = [...main.keys()].filter((collection) => Object.hasOwn(proportions, collection));
  const together = sum(named, (collection) => main.get(collection)!);
  const weights = sum(named, (collection) => proportions[collection]!);
  for (const [collection, examples] of main) {
    const parts = Object.hasOwn(proportions, collection)
      ? together * ratio(proportions[collection]!, weights)
      : examples;
    shares.set(`/${collection}`, rest * ratio(parts, total));
  }
  const given = sum([...shares.values()], (share) => share);
  return new Map([...shares].map(([group, share]) => [group, ratio(share, given)]));
}

/** An extra stream by its name; a collection of the main stream after a "/", which no name has. */
function groupOf({ stream, collection }: MixtureTask): string {
  return stream === 'instruction' ? `/${collection}` : stream;
}

export function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function ratio(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}
