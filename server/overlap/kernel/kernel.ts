import type { Arena } from './layout.ts';

/** What a kernel calls back for. */
export interface KernelEvents {
  /** `count` hits stand in the arena: triples of (example, first entry, how many entries in a row). They are overwritten afterwards. */
  hits(count: number): void;
  /** The line `[from, to)` is no plain record: the caller reads it the exact way, and scans or refuses it. */
  odd(from: number, to: number): void;
}

/**
 * The inner loop of the scan, over bytes in the shared memory. A document is folded (normalised: words with
 * one space between), its words are found, its grams looked up. Addresses are offsets into the memory.
 */
export interface Kernel {
  readonly name: 'webassembly' | 'javascript';
  /** The number that the next hits are reported under; counted up by `records`. */
  example: number;
  attach(arena: Arena): void;
  /** Starts a document. */
  begin(): void;
  /** Appends a stretch of valid UTF-8 to the document. */
  fold(from: number, to: number): void;
  /** Where the next folded byte will stand. */
  position(): number;
  /** Ends the document: finds its words in the folded text and gives their number. */
  finish(): number;
  /** Reports every gram of the finished document that is in the index. */
  scan(): void;
  /** The entry that equals the finished document as a whole, or -1. Only for fewer than n words. */
  whole(): number;
  /** Ends a document that is all content, and reports its grams, or the short text it equals. */
  check(): void;
  /** Checks the JSONL records in `[from, to)`, which ends in a line feed. */
  records(from: number, to: number): void;
  /** Takes `length` bytes that were put at the arena's `folded`, folded before, as the document; gives its words. */
  take(length: number): number;
  /** Writes the document's gram keys, two u32 each, to the arena's `tiles`. */
  keys(): void;
  /**
   * Enters the document's grams into the index that is being built; their entries' numbers, u32 each, go to
   * the arena's `tiles`. There must be room after the index's text for the document's.
   */
  enter(): void;
  /** Enters the document, of fewer than n words, as a whole; gives its entry. */
  enterWhole(): number;
  /** Puts every tile-long run of words of the index's text into the filter. */
  fillFilter(): void;
  /** Hands over the hits collected so far. */
  flush(): void;
}
