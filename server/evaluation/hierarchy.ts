import type { Level, ShotsSetting } from '../protocol.ts';

/**
 * How scores are averaged (OPT-IML, section 2.3): subtasks into a task, first those of one collection, then over
 * the collections; tasks into a category; categories into a level; each with equal weights, and each number of
 * shots for itself.
 */
export interface Leaf {
  id: string;
  task: string;
  collection: string;
  category: string;
  level: Level;
  shots: ShotsSetting;
}

export const LEVELS: readonly Level[] = ['fully-held-out', 'partially-held-out', 'fully-supervised'];

/** A mean of values, null where all are missing. */
export type Average<Value> = (values: readonly (Value | null)[]) => Value | null;

export interface TaskNode<One extends Leaf, Value> {
  task: string;
  category: string;
  level: Level;
  shots: ShotsSetting;
  subtasks: One[];
  value: Value | null;
}

export interface CategoryNode<One extends Leaf, Value> {
  category: string;
  level: Level;
  shots: ShotsSetting;
  tasks: TaskNode<One, Value>[];
  value: Value | null;
}

export interface LevelNode<One extends Leaf, Value> {
  level: Level;
  shots: ShotsSetting;
  categories: CategoryNode<One, Value>[];
  value: Value | null;
}

/** By level, then shots as they come, then category and task by name. */
export function rollUp<One extends Leaf, Value>(
  leaves: readonly One[],
  scoreOf: (leaf: One) => Value | null,
  average: Average<Value>,
): LevelNode<One, Value>[] {
  return LEVELS.flatMap((level) => {
    const own = leaves.filter((leaf) => leaf.level === level);
    return [...grouped(own, ({ shots }) => String(shots))].map(([, atShots]) => {
      const { shots } = atShots[0]!;
      const categories = sorted(grouped(atShots, ({ category }) => category)).map(([category, some]) => {
        const tasks = sorted(grouped(some, ({ task }) => task)).map(([task, subtasks]) => {
          const collections = [...grouped(subtasks, ({ collection }) => collection).values()];
          const value = average(collections.map((each) => average(each.map(scoreOf))));
          return { task, category, level, shots, subtasks, value };
        });
        return { category, level, shots, tasks, value: average(tasks.map(({ value }) => value)) };
      });
      return { level, shots, categories, value: average(categories.map(({ value }) => value)) };
    });
  });
}

function grouped<One>(all: readonly One[], keyOf: (one: One) => string): Map<string, One[]> {
  const groups = new Map<string, One[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}

function sorted<One>(groups: ReadonlyMap<string, One[]>): [string, One[]][] {
  return [...groups].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
