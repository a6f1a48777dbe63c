import { Folder } from './index/collect.ts';
import { type EvalIndex, headerOf } from './index/eval-index.ts';
import { readPostings } from './index/postings.ts';
import { slotOf } from './kernel/hash.ts';
import { ENTRY_MASK, HEADER, TAG_SHIFT } from './kernel/layout.ts';
import { loadKernel } from './kernel/load.ts';

/** A gram of a text that stands in the index: the number of its first word in the text, and its entry. */
export interface LocatedGram {
  word: number;
  entry: number;
}

/** An eval example that holds a gram; `example` counts within its task. */
export interface Holder {
  task: string;
  example: number;
  /** Whether the gram is content there, not boilerplate. */
  content: boolean;
}

const BLANK = 0x20;
const LINE_FEED = 10;

/** Says where in a text the grams stand that an eval side has: what a scan, which only counts, doesn't tell. */
export class GramLocator {
  private readonly index: EvalIndex;
  private readonly folder: Folder;
  /** Views of the index's own part; it stays where it is when the memory grows. */
  private readonly slots: Uint32Array;
  private readonly keys: Uint32Array;
  private readonly places: Uint32Array;
  private readonly postings: Uint32Array;
  private readonly lists: Uint8Array;
  private readonly buffer: number[] = [];

  constructor(index: EvalIndex) {
    this.index = index;
    const header = headerOf(index.memory);
    const { buffer } = index.memory;
    const entries = header[HEADER.entries]!;
    const listsAt = header[HEADER.listsAt]!;
    this.slots = new Uint32Array(buffer, header[HEADER.slotsAt]!, header[HEADER.slots]!);
    this.keys = new Uint32Array(buffer, header[HEADER.keysAt]!, entries * 2);
    this.places = new Uint32Array(buffer, header[HEADER.placesAt]!, entries);
    this.postings = new Uint32Array(buffer, header[HEADER.postingsAt]!, entries);
    this.lists = new Uint8Array(buffer, listsAt, header[HEADER.end]! - listsAt);
    this.folder = new Folder(index.memory, loadKernel(index.memory, { hits: () => {}, odd: () => {} }));
  }

  /** The text's grams that are in the index, in the text's order; each confirmed on the text. */
  locate(text: string): LocatedGram[] {
    const { folder, index } = this;
    const { words } = folder.fold({ text });
    const grams = words - index.n + 1;
    if (grams < 1) return [];
    folder.kernel.keys();
    const { buffer } = index.memory;
    const keys = new Uint32Array(buffer, folder.arena.tiles, grams * 2);
    const starts = new Uint32Array(buffer, folder.arena.starts, words + 1);
    const found: LocatedGram[] = [];
    for (let word = 0; word < grams; word++) {
      const end = starts[word + index.n]! - 1;
      const entry = this.find(keys[word * 2]!, keys[word * 2 + 1]!, starts[word]!, end);
      if (entry >= 0) found.push({ word, entry });
    }
    return found;
  }

  /** The eval examples that hold an entry, ascending. */
  holders(entry: number): Holder[] {
    const { index, buffer } = this;
    const count = readPostings(this.postings[entry]!, this.lists, buffer);
    const holders: Holder[] = [];
    let at = 0;
    for (const { task, base, examples } of index.tasks) {
      while (at < count && buffer[at]! >>> 1 < base + examples) {
        const posting = buffer[at++]!;
        holders.push({ task, example: (posting >>> 1) - base, content: (posting & 1) === 1 });
      }
    }
    return holders;
  }

  /** The entry with this key whose text is `[from, to)`, or -1. */
  private find(a: number, b: number, from: number, to: number): number {
    const { slots, keys } = this;
    const bytes = new Uint8Array(this.index.memory.buffer);
    for (let slot = slotOf(a, slots.length); ; slot = slot + 1 === slots.length ? 0 : slot + 1) {
      const seat = slots[slot]!;
      if (seat === 0) return -1;
      if (seat >>> TAG_SHIFT !== b >>> TAG_SHIFT) continue;
      const entry = (seat & ENTRY_MASK) - 1;
      if (keys[entry * 2] !== a || keys[entry * 2 + 1] !== b) continue;
      if (same(bytes, from, to, this.places[entry]!)) return entry;
    }
  }
}

function same(bytes: Uint8Array, from: number, to: number, place: number): boolean {
  for (let at = from; at < to; at++, place++) if (bytes[at] !== bytes[place]) return false;
  return bytes[place] === BLANK || bytes[place] === LINE_FEED;
}
