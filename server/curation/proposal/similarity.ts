import { stemsOf } from '../../templates/features/words.ts';

/** A text that was found to be like another. */
export interface Like {
  id: string;
  category: string;
  /** From 0 to 1. */
  similarity: number;
}

/**
 * What finds texts that read like another.
 */
export interface Similarity {
  /** The texts most like it, most like first. `apart`: those that are not to be compared with. */
  like(text: string, count: number, apart?: (id: string) => boolean): Like[];
}

export interface KnownText {
  id: string;
  category: string;
  text: string;
}

/** TF-IDF over stems, cosine: words that every task has count for nothing, a rare one that two share for much. */
export class WordSimilarity implements Similarity {
  readonly #texts: readonly KnownText[];
  readonly #weights: ReadonlyMap<string, number>;
  /** For each stem the texts that have it, with its part of their unit vectors. */
  readonly #postings = new Map<string, { text: number; part: number }[]>();

  constructor(texts: readonly KnownText[]) {
    this.#texts = texts;
    const counted = texts.map(({ text }) => countsOf(text));
    const frequency = new Map<string, number>();
    for (const counts of counted)
      for (const stem of counts.keys()) frequency.set(stem, (frequency.get(stem) ?? 0) + 1);
    this.#weights = new Map(
      [...frequency].map(([stem, count]) => [stem, Math.log((1 + texts.length) / (1 + count))]),
    );
    for (const [text, counts] of counted.entries()) {
      for (const [stem, part] of this.#unit(counts)) {
        const postings = this.#postings.get(stem) ?? [];
        this.#postings.set(stem, postings);
        postings.push({ text, part });
      }
    }
  }

  like(text: string, count: number, apart: (id: string) => boolean = () => false): Like[] {
    const sums = new Float64Array(this.#texts.length);
    for (const [stem, own] of this.#unit(countsOf(text))) {
      for (const { text: other, part } of this.#postings.get(stem) ?? []) sums[other]! += own * part;
    }
    return this.#texts
      .map(({ id, category }, place) => ({ id, category, similarity: Math.min(1, sums[place]!) }))
      .filter(({ id, similarity }) => similarity > 0 && !apart(id))
      .sort((a, b) => b.similarity - a.similarity || (a.id < b.id ? -1 : 1))
      .slice(0, count);
  }

  #unit(counts: ReadonlyMap<string, number>): [stem: string, part: number][] {
    // A stem that no known text has says nothing of any of them; yet it makes this one less like all of them.
    const unseen = Math.log(1 + this.#texts.length);
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
