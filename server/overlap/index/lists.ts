import { LISTED, lengthOf, markLast, writeNumber } from './postings.ts';
import { Words } from './words.ts';

/** What is known of a list while it is made. */
const LAST = 0;
const SIZE = 1;
const IN_TASK = 2;
const NUMBERS = 3;

/**
 * The postings of an index while it is built, in two passes over its documents: `count` learns how long each list
 * gets, `post` writes. Most entries are of one example: their posting stands in its place from the start, counted
 * from 1, and nothing is kept beside it. Only an entry that several examples hold has numbers of its own here: its
 * last example + 1; the bytes of its list, then where the next number goes; how many examples of the last one's task
 * hold it, then where its list starts.
 */
export class Lists {
  private readonly postings: Uint32Array;
  private readonly known: Words;

  /** `postings`: the index's words, one an entry, all 0. */
  constructor(postings: Uint32Array) {
    this.postings = postings;
    this.known = new Words(postings.length * NUMBERS);
  }

  /**
   * Counts an occurrence; gives how many examples of the example's task, which starts at `base`, hold the entry so
   * far, or 0 where the example did already.
   */
  count(entry: number, example: number, base: number): number {
    const word = this.postings[entry]!;
    if (word === 0) {
      this.postings[entry] = (example + 1) * 2;
      return 1;
    }
    if (word < LISTED) {
      if (word >>> 1 === example + 1) return 0;
      this.postings[entry] = LISTED + this.open(word >>> 1);
    }
    const at = this.postings[entry]! - LISTED;
    const known = this.known.view;
    const last = known[at + LAST]!;
    if (last === example + 1) return 0;
    known[at + LAST] = example + 1;
    known[at + SIZE]! += lengthOf((example - (last - 1)) * 2);
    const holding = last > base ? known[at + IN_TASK]! + 1 : 1;
    known[at + IN_TASK] = holding;
    return holding;
  }

  private open(last: number): number {
    const at = this.known.length;
    this.known.push(last);
    this.known.push(lengthOf((last - 1) * 2));
    this.known.push(1);
    return at;
  }

  /** Gives each of the lists its place, in the order of their entries; gives the bytes of all. */
  lay(entries: number): number {
    const known = this.known.view;
    let end = 0;
    for (let entry = 0; entry < entries; entry++) {
      const word = this.postings[entry]!;
      if (word < LISTED) continue;
      const at = word - LISTED;
      const size = known[at + SIZE]!;
      known[at + LAST] = 0;
      known[at + SIZE] = end;
      known[at + IN_TASK] = end;
      end += size + 1;
    }
    return end;
  }

  /** Writes an occurrence; `bytes` are those of the lists. */
  post(bytes: Uint8Array, entry: number, example: number, content: number): void {
    const word = this.postings[entry]!;
    if (word < LISTED) {
      this.postings[entry] = word | content;
      return;
    }
    const at = word - LISTED;
    const known = this.known.view;
    const last = known[at + LAST]!;
    if (last === example + 1) {
      if (content) markLast(bytes, known[at + SIZE]!);
      return;
    }
    const distance = example - (last === 0 ? 0 : last - 1);
    known[at + SIZE] = writeNumber(bytes, known[at + SIZE]!, distance * 2 + content);
    known[at + LAST] = example + 1;
  }

  /** Makes the words what readers take them for. */
  finish(entries: number): void {
    const known = this.known.view;
    for (let entry = 0; entry < entries; entry++) {
      const word = this.postings[entry]!;
      this.postings[entry] = word < LISTED ? word - 2 : LISTED + known[word - LISTED + IN_TASK]!;
    }
    this.known.free();
  }
}
