/** A language model that is really computed: bigrams of tokens over the samples' texts, smoothed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadTokenizer } from '../../server/prompts/tokens.ts';
import { PROJECT } from '../support/bench.ts';

export const TOKENIZER = join(PROJECT, 'samples/data/tokenizer.json');

export class NgramModel {
  readonly tokenizer = loadTokenizer(TOKENIZER);
  readonly end = this.tokenizer.separator.id;
  readonly #vocabulary: number;
  readonly #after = new Map<number, Map<number, number>>();

  constructor() {
    const { model, added_tokens } = JSON.parse(readFileSync(TOKENIZER, 'utf8')) as {
      model: { vocab: Record<string, number> };
      added_tokens: { id: number }[];
    };
    const ids = [...Object.values(model.vocab), ...added_tokens.map(({ id }) => id)];
    this.#vocabulary = Math.max(...ids) + 1;
    const text = readFileSync(join(PROJECT, 'samples/README.md'), 'utf8');
    for (const line of text.split('\n')) {
      const tokens = [this.end, ...this.tokenizer.ids(line), this.end];
      for (let at = 1; at < tokens.length; at++) {
        const next = this.#after.get(tokens[at - 1]!) ?? new Map<number, number>();
        this.#after.set(tokens[at - 1]!, next);
        next.set(tokens[at]!, (next.get(tokens[at]!) ?? 0) + 1);
      }
    }
  }

  /** Natural logarithm; a token that was never seen here is the less likely the greater its number. */
  logProbability(before: number, token: number): number {
    const next = this.#after.get(before);
    const seen = next?.get(token) ?? 0;
    const all = [...(next?.values() ?? [])].reduce((sum, count) => sum + count, 0);
    const prior = (this.#vocabulary - token) / ((this.#vocabulary * (this.#vocabulary + 1)) / 2);
    return Math.log((seen + prior) / (all + 1));
  }

  likeliest(before: number): number {
    let best = 0;
    for (const token of [...(this.#after.get(before)?.keys() ?? []), 0])
      if (this.logProbability(before, token) > this.logProbability(before, best)) best = token;
    return best;
  }

  /** What rank classification is to find, without any server. */
  sum(prefix: string, continuation: string): number {
    const before = this.tokenizer.ids(prefix);
    const whole =
      before.length === 0
        ? [this.end, ...this.tokenizer.ids(continuation)]
        : this.tokenizer.ids(prefix + continuation);
    let sum = 0;
    for (let at = Math.max(1, before.length); at < whole.length; at++)
      sum += this.logProbability(whole[at - 1]!, whole[at]!);
    return sum;
  }

  write(ids: readonly number[], most: number): number[] {
    const written: number[] = [];
    let last = ids.at(-1)!;
    while (written.length < most) {
      last = this.likeliest(last);
      if (last === this.end) break;
      written.push(last);
    }
    return written;
  }
}
