/** Shared members over all members; 1 for two empty sets. */
export function jaccard<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number {
  if (a.size === 0 && b.size === 0) return 1;
  const shared = [...a].filter((item) => b.has(item)).length;
  return shared / (a.size + b.size - shared);
}

export function sharesAny<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  return [...a].some((item) => b.has(item));
}

export function containsAll<T>(whole: ReadonlySet<T>, part: ReadonlySet<T>): boolean {
  return [...part].every((item) => whole.has(item));
}

/** The mean of what is measured over items; `none` when there are no items. */
export function mean<T>(items: readonly T[], measure: (item: T) => number | boolean, none = 0): number {
  if (items.length === 0) return none;
  let sum = 0;
  for (const item of items) sum += Number(measure(item));
  return sum / items.length;
}
