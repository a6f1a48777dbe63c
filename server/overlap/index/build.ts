import { InputError } from '../../base/problem.ts';
import type { Kernel } from '../kernel/kernel.ts';
import {
  type Arena,
  aligned,
  HEADER,
  HEADER_BYTES,
  LAYOUT_VERSION,
  MAGIC,
  newArena,
  newMemory,
  PADDING,
} from '../kernel/layout.ts';
import { loadKernel } from '../kernel/load.ts';
import { inMost, ownTokens, tileWords } from '../rule.ts';
import { classTable } from '../unicode.ts';
import type { Chunk, Collection } from './collect.ts';
import { LISTED, lengthOf, markLast, writeNumber } from './postings.ts';

const PAGE_BYTES = 65536;
const MOST_SLOTS = 2 ** 26;
/** How full the table of slots gets: beyond it, looking for what is not there takes long. */
const FULL = 0.78;

/**
 * Lays the collected documents out as an index: the memory that the kernels read (see `layout.ts`). Takes
 * the documents out of the collection as it goes, so that text and index never stand in full side by side.
 */
export function buildIndex(
  collection: Collection,
  n: number,
  tasks: readonly TaskBounds[],
): WebAssembly.Memory {
  return new Builder(collection, n, tasks).build();
}

/** An eval task's examples: `examples` of them from number `base` on. */
export interface TaskBounds {
  examples: number;
  base: number;
}

class Builder {
  private readonly collection: Collection;
  private readonly n: number;
  private readonly memory: WebAssembly.Memory;
  private readonly header: Uint32Array;
  private bytes!: Uint8Array;
  private readonly postings: Uint32Array;
  /** Per entry while building: its last example + 1; the bytes of its list, `MANY` set from the second example on. */
  private readonly last: Uint32Array;
  private readonly sizes: Uint32Array;
  /** Per entry: how many examples of the last one's task hold it. */
  private readonly inTask: Uint32Array;
  private readonly tasks: readonly TaskBounds[];
  /** The task of the document at hand, and per task the entries that are common in it. */
  private task = 0;
  private readonly common: Set<number>[] = [];
  private readonly kernel: Kernel;
  private readonly arena: Arena;
  private own = new Uint32Array(0);

  constructor(collection: Collection, n: number, tasks: readonly TaskBounds[]) {
    this.collection = collection;
    this.tasks = tasks;
    this.n = n;
    const shorts = collection.shorts.reduce((sum, chunk) => sum + chunk.documents.length / 3, 0);
    const grams = Math.min(collection.grams, Math.ceil(collection.estimate.distinct * 1.01) + 256);
    const capacity = grams + shorts;
    const slots = Math.ceil(capacity / FULL) + 16;
    if (!(slots <= MOST_SLOTS)) {
      throw new InputError(
        `the eval side has more than ${Math.floor(MOST_SLOTS * FULL)} distinct ${n}-grams; split it and check each part`,
      );
    }
    const table = classTable();
    const blocks = Math.ceil(capacity / 2) + 16;
    let at = HEADER_BYTES;
    const take = (words: number) => {
      const start = at;
      at = aligned(at + words * 4);
      return start;
    };
    const sections = [table.length, slots, capacity * 2, capacity, capacity, blocks].map(take);
    // Room for all of the text, most of which may turn out to be there already: pages that aren't written cost nothing.
    const chunks = [...collection.chunks, ...collection.shorts];
    const textBytes = chunks.reduce((sum, chunk) => sum + chunk.used, 0);
    this.memory = newMemory(at + textBytes + PADDING);
    const view = (section: number, words: number) =>
      new Uint32Array(this.memory.buffer, sections[section]!, words);
    view(0, table.length).set(table);
    this.postings = view(4, capacity);
    this.last = new Uint32Array(capacity);
    this.sizes = new Uint32Array(capacity);
    this.inTask = new Uint32Array(capacity);
    this.header = new Uint32Array(this.memory.buffer, 0, HEADER_BYTES / 4);
    const { header } = this;
    header[HEADER.magic] = MAGIC;
    header[HEADER.version] = LAYOUT_VERSION;
    header[HEADER.ngram] = n;
    header[HEADER.tile] = tileWords(n);
    header[HEADER.capacity] = capacity;
    header[HEADER.slots] = slots;
    header[HEADER.blocks] = blocks;
    header[HEADER.classes] = sections[0]!;
    header[HEADER.slotsAt] = sections[1]!;
    header[HEADER.keysAt] = sections[2]!;
    header[HEADER.placesAt] = sections[3]!;
    header[HEADER.postingsAt] = sections[4]!;
    header[HEADER.filterAt] = sections[5]!;
    header[HEADER.textAt] = at;
    header[HEADER.textEnd] = at;
    let longest = 0;
    for (const { documents } of chunks) {
      for (let i = 0; i < documents.length; i += 3)
        longest = Math.max(longest, documents[i + 1]! - documents[i]!);
    }
    this.arena = newArena(this.memory, longest + PADDING);
    this.kernel = loadKernel(this.memory, { hits: () => {}, odd: () => {} });
    this.kernel.attach(this.arena);
    this.bytes = new Uint8Array(this.memory.buffer);
  }

  build(): WebAssembly.Memory {
    const { header, collection } = this;
    const grams = collection.chunks.map((_, at) =>
      this.take(collection.chunks, at, (chunk) => this.enterGrams(chunk)),
    );
    header[HEADER.firstShort] = header[HEADER.entries]!;
    const shorts = collection.shorts.map((_, at) =>
      this.take(collection.shorts, at, (chunk) => this.enterShorts(chunk)),
    );
    this.kernel.fillFilter();
    this.layLists();
    this.task = 0;
    for (const chunk of grams) this.post(chunk);
    this.task = 0;
    for (const chunk of shorts) this.post(chunk);
    return this.memory;
  }

  /** What is left of a chunk once its text is in the index: its documents and the entries they hold, in order. */
  private take(chunks: Chunk[], at: number, enter: (chunk: Chunk) => Held): Held {
    const held = enter(chunks[at]!);
    chunks[at] = { bytes: new Uint8Array(0), used: 0, documents: [], ranges: [], rangeEnds: [] };
    return held;
  }

  private enterGrams(chunk: Chunk): Held {
    const { n } = this;
    const held = newHeld(chunk);
    for (let document = 0; document * 3 < chunk.documents.length; document++) {
      const { from, words, example } = this.takeDocument(chunk, document);
      const grams = words - n + 1;
      this.kernel.enter();
      const entries = new Uint32Array(this.memory.buffer, this.arena.tiles, grams);
      const starts = new Uint32Array(this.memory.buffer, this.arena.starts, words + 1);
      const shift = from - this.arena.folded;
      let range = document === 0 ? 0 : chunk.rangeEnds[document - 1]!;
      const rangeEnd = chunk.rangeEnds[document]!;
      for (let gram = 0; gram < grams; gram++) {
        const entry = entries[gram]!;
        this.count(entry, example);
        const start = starts[gram]! + shift;
        const end = starts[gram + n]! - 1 + shift;
        while (range < rangeEnd && chunk.ranges[range + 1]! <= start) range += 2;
        const content = range < rangeEnd && chunk.ranges[range]! < end;
        held.push(entry * 2 + (content ? 1 : 0));
      }
      held.endDocument(example);
    }
    return held;
  }

  private enterShorts(chunk: Chunk): Held {
    const held = newHeld(chunk);
    for (let document = 0; document * 3 < chunk.documents.length; document++) {
      const { example } = this.takeDocument(chunk, document);
      const entry = this.kernel.enterWhole();
      this.count(entry, example);
      held.push(entry * 2 + 1);
      held.endDocument(example);
    }
    return held;
  }

  private takeDocument(chunk: Chunk, document: number): { from: number; words: number; example: number } {
    const from = chunk.documents[document * 3]!;
    const to = chunk.documents[document * 3 + 1]!;
    const example = chunk.documents[document * 3 + 2]!;
    this.bytes.set(chunk.bytes.subarray(from, to), this.arena.folded);
    return { from, words: this.kernel.take(to - from), example };
  }

  /** Counts an occurrence: how long the entry's list will be. */
  private count(entry: number, example: number): void {
    const last = this.last[entry]!;
    if (last === example + 1) return;
    const size = lengthOf((example - (last === 0 ? 0 : last - 1)) * 2);
    this.sizes[entry] = last === 0 ? size : ((this.sizes[entry]! & ~MANY) + size) | MANY;
    this.last[entry] = example + 1;
    const { base, examples } = this.taskOf(example);
    const holding = last > base ? this.inTask[entry]! + 1 : 1;
    this.inTask[entry] = holding;
    if (inMost(holding, examples)) (this.common[this.task] ??= new Set()).add(entry);
  }

  /** The task of an example; examples are asked for in ascending order. */
  private taskOf(example: number): TaskBounds {
    while (example >= this.tasks[this.task]!.base + this.tasks[this.task]!.examples) this.task++;
    return this.tasks[this.task]!;
  }

  /** Gives each entry with several examples its place among the lists; the rest of the sizes become cursors. */
  private layLists(): void {
    const lists = aligned(this.header[HEADER.textEnd]!);
    let at = 0;
    for (let entry = 0; entry < this.header[HEADER.entries]!; entry++) {
      const size = this.sizes[entry]!;
      if ((size & MANY) === 0) continue;
      this.postings[entry] = LISTED + at;
      this.sizes[entry] = at;
      at += (size & ~MANY) + 1;
      this.last[entry] = 0;
    }
    this.header[HEADER.listsAt] = lists;
    this.header[HEADER.end] = aligned(lists + at);
    // The kernel's buffers end here; the lists may take their place.
    const missing = lists + at + PADDING - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE_BYTES));
    this.bytes = new Uint8Array(this.memory.buffer);
    this.bytes.fill(0, lists, lists + at);
  }

  /** For each gram of a document, how many of its words no common gram covers; to `own`. */
  private countOwn(held: Held, start: number, end: number, common: Set<number>): void {
    const { n } = this;
    const grams = end - start;
    const before = new Uint32Array(grams + n);
    let uncovered = 0;
    let coveredTo = 0;
    for (let word = 0; word < grams + n - 1; word++) {
      if (word < grams && common.has(held.entries[start + word]! >>> 1)) coveredTo = word + n;
      if (word >= coveredTo) uncovered++;
      before[word + 1] = uncovered;
    }
    this.own = before.subarray(0, grams).map((count, gram) => before[gram + n]! - count);
  }

  private post(held: Held): void {
    const lists = this.bytes.subarray(this.header[HEADER.listsAt]!);
    let at = 0;
    for (let document = 0; document < held.examples.length; document++) {
      const example = held.examples[document]!;
      const start = at;
      const end = held.ends[document]!;
      this.taskOf(example);
      const common = this.common[this.task];
      if (common) this.countOwn(held, start, end, common);
      for (; at < end; at++) {
        const entry = held.entries[at]! >>> 1;
        const own = !common || this.own[at - start]! >= ownTokens(this.n);
        const content = own ? held.entries[at]! & 1 : 0;
        const word = this.postings[entry]!;
        if (word < LISTED) {
          this.postings[entry] = word | (example * 2 + content);
          continue;
        }
        const last = this.last[entry]!;
        if (last === example + 1) {
          if (content) markLast(lists, this.sizes[entry]!);
          continue;
        }
        const distance = example - (last === 0 ? 0 : last - 1);
        this.sizes[entry] = writeNumber(lists, this.sizes[entry]!, distance * 2 + content);
        this.last[entry] = example + 1;
      }
    }
  }
}

/** Set in an entry's size when several examples hold it. */
const MANY = 0x80000000 | 0;

/** The entries that a chunk's documents hold, in order; `entry * 2 + content`. */
interface Held {
  entries: Uint32Array;
  examples: number[];
  ends: number[];
  push(value: number): void;
  endDocument(example: number): void;
}

function newHeld(chunk: Chunk): Held {
  let used = 0;
  return {
    entries: new Uint32Array(Math.ceil(chunk.used / 8) + 16),
    examples: [],
    ends: [],
    push(value) {
      if (used === this.entries.length) {
        const grown = new Uint32Array(used * 2);
        grown.set(this.entries);
        this.entries = grown;
      }
      this.entries[used++] = value;
    },
    endDocument(example) {
      this.examples.push(example);
      this.ends.push(used);
    },
  };
}
