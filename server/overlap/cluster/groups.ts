import type { Partition } from '../partitions/partition.ts';

/** Partitions in their order, put together until a group has `size`; no more than `most` groups, the rest evenly. */
export function groupsOf(partitions: readonly Partition[], size: number, most: number): Partition[][] {
  const groups: Partition[][] = [];
  let filled = Number.POSITIVE_INFINITY;
  for (const partition of partitions) {
    if (filled + partition.size > size) {
      groups.push([]);
      filled = 0;
    }
    groups.at(-1)!.push(partition);
    filled += partition.size;
  }
  if (groups.length <= most) return groups;
  const perTask = Math.ceil(groups.length / most);
  return Array.from({ length: Math.ceil(groups.length / perTask) }, (_, at) =>
    groups.slice(at * perTask, (at + 1) * perTask).flat(),
  );
}
