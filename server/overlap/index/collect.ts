import type { Kernel } from '../kernel/kernel.ts';
import { type Arena, aligned, HEADER, HEADER_BYTES, newArena, newMemory } from '../kernel/layout.ts';
import { loadKernel } from '../kernel/load.ts';
import type { Ranges } from '../normalise.ts';
import { tileWords } from '../rule.ts';
import type { Document } from '../types.ts';
import { classTable } from '../unicode.ts';
import { Estimate } from './estimate.ts';

const CHUNK_BYTES = 4 << 20;

/** Folded documents of the eval side, kept until the index is built. */
export interface Chunk {
  bytes: Uint8Array<ArrayBuffer>;
  used: number;
  /** Three numbers a document: start, end (in `bytes`), example. */
  documents: number[];
  /** A document's content in the folded text: pairs of offsets, kept bytes at both ends. */
  ranges: number[];
  /** Where each document's ranges end in `ranges`. */
  rangeEnds: number[];
}

function newChunk(least: number): Chunk {
  const bytes = Math.max(CHUNK_BYTES, least);
  return {
    bytes: new Uint8Array(new ArrayBuffer(bytes, { maxByteLength: bytes })),
    used: 0,
    documents: [],
    ranges: [],
    rangeEnds: [],
  };
}

/** Gives its memory back at once, not when garbage is next collected. */
export function freeChunk(chunk: Chunk): void {
  chunk.bytes.buffer.resize(0);
  chunk.used = 0;
  chunk.documents = [];
  chunk.ranges = [];
  chunk.rangeEnds = [];
}

/** An index that holds nothing: enough for a kernel to fold with. */
export function emptyIndex(n: number): WebAssembly.Memory {
  const table = classTable();
  const end = aligned(HEADER_BYTES + table.byteLength);
  const memory = newMemory(end);
  const header = new Uint32Array(memory.buffer, 0, HEADER_BYTES / 4);
  header[HEADER.ngram] = n;
  header[HEADER.tile] = tileWords(n);
  header[HEADER.classes] = HEADER_BYTES;
  header[HEADER.end] = end;
  new Uint32Array(memory.buffer, HEADER_BYTES, table.length).set(table);
  return memory;
}

/** Folds documents given as strings, with the words and content that the rule sees in them. */
export class Folder {
  readonly memory: WebAssembly.Memory;
  readonly kernel: Kernel;
  arena: Arena;

  constructor(memory: WebAssembly.Memory, kernel: Kernel) {
    this.memory = memory;
    this.kernel = kernel;
    this.arena = newArena(memory, 1 << 16);
    kernel.attach(this.arena);
  }

  /** Folds one document into the arena; gives its words, and its content as offsets into the memory. */
  fold(document: Document): { words: number; content: number[] } {
    const { text } = document;
    // A UTF-16 unit gives at most 3 bytes.
    if (text.length * 3 > this.arena.capacity) {
      this.kernel.flush();
      this.arena = newArena(this.memory, text.length * 4);
      this.kernel.attach(this.arena);
    }
    const { input } = this.arena;
    const buffer = Buffer.from(this.memory.buffer, input, this.arena.capacity);
    const length = buffer.write(text, 0, 'utf8');
    const { kernel } = this;
    kernel.begin();
    if (!document.content) {
      kernel.fold(input, input + length);
      const words = kernel.finish();
      return { words, content: this.trimmed([this.arena.folded, kernel.position()]) };
    }
    const content: number[] = [];
    let at = 0;
    for (const [from, to] of wholeCharacters(document.content, buffer.subarray(0, length))) {
      kernel.fold(input + at, input + from);
      const start = kernel.position();
      kernel.fold(input + from, input + to);
      content.push(start, kernel.position());
      at = to;
    }
    kernel.fold(input + at, input + length);
    const words = kernel.finish();
    return { words, content: this.trimmed(content) };
  }

  /** Without the blanks at the ends of the ranges, and without empty ranges. */
  private trimmed(ranges: number[]): number[] {
    const bytes = new Uint8Array(this.memory.buffer);
    const last = this.kernel.position();
    const kept: number[] = [];
    for (let i = 0; i < ranges.length; i += 2) {
      let from = ranges[i]!;
      let to = Math.min(ranges[i + 1]!, last);
      while (from < to && bytes[from] === 0x20) from++;
      while (from < to && bytes[to - 1] === 0x20) to--;
      if (from < to) kept.push(from, to);
    }
    return kept;
  }

  /** How many of the document's words are content; at most `enough`. */
  contentWords(words: number, content: number[], enough: number): number {
    let count = 0;
    this.eachContentWord(words, content, () => ++count < enough);
    return count;
  }

  private eachContentWord(
    words: number,
    content: number[],
    see: (from: number, to: number) => boolean,
  ): void {
    const starts = new Uint32Array(this.memory.buffer, this.arena.starts, words + 1);
    let range = 0;
    for (let word = 0; word < words && range < content.length; word++) {
      const from = starts[word]!;
      const to = starts[word + 1]! - 1;
      while (range < content.length && content[range + 1]! <= from) range += 2;
      if (range < content.length && content[range]! < to && !see(from, to)) return;
    }
  }

  /** Makes the document its content words alone; gives their number. */
  keepContent(words: number, content: number[]): number {
    const bytes = new Uint8Array(this.memory.buffer);
    const parts: Uint8Array[] = [];
    this.eachContentWord(words, content, (from, to) => parts.push(bytes.slice(from, to)) > 0);
    this.kernel.begin();
    let at = this.arena.input;
    for (const part of parts) {
      bytes.set(part, at);
      bytes[at + part.length] = 0x20;
      at += part.length + 1;
    }
    // Folding is idempotent: folded words stay as they are.
    this.kernel.fold(this.arena.input, at);
    return this.kernel.finish();
  }
}

/** Ranges widened to whole characters and joined where they then meet. */
function wholeCharacters(ranges: Ranges, bytes: Uint8Array): [number, number][] {
  const whole: [number, number][] = [];
  for (const [from, to] of ranges) {
    let start = Math.max(0, Math.min(from, bytes.length));
    let end = Math.min(to, bytes.length);
    if (start >= end) continue;
    while (start > 0 && (bytes[start]! & 0xc0) === 0x80) start--;
    while (end < bytes.length && (bytes[end]! & 0xc0) === 0x80) end++;
    const last = whole.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else whole.push([start, end]);
  }
  return whole;
}

/** Takes the eval side's documents one by one, in the order of their examples. */
export class Collection {
  readonly chunks: Chunk[] = [];
  readonly shorts: Chunk[] = [];
  readonly estimate = new Estimate();
  grams = 0;
  private readonly n: number;
  private readonly folder: Folder;
  private example = -1;
  private long = false;
  private pending: Uint8Array[] = [];

  constructor(n: number) {
    this.n = n;
    const memory = emptyIndex(n);
    this.folder = new Folder(memory, loadKernel(memory, { hits: () => {}, odd: () => {} }));
  }

  /** Adds a document of an example (numbered through all tasks). */
  add(example: number, document: Document): void {
    if (example !== this.example) this.endExample();
    this.example = example;
    const { folder, n } = this;
    const { words, content } = folder.fold(document);
    const { folded } = folder.arena;
    const end = folder.kernel.position();
    if (words >= n) {
      const bytes = new Uint8Array(folder.memory.buffer);
      const grams = words - n + 1;
      folder.kernel.keys();
      this.estimate.add(new Uint32Array(folder.memory.buffer, folder.arena.tiles, grams * 2), grams);
      this.grams += grams;
      store(this.chunks, bytes.subarray(folded, end), example, content, folded);
    }
    if (folder.contentWords(words, content, n) >= n) this.long = true;
    else if (!this.long && content.length > 0) {
      folder.keepContent(words, content);
      this.pending.push(new Uint8Array(folder.memory.buffer).slice(folded, folder.kernel.position()));
    }
  }

  /** Examples seen to have n content words, that is, not short; to be called after the last document too. */
  longExamples = 0;
  endExample(): void {
    if (this.example >= 0) {
      if (this.long) this.longExamples++;
      else for (const text of this.pending) store(this.shorts, text, this.example, [], 0);
    }
    this.pending = [];
    this.long = false;
    this.example = -1;
  }
}

function store(chunks: Chunk[], text: Uint8Array, example: number, content: number[], base: number): void {
  let chunk = chunks.at(-1);
  if (!chunk || chunk.used + text.length + 1 > chunk.bytes.length) {
    chunk = newChunk(text.length + 1);
    chunks.push(chunk);
  }
  chunk.bytes.set(text, chunk.used);
  chunk.documents.push(chunk.used, chunk.used + text.length, example);
  for (const offset of content) chunk.ranges.push(offset - base + chunk.used);
  chunk.rangeEnds.push(chunk.ranges.length);
  chunk.used += text.length;
  chunk.bytes[chunk.used++] = 10;
}
