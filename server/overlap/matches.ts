/** The entries of the index that a train task holds: its whole result, before it is set against the eval tasks. */
export interface Matches {
  /** Documents' examples seen. */
  examples: number;
  /** Ascending. */
  entries: Uint32Array;
  /** Per entry: how many examples hold it, and the first of them. */
  counts: Uint32Array;
  firsts: Uint32Array;
}

const EMPTY = 0xffffffff;

/** Entries of one text are numbered in a row: sixteen of them sit side by side, so that they are found in one go. */
function seatOf(entry: number): number {
  return ((Math.imul(entry >>> 4, 0x9e3779b1) >>> 5) << 4) | (entry & 15);
}

/** Gathers hits example by example; the examples' order doesn't matter, an example's hits come together. */
export class MatchCounter {
  private capacity = 0;
  private used = 0;
  private keys = new Uint32Array(0);
  private counts = new Uint32Array(0);
  private firsts = new Uint32Array(0);
  private lasts = new Uint32Array(0);

  constructor() {
    this.clear(256);
  }

  private clear(capacity: number): void {
    this.capacity = capacity;
    this.keys = new Uint32Array(capacity).fill(EMPTY);
    this.counts = new Uint32Array(capacity);
    this.firsts = new Uint32Array(capacity);
    this.lasts = new Uint32Array(capacity);
  }

  add(example: number, entry: number): void {
    const mask = this.capacity - 1;
    let at = seatOf(entry) & mask;
    while (this.keys[at] !== entry) {
      if (this.keys[at] === EMPTY) {
        if ((this.used + 1) * 2 > this.capacity) {
          this.grow();
          this.add(example, entry);
          return;
        }
        this.used++;
        this.keys[at] = entry;
        this.counts[at] = 1;
        this.firsts[at] = example;
        this.lasts[at] = example;
        return;
      }
      at = (at + 1) & mask;
    }
    if (this.lasts[at] === example) return;
    this.lasts[at] = example;
    this.counts[at]!++;
    if (example < this.firsts[at]!) this.firsts[at] = example;
  }

  private grow(): void {
    const { keys, counts, firsts, lasts } = this;
    this.clear(this.capacity * 2);
    const mask = this.capacity - 1;
    for (let from = 0; from < keys.length; from++) {
      const entry = keys[from]!;
      if (entry === EMPTY) continue;
      let at = seatOf(entry) & mask;
      while (this.keys[at] !== EMPTY) at = (at + 1) & mask;
      this.keys[at] = entry;
      this.counts[at] = counts[from]!;
      this.firsts[at] = firsts[from]!;
      this.lasts[at] = lasts[from]!;
    }
  }

  /** What was gathered, and starts anew. */
  take(examples: number): Matches {
    // Entry and seat in one number: fewer than 2^26 of either, so that the sum is exact.
    const order = new Float64Array(this.used);
    let count = 0;
    for (let at = 0; at < this.capacity; at++) {
      if (this.keys[at] !== EMPTY) order[count++] = this.keys[at]! * this.capacity + at;
    }
    order.sort();
    const entries = new Uint32Array(count);
    const counts = new Uint32Array(count);
    const firsts = new Uint32Array(count);
    for (let i = 0; i < count; i++) {
      const at = order[i]! - Math.floor(order[i]! / this.capacity) * this.capacity;
      entries[i] = this.keys[at]!;
      counts[i] = this.counts[at]!;
      firsts[i] = this.firsts[at]!;
    }
    const matches = { examples, entries, counts, firsts };
    this.used = 0;
    this.clear(256);
    return matches;
  }
}

/** The matches of a task from those of its parts, in order: a part's examples follow those of the parts before it. */
export function joinMatches(parts: readonly Matches[], numbered: 'through' | 'anew'): Matches {
  if (parts.length === 1) return parts[0]!;
  const all = new Map<number, { count: number; first: number }>();
  let base = 0;
  for (const part of parts) {
    for (let at = 0; at < part.entries.length; at++) {
      const entry = part.entries[at]!;
      const first = part.firsts[at]! + (numbered === 'anew' ? base : 0);
      const known = all.get(entry);
      if (known) {
        known.count += part.counts[at]!;
        known.first = Math.min(known.first, first);
      } else all.set(entry, { count: part.counts[at]!, first });
    }
    base += part.examples;
  }
  const sorted = [...all].sort(([x], [y]) => x - y);
  return {
    examples: base,
    entries: Uint32Array.from(sorted, ([entry]) => entry),
    counts: Uint32Array.from(sorted, ([, { count }]) => count),
    firsts: Uint32Array.from(sorted, ([, { first }]) => first),
  };
}
