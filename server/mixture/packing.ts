/** Tokens that a model is trained on at once (OPT-IML, section 3). */
export const CONTEXT = 2048;

/** An example in its place in a sequence; places and lengths in tokens. */
export interface Packed<Item> {
  item: Item;
  start: number;
  /** Its tokens that are kept, with the separator after them. */
  tokens: number;
  /** Tokens of its left end that didn't fit. */
  cut: number;
}

export interface PackedSequence<Item> {
  documents: Packed<Item>[];
  /** Places left empty at the end. */
  padding: number;
}

/**
 * Packs examples into sequences of one length. Exactly:
 * - examples stay in the order of the stream and whole; each is followed by a separator;
 * - a sequence is closed, and the rest of it padded, when the next example doesn't fit;
 * - an example that is longer than a sequence loses its left end, so that its target is kept.
 * No example attends to another: attention is causal within `start` to `start + tokens`.
 */
export class Packer<Item> {
  readonly #length: number;
  #open: Packed<Item>[] = [];
  #used = 0;

  constructor(length: number = CONTEXT) {
    this.#length = length;
  }

  /** Takes the next example, of so many tokens without separator; gives the sequence that it closes, if any. */
  add(item: Item, tokens: number): PackedSequence<Item> | undefined {
    const kept = Math.min(tokens + 1, this.#length);
    const closed = this.#used + kept > this.#length ? this.close() : undefined;
    this.#open.push({ item, start: this.#used, tokens: kept, cut: tokens + 1 - kept });
    this.#used += kept;
    return closed;
  }

  /** Ends the sequence at hand; undefined where nothing is in it. */
  close(): PackedSequence<Item> | undefined {
    if (this.#open.length === 0) return undefined;
    const closed = { documents: this.#open, padding: this.#length - this.#used };
    this.#open = [];
    this.#used = 0;
    return closed;
  }
}

/** Runs of tokens that take loss, by where tokens and losses stand in the text: any part of a token counts. */
export function lossRuns(
  offsets: readonly (readonly [start: number, end: number])[],
  loss: readonly (readonly [start: number, end: number])[],
): [from: number, to: number][] {
  const runs: [number, number][] = [];
  offsets.forEach(([start, end], token) => {
    if (!loss.some(([from, to]) => start < to && end > from)) return;
    const last = runs.at(-1);
    if (last?.[1] === token) last[1]++;
    else runs.push([token, token + 1]);
  });
  return runs;
}
