import { type Embedding, type EmbeddingModel, unit } from './embedding-model.ts';
import { type KnownText, type Like, type Similarity, WordSimilarity } from './similarity.ts';

/**
 * Likeness by words and by embeddings: the mean of both cosines. Embeddings are taken from their common mean
 * first: those of any two texts are alike to some degree, which differs from model to model.
 */
export class EmbeddedSimilarity implements Similarity {
  readonly #words: WordSimilarity;
  readonly #known: readonly (KnownText & { embedding: Embedding })[];
  readonly #embeddings: ReadonlyMap<string, Embedding>;

  private constructor(known: readonly KnownText[], embeddings: ReadonlyMap<string, Embedding>) {
    this.#words = new WordSimilarity(known);
    this.#known = known.map((one) => ({ ...one, embedding: embeddings.get(one.text)! }));
    this.#embeddings = embeddings;
  }

  /** `asked`: every text that will be asked for. */
  static async of(
    model: EmbeddingModel,
    known: readonly KnownText[],
    asked: readonly string[],
    onText: (done: number, total: number) => Promise<void>,
  ): Promise<EmbeddedSimilarity> {
    const texts = [...new Set([...known.map(({ text }) => text), ...asked])];
    const raw: Embedding[] = [];
    for (const text of texts) {
      await onText(raw.length, texts.length);
      raw.push(await model.embed(text));
    }
    const mean = new Float32Array(raw[0]?.length ?? 0);
    for (const one of raw) for (const [at, value] of one.entries()) mean[at]! += value / raw.length;
    const centred = raw.map((one) => unit(one.map((value, at) => value - mean[at]!)));
    return new EmbeddedSimilarity(known, new Map(texts.map((text, at) => [text, centred[at]!])));
  }

  like(text: string, count: number, apart: (id: string) => boolean = () => false): Like[] {
    const own = this.#embeddings.get(text);
    if (!own) throw new Error('a text was asked for that was not embedded');
    const byWords = new Map(
      this.#words.like(text, Number.POSITIVE_INFINITY, apart).map(({ id, similarity }) => [id, similarity]),
    );
    return this.#known
      .filter(({ id }) => !apart(id))
      .map(({ id, category, embedding }) => {
        const cosine = Math.max(0, Math.min(1, dot(own, embedding)));
        return { id, category, similarity: ((byWords.get(id) ?? 0) + cosine) / 2 };
      })
      .filter(({ similarity }) => similarity > 0)
      .sort((a, b) => b.similarity - a.similarity || (a.id < b.id ? -1 : 1))
      .slice(0, count);
  }
}

function dot(a: Embedding, b: Embedding): number {
  return a.reduce((sum, value, at) => sum + value * b[at]!, 0);
}
