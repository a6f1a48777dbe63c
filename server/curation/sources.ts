/**
 * Data sources, made comparable: the same data set is written `squad_v2`, `SQuAD 2.0` or
 * `rajpurkar/squad_v2` by different collections.
 */
export function sourceKey(source: string): string {
  return nameOf(source)
    .toLowerCase()
    .replace(/(^|[^a-z])v(?:ersion)?\s*(?=\d)/gu, '$1')
    .replace(/[._-]0\b/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/** Names of configurations that say nothing of the data. */
const PLAIN = /^(?:default|plain[_-]?text|main|all|raw|en|english)$/iu;

/** Of `owner/data` and `data/part` the last part that names data; an address stays whole. */
function nameOf(source: string): string {
  if (source.includes('://')) return source;
  const parts = source.split('/').filter(Boolean);
  return parts.findLast((part) => !PLAIN.test(part)) ?? source;
}

/** Pairs of tasks that share a data source, one from each side. */
export function sameSourcePairs(
  train: readonly { id: string; sources: readonly string[] }[],
  evaluated: readonly { id: string; sources: readonly string[] }[],
): { train: string; eval: string }[] {
  const bySource = new Map<string, string[]>();
  for (const task of train) {
    for (const key of keysOf(task.sources)) bySource.set(key, [...(bySource.get(key) ?? []), task.id]);
  }
  const pairs: { train: string; eval: string }[] = [];
  for (const task of evaluated) {
    const partners = new Set([...keysOf(task.sources)].flatMap((key) => bySource.get(key) ?? []));
    for (const partner of [...partners].sort()) pairs.push({ train: partner, eval: task.id });
  }
  return pairs;
}

/** Words that name no data set. */
const NO_SOURCE = new Set(['', 'none', 'na', 'synthetic', 'unknown', 'other']);

function keysOf(sources: readonly string[]): Set<string> {
  return new Set(sources.map(sourceKey).filter((key) => !NO_SOURCE.has(key)));
}
