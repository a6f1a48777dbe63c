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
import { type Chunk, type Collection, freeChunk } from './collect.ts';
import { Held } from './held.ts';
import { Lists } from './lists.ts';

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
  private readonly lists: Lists;
  private readonly tasks: readonly TaskBounds[];
  /** The task of the document at hand, and per task the entries that are common in it. */
  private task = 0;
  private readonly common: Set<number>[] = [];
  private readonly kernel: Kernel;
  private readonly arena: Arena;
  /** Of the document at hand; kept, since each allocation stays until garbage is collected. */
  private own = new Uint32Array(0);
  private before = new Uint32Array(0);

  constructor(collection: Collection, n: number, tasks: readonly TaskBounds[]) {
    this.collection = collection;
    this.tasks = tasks;
    this.n = n;
    const shorts = collection.shorts.reduce((sum, chunk) => sum + chunk.documents.length / 3, 0);
    const grams = Math.min(collection.grams, Math.ceil(collection.estimate.distinct * 1.01) + 256);
    collection.estimate.free();
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
    this.lists = new Lists(view(4, capacity));
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
    for (const held of grams) this.post(held);
    this.task = 0;
    for (const held of shorts) this.post(held);
    this.lists.finish(header[HEADER.entries]!);
    return this.memory;
  }

  /** What is left of a chunk once its text is in the index: its documents and the entries they hold, in order. */
  private take(chunks: Chunk[], at: number, enter: (chunk: Chunk) => Held): Held {
    const chunk = chunks[at]!;
    const held = enter(chunk);
    freeChunk(chunk);
    return held;
  }

  private enterGrams(chunk: Chunk): Held {
    const { n } = this;
    const held = new Held(chunk.used, chunk.documents.length / 3);
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
    const held = new Held(chunk.used, chunk.documents.length / 3);
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

  private count(entry: number, example: number): void {
    const { base, examples } = this.taskOf(example);
    const holding = this.lists.count(entry, example, base);
    if (inMost(holding, examples)) (this.common[this.task] ??= new Set()).add(entry);
  }

  /** The task of an example; examples are asked for in ascending order. */
  private taskOf(example: number): TaskBounds {
    while (example >= this.tasks[this.task]!.base + this.tasks[this.task]!.examples) this.task++;
    return this.tasks[this.task]!;
  }

  /** Makes room for the lists of entries with several examples. */
  private layLists(): void {
    const lists = aligned(this.header[HEADER.textEnd]!);
    const at = this.lists.lay(this.header[HEADER.entries]!);
    this.header[HEADER.listsAt] = lists;
    this.header[HEADER.end] = aligned(lists + at);
    // The kernel's buffers end here; the lists may take their place.
    const missing = lists + at + PADDING - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE_BYTES));
    this.bytes = new Uint8Array(this.memory.buffer);
    this.bytes.fill(0, lists, lists + at);
  }

  /** For each gram of a document, how many of its words no common gram covers; to `own`. */
  private countOwn(values: Uint32Array, common: Set<number>): void {
    const { n } = this;
    const grams = values.length;
    if (this.own.length < grams) {
      this.own = new Uint32Array(grams * 2);
      this.before = new Uint32Array(grams * 2 + n);
    }
    const { own, before } = this;
    let uncovered = 0;
    let coveredTo = 0;
    for (let word = 0; word < grams + n - 1; word++) {
      if (word < grams && common.has(values[word]! >>> 1)) coveredTo = word + n;
      if (word >= coveredTo) uncovered++;
      before[word + 1] = uncovered;
    }
    for (let gram = 0; gram < grams; gram++) own[gram] = before[gram + n]! - before[gram]!;
  }

  private post(held: Held): void {
    const bytes = this.bytes.subarray(this.header[HEADER.listsAt]!);
    held.hand((example, values) => {
      this.taskOf(example);
      const common = this.common[this.task];
      if (common) this.countOwn(values, common);
      for (let gram = 0; gram < values.length; gram++) {
        const own = !common || this.own[gram]! >= ownTokens(this.n);
        this.lists.post(bytes, values[gram]! >>> 1, example, own ? values[gram]! & 1 : 0);
      }
    });
  }
}
