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

/** Entries of one text are numbered in a row: so many of them are counted side by side. */
const PAGE = 64;
/** A page: per entry how many examples hold it, then the first of them, then the last. */
const PAGE_WORDS = PAGE * 3;
const FIRST = PAGE;
const LAST = PAGE * 2;
const NONE = 0xffffffff;

/** Gathers hits example by example; the examples' order doesn't matter, an example's hits come together. */
export class MatchCounter {
  /** Per page of entries: where it stands in `pages`, or -1. */
  private places = new Int32Array(0);
  private pages = new Uint32Array(PAGE_WORDS * 4);
  private used = 0;
  private entries = 0;

  /** Hits as a kernel hands them over: triples of example, first entry and number of entries. */
  addAll(hits: Uint32Array): void {
    for (let at = 0; at < hits.length; at += 3) this.add(hits[at]!, hits[at + 1]!, hits[at + 2]!);
  }

  /** `count` entries from `entry` on. */
  add(example: number, entry: number, count = 1): void {
    const end = entry + count;
    for (let from = entry; from < end; ) {
      const to = Math.min(end, (Math.floor(from / PAGE) + 1) * PAGE);
      this.addTo(this.pageOf(Math.floor(from / PAGE)), example, from % PAGE, to - from);
      from = to;
    }
  }

  private addTo(page: number, example: number, from: number, count: number): void {
    const { pages } = this;
    for (let at = page + from; at < page + from + count; at++) {
      if (pages[at + LAST] === example) continue;
      pages[at + LAST] = example;
      if (pages[at]!++ === 0) this.entries++;
      if (example < pages[at + FIRST]!) pages[at + FIRST] = example;
    }
  }

  /** Where a page stands; makes it when it is not there. */
  private pageOf(number: number): number {
    if (number >= this.places.length) {
      const places = new Int32Array(Math.max(number + 1, this.places.length * 2)).fill(-1);
      places.set(this.places);
      this.places = places;
    }
    const known = this.places[number]!;
    if (known >= 0) return known;
    const place = this.used;
    this.used += PAGE_WORDS;
    if (this.used > this.pages.length) {
      const pages = new Uint32Array(this.pages.length * 2);
      pages.set(this.pages);
      this.pages = pages;
    }
    this.pages.fill(0, place, place + FIRST);
    this.pages.fill(NONE, place + FIRST, place + PAGE_WORDS);
    this.places[number] = place;
    return place;
  }

  /** What was gathered, and starts anew. */
  take(examples: number): Matches {
    const { places, pages } = this;
    const entries = new Uint32Array(this.entries);
    const counts = new Uint32Array(this.entries);
    const firsts = new Uint32Array(this.entries);
    let taken = 0;
    for (let number = 0; taken < entries.length; number++) {
      const place = places[number]!;
      if (place < 0) continue;
      for (let at = 0; at < PAGE; at++) {
        const count = pages[place + at]!;
        if (count === 0) continue;
        entries[taken] = number * PAGE + at;
        counts[taken] = count;
        firsts[taken++] = pages[place + at + FIRST]!;
      }
    }
    if (this.used > 0) places.fill(-1);
    // The next task's table is as large as this one's, as far as that was of use.
    if (this.pages.length > Math.max(4 * PAGE_WORDS, this.used * 2))
      this.pages = new Uint32Array(Math.max(4 * PAGE_WORDS, this.used));
    this.used = 0;
    this.entries = 0;
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
