import { dataSources, type SourcedTask } from './data-sources.ts';

/** Changes with how sources are told: pairs that were found by another way are looked for again. */
export const SOURCES = 2;

/** Pairs of tasks that share a data source, one from each side. */
export function sameSourcePairs(
  train: readonly SourcedTask[],
  evaluated: readonly SourcedTask[],
): { train: string; eval: string }[] {
  const bySource = new Map<string, string[]>();
  for (const task of train) {
    for (const { key } of dataSources(task)) bySource.set(key, [...(bySource.get(key) ?? []), task.id]);
  }
  const pairs: { train: string; eval: string }[] = [];
  for (const task of evaluated) {
    const partners = new Set(dataSources(task).flatMap(({ key }) => bySource.get(key) ?? []));
    for (const partner of [...partners].sort()) pairs.push({ train: partner, eval: task.id });
  }
  return pairs;
}
