import { type Embedding, type EmbeddingModel, unit } from './embedding-model.ts';
import type { KnownTask, Like, Similarity, Vote } from './similarity.ts';
import type { TaskToPropose } from './types.ts';
import { apart as wordsApart } from './words.ts';

/** A category by all that it is called. */
export interface CalledCategory {
  category: string;
  names: readonly string[];
}

/**
 * A category's own name is a shorter text than a task's, and alike to it by its meaning alone: it counts for more
 * than a task that is as near.
 */
const NAME_WEIGHT = 1.2;

/**
 * Likeness by embeddings, to tasks and to the names of the categories themselves: a task is told even where none
 * of its kind was placed yet. Embeddings are taken from their common mean first: those of any two texts are
 * alike to some degree, which differs from model to model.
 */
export class EmbeddedSimilarity implements Similarity {
  /**
   * Set on the half of the FLAN collection's list of tasks that `bench/taxonomy.ts` sets apart for it, each task
   * by tasks of other data sets: the numbers by how often the first category is right, `sure` by how often one
   * with such a share of the votes is.
   */
  readonly vote: Vote = { neighbours: 20, least: 0.1, power: 4, sure: (share) => 0.95 * share ** 1.2 };
  readonly #known: readonly Embedded[];
  readonly #categories: readonly Embedded[];
  readonly #embeddings: ReadonlyMap<string, Embedding>;

  private constructor(
    known: readonly Embedded[],
    categories: readonly Embedded[],
    embeddings: ReadonlyMap<string, Embedding>,
  ) {
    this.#known = known;
    this.#categories = categories;
    this.#embeddings = embeddings;
  }

  /** `asked`: every task that will be asked for. */
  static async of(
    model: EmbeddingModel,
    known: readonly KnownTask[],
    categories: readonly CalledCategory[],
    asked: readonly TaskToPropose[],
    onText: (done: number, total: number) => Promise<void>,
  ): Promise<EmbeddedSimilarity> {
    const tasks = [...known.map(({ task }) => task), ...asked].map(readingOf);
    const texts = [...new Set([...tasks, ...categories.flatMap(({ names }) => names)])];
    const raw: Embedding[] = [];
    for (const text of texts) {
      await onText(raw.length, texts.length);
      raw.push(await model.embed(text));
    }
    const mean = new Float32Array(raw[0]?.length ?? 0);
    for (const one of raw) for (const [at, value] of one.entries()) mean[at]! += value / raw.length;
    const centred = raw.map((one) => unit(one.map((value, at) => value - mean[at]!)));
    const embeddings = new Map(texts.map((text, at) => [text, centred[at]!]));
    return new EmbeddedSimilarity(
      known.map(({ task, category }) => ({
        id: task.id,
        category,
        embedding: embeddings.get(readingOf(task))!,
      })),
      categories.flatMap(({ category, names }) =>
        names.map((name) => ({ id: category, category, embedding: embeddings.get(name)! })),
      ),
      embeddings,
    );
  }

  like(task: TaskToPropose, count: number, apart: (id: string) => boolean = () => false): Like[] {
    const own = this.#embeddings.get(readingOf(task));
    if (!own) throw new Error('a task was asked for that was not embedded');
    const tasks = this.#known.filter(({ id }) => !apart(id)).map((one) => likeness(own, one));
    // Of a category's names the nearest: another name for it speaks for the same.
    const named = new Map<string, Like>();
    for (const one of this.#categories) {
      const like = likeness(own, one, NAME_WEIGHT);
      if (like.similarity > (named.get(like.id)?.similarity ?? 0)) named.set(like.id, like);
    }
    return [...tasks, ...named.values()]
      .filter(({ similarity }) => similarity > 0)
      .sort((a, b) => b.similarity - a.similarity || (a.id < b.id ? -1 : 1))
      .slice(0, count);
  }
}

interface Embedded {
  id: string;
  category: string;
  embedding: Embedding;
}

/** A task as a model of language reads it: words as they are written, not their stems. */
function readingOf({ name, instruction }: TaskToPropose): string {
  return [wordsApart(name).replaceAll('-', ' ').trim(), instruction].filter(Boolean).join('. ');
}

function likeness(own: Embedding, { id, category, embedding }: Embedded, weight = 1): Like {
  // A loop: every task meets every known one here.
  let cosine = 0;
  for (let at = 0; at < own.length; at++) cosine += own[at]! * embedding[at]!;
  return { id, category, similarity: Math.max(0, Math.min(1, weight * cosine)) };
}
