import { stemsOf } from '../../templates/features/words.ts';
import type { TaskToPropose } from './types.ts';
import { stemsOfName } from './words.ts';

/** What was found to be like a task: another task, or a category by its name. */
export interface Like {
  /** The task's id, or the category. */
  id: string;
  category: string;
  /** From 0 to 1. */
  similarity: number;
}

/** What finds tasks that read like another. */
export interface Similarity {
  /** How what is found tells a category. */
  readonly vote: Vote;
  /** What is most like it, most like first. `apart`: the tasks that are not to be compared with. */
  like(task: TaskToPropose, count: number, apart?: (id: string) => boolean): Like[];
}

/** Neighbours vote for their category. */
export interface Vote {
  /** So many of them. */
  neighbours: number;
  /** Those that are less like have no vote. */
  least: number;
  /** A vote weighs the likeness to this power. */
  power: number;
  /** How sure a share of the votes makes, with a neighbour of such likeness the nearest. */
  sure: (share: number, nearest: number) => number;
}

export interface KnownTask {
  category: string;
  task: TaskToPropose;
}

/** What of a task is compared with other tasks, by words. */
export function textOf({ name, instruction }: TaskToPropose): string {
  return `${stemsOfName(name).join(' ')} ${instruction}`;
}

/** TF-IDF over stems, cosine: words that every task has count for nothing, a rare one that two share for much. */
export class WordSimilarity implements Similarity {
  /** Below the least texts share no more than chance words. */
  readonly vote: Vote = {
    neighbours: 7,
    least: 0.15,
    power: 2,
    sure: (share, nearest) => 0.85 * share * Math.sqrt(nearest),
  };
  readonly #tasks: readonly KnownTask[];
  readonly #weights: ReadonlyMap<string, number>;
  /** For each stem the texts that have it, with its part of their unit vectors. */
  readonly #postings = new Map<string, { text: number; part: number }[]>();

  constructor(tasks: readonly KnownTask[]) {
    this.#tasks = tasks;
    const counted = tasks.map(({ task }) => countsOf(textOf(task)));
    const frequency = new Map<string, number>();
    for (const counts of counted)
      for (const stem of counts.keys()) frequency.set(stem, (frequency.get(stem) ?? 0) + 1);
    this.#weights = new Map(
      [...frequency].map(([stem, count]) => [stem, Math.log((1 + tasks.length) / (1 + count))]),
    );
    for (const [text, counts] of counted.entries()) {
      for (const [stem, part] of this.#unit(counts)) {
        const postings = this.#postings.get(stem) ?? [];
        this.#postings.set(stem, postings);
        postings.push({ text, part });
      }
    }
  }

  like(task: TaskToPropose, count: number, apart: (id: string) => boolean = () => false): Like[] {
    const sums = new Float64Array(this.#tasks.length);
    for (const [stem, own] of this.#unit(countsOf(textOf(task)))) {
      for (const { text: other, part } of this.#postings.get(stem) ?? []) sums[other]! += own * part;
    }
    return this.#tasks
      .map(({ task: { id }, category }, place) => ({ id, category, similarity: Math.min(1, sums[place]!) }))
      .filter(({ id, similarity }) => similarity > 0 && !apart(id))
      .sort((a, b) => b.similarity - a.similarity || (a.id < b.id ? -1 : 1))
      .slice(0, count);
  }

  #unit(counts: ReadonlyMap<string, number>): [stem: string, part: number][] {
    // A stem that no known text has says nothing of any of them; yet it makes this one less like all of them.
    const unseen = Math.log(1 + this.#tasks.length);
    const parts = [...counts].map(([stem, count]): [string, number] => [
      stem,
      (1 + Math.log(count)) * (this.#weights.get(stem) ?? unseen),
    ]);
    const length = Math.hypot(...parts.map(([, part]) => part));
    return length > 0 ? parts.map(([stem, part]) => [stem, part / length]) : [];
  }
}

function countsOf(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const stem of stemsOf(text)) {
    if (!LANGUAGES.has(stem)) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  }
  return counts;
}

/**
 * The stems of languages' names, and their codes: in which language a task is says nothing of its job, and
 * they are rare words that would outweigh those that do.
 */
const LANGUAGES: ReadonlySet<string> = languages();

function languages(): Set<string> {
  const names = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
  const letters = Array.from({ length: 26 }, (_, place) => String.fromCharCode(97 + place));
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  return new Set(
    codes.flatMap((code) => {
      const name = names.of(code);
      return name === undefined ? [] : [...stemsOf(code), ...stemsOf(name)];
    }),
  );
}
