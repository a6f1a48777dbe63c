import type { Bench } from '../../bench/bench.ts';
import type { SplitFinding, SplitRemedy } from '../../protocol.ts';
import type { Placement } from '../placement.ts';
import type { Portion } from '../portions.ts';
import type { DataSource } from '../sources/data-sources.ts';

/** A task as it stands in the benchmark. */
export interface PlacedTask {
  id: string;
  collection: string;
  name: string;
  placement: Placement;
  /** Which of its examples go where; none for a task that is left out. */
  portions: readonly Portion[];
  /** Of its train split. */
  trainExamples: number;
  /** Whether its definition has worked examples. */
  readonly worked: boolean;
}

/** What heldout.yaml is checked against. */
export interface BenchGround {
  bench: Bench;
  /** What a category that heldout.yaml names is called by now. */
  now: (category: string) => string;
  tasks: readonly PlacedTask[];
}

/** A pair of the queue. */
export interface CheckedPair {
  train: string;
  eval: string;
  /** The share of eval examples that overlap, whole short copies among them. */
  share: number;
  /** Whether that is above the threshold. */
  above: boolean;
  /** Most of the eval task's records stand in the train task. */
  sameRecords: boolean;
  /** Ruled on, on the evidence as it is now. */
  decided: boolean;
}

/** What the whole split is checked on. */
export interface SplitGround extends BenchGround {
  sourcesOf(task: PlacedTask): readonly DataSource[];
  /** Absent before the first search for overlaps. */
  pairs?: readonly CheckedPair[];
  /** Tasks changed, came or went since the search. */
  pairsAreOld: boolean;
  /** Whether a person let this source stand on both sides, for all tasks that it has. */
  allows(source: string, tasks: readonly string[]): boolean;
}

export function inTrain({ placement }: PlacedTask): boolean {
  return placement.split === 'train';
}

export function inEval({ placement }: PlacedTask): boolean {
  return placement.split === 'dev' || placement.split === 'test';
}

/** A place of heldout.yaml, and the remedy that opens it. */
export function benchPlace(
  bench: Bench,
  path: readonly PropertyKey[],
): { location: NonNullable<SplitFinding['location']>; edit: SplitRemedy } {
  const location = { file: bench.path, ...bench.at(path) };
  return { location, edit: { kind: 'edit-bench', location } };
}

/** "a, b and 3 more"; at most three are named. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
