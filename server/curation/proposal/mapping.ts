import type { Taxonomy } from '../../bench/schema.ts';

/** What comes into one category of the taxonomy. */
export interface Addition {
  category: string;
  from: Record<string, string[]>;
  tasks: string[];
}

interface Mapped {
  id: string;
  collection: string;
  categories: readonly string[];
  /** Where it is to go; undefined: it stays where it is. */
  to: string | undefined;
  /** A decision or the taxonomy says where it belongs: nothing that is added bears on it. */
  settled: boolean;
}

/**
 * The fewest lines that put tasks where they are to go: a collection's own category where all its tasks that
 * nobody settled go the same way, else the task by its id. No task that is not named goes anywhere.
 */
export function additions(tasks: readonly Mapped[], taxonomy: Taxonomy): Addition[] {
  const whole = wholeTags(tasks, taxonomy);
  const byCategory = new Map<string, Addition>();
  for (const { id, collection, categories, to } of tasks) {
    if (to === undefined) continue;
    const addition = byCategory.get(to) ?? { category: to, from: {}, tasks: [] };
    byCategory.set(to, addition);
    // The first of its categories that the taxonomy maps is the one that counts.
    const tag = categories.find((category) => whole.has(keyOf(collection, category)));
    if (tag === undefined || whole.get(keyOf(collection, tag)) !== to) {
      addition.tasks.push(id);
      continue;
    }
    const tags = (addition.from[collection] ??= []);
    if (!tags.includes(tag)) tags.push(tag);
  }
  return [...byCategory.values()].sort((a, b) => (a.category < b.category ? -1 : 1));
}

/** The collections' categories all of whose unsettled tasks go the same way, and where. */
function wholeTags(tasks: readonly Mapped[], taxonomy: Taxonomy): Map<string, string> {
  const ways = new Map<string, Set<string | undefined>>();
  for (const { collection, categories, to, settled } of tasks) {
    if (settled) continue;
    for (const category of categories) {
      const key = keyOf(collection, category);
      ways.set(key, (ways.get(key) ?? new Set()).add(to));
    }
  }
  const known = new Set(
    Object.values(taxonomy.categories).flatMap(({ from = {} }) =>
      Object.entries(from).flatMap(([collection, tags]) => tags.map((tag) => keyOf(collection, tag))),
    ),
  );
  const whole = new Map<string, string>();
  for (const [key, to] of ways) {
    const [only] = to;
    if (to.size === 1 && only !== undefined && !known.has(key)) whole.set(key, only);
  }
  return whole;
}

function keyOf(collection: string, category: string): string {
  return `${collection}\n${category}`;
}
