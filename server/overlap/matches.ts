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
const SMALLEST = 256;

/** A seat of the table: the entry, how many examples hold it, the first and the last of them; side by side in the cache. */
const WIDTH = 4;
const COUNT = 1;
const FIRST = 2;
const LAST = 3;

/** Entries of one text are numbered in a row: sixteen of them sit side by side, so that they are found in one go. */
function seatOf(entry: number): number {
  return ((Math.imul(entry >>> 4, 0x9e3779b1) >>> 5) << 4) | (entry & 15);
}

/** Gathers hits example by example; the examples' order doesn't matter, an example's hits come together. */
export class MatchCounter {
  private capacity = 0;
  private used = 0;
  private seats = new Uint32Array(0);

  constructor() {
    this.clear(SMALLEST);
  }

  private clear(capacity: number): void {
    if (capacity !== this.capacity) this.seats = new Uint32Array(capacity * WIDTH);
    this.capacity = capacity;
    this.used = 0;
    this.seats.fill(EMPTY);
  }

  /** Hits as a kernel hands them over: pairs of example and entry. */
  addAll(hits: Uint32Array): void {
    for (let at = 0; at < hits.length; at += 2) this.add(hits[at]!, hits[at + 1]!);
  }

  add(example: number, entry: number): void {
    let at = this.find(entry);
    let { seats } = this;
    if (seats[at] === EMPTY) {
      if ((this.used + 1) * 2 > this.capacity) {
        this.grow();
        at = this.find(entry);
        seats = this.seats;
      }
      this.used++;
      seats[at] = entry;
      seats[at + COUNT] = 1;
      seats[at + FIRST] = example;
      seats[at + LAST] = example;
      return;
    }
    if (seats[at + LAST] === example) return;
    seats[at + LAST] = example;
    seats[at + COUNT]!++;
    if (example < seats[at + FIRST]!) seats[at + FIRST] = example;
  }

  /** Where an entry's seat starts, or the empty one that it would take. */
  private find(entry: number): number {
    const { seats } = this;
    const end = this.capacity * WIDTH;
    let at = (seatOf(entry) & (this.capacity - 1)) * WIDTH;
    while (seats[at] !== entry && seats[at] !== EMPTY) {
      at += WIDTH;
      if (at === end) at = 0;
    }
    return at;
  }

  private grow(): void {
    const { seats, used } = this;
    this.clear(this.capacity * 2);
    this.used = used;
    for (let from = 0; from < seats.length; from += WIDTH) {
      if (seats[from] === EMPTY) continue;
      const at = this.find(seats[from]!);
      for (let word = 0; word < WIDTH; word++) this.seats[at + word] = seats[from + word]!;
    }
  }

  /** The entries, put in order by setting a bit for each: much faster than sorting where there are many. */
  private ascending(): Uint32Array {
    const { seats } = this;
    const entries = new Uint32Array(this.used);
    let most = 0;
    for (let at = 0, count = 0; at < seats.length; at += WIDTH) {
      const entry = seats[at]!;
      if (entry === EMPTY) continue;
      entries[count++] = entry;
      if (entry > most) most = entry;
    }
    if (entries.length * 64 < most) return entries.sort();
    const bits = new Uint32Array((most >>> 5) + 1);
    for (const entry of entries) bits[entry >>> 5]! |= 1 << (entry & 31);
    let count = 0;
    for (let word = 0; word < bits.length; word++) {
      for (let rest = bits[word]!; rest !== 0; rest &= rest - 1) {
        entries[count++] = word * 32 + 31 - Math.clz32(rest & -rest);
      }
    }
    return entries;
  }

  /** What was gathered, and starts anew. */
  take(examples: number): Matches {
    const { seats } = this;
    const entries = this.ascending();
    const counts = new Uint32Array(entries.length);
    const firsts = new Uint32Array(entries.length);
    for (let i = 0; i < entries.length; i++) {
      const at = this.find(entries[i]!);
      counts[i] = seats[at + COUNT]!;
      firsts[i] = seats[at + FIRST]!;
    }
    // The next task's table is as large as this one's, as far as that was of use.
    let capacity = SMALLEST;
    while (capacity < entries.length) capacity *= 2;
    this.clear(capacity);
    return { examples, entries, counts, firsts };
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
