import { closeSync, openSync, readSync } from 'node:fs';
import { Folder } from './index/collect.ts';
import type { Kernel } from './kernel/kernel.ts';
import { newArena } from './kernel/layout.ts';
import { type KernelName, loadKernel } from './kernel/load.ts';
import { MatchCounter, type Matches } from './matches.ts';
import { textOfLine } from './records.ts';
import type { Document } from './types.ts';

/** Bytes of a file read at once. */
const READ_BYTES = 1 << 20;
const LINE_FEED = 10;
const BOM = [0xef, 0xbb, 0xbf];
/** Faulty records told one by one for each part; beyond that they are counted. */
const MOST_FAULTS = 1000;

/** A record that could not be used: the byte its line starts at, and why. */
export interface Fault {
  offset: number;
  reason: string;
}

type OnHit = (example: number, entry: number) => void;
type OnFault = (offset: number, reason: string) => void;

/** What one stretch of a train file gave. Its examples are numbered from 0. */
export interface ScannedPart {
  matches: Matches;
  faults: Fault[];
  /** Faulty records that are not listed. */
  moreFaults: number;
}

/** Scans train text against an index, on one thread. */
export class Scanner {
  private readonly memory: WebAssembly.Memory;
  private readonly kernel: Kernel;
  private readonly folder: Folder;
  private readonly n: number;
  private readonly counter = new MatchCounter();
  private faults: Fault[] = [];
  private moreFaults = 0;
  /** The file offset that the first byte of the input buffer has. */
  private base = 0;
  private readonly noteFault: OnFault = (offset, reason) => {
    if (this.faults.length < MOST_FAULTS) this.faults.push({ offset, reason });
    else this.moreFaults++;
  };
  /** Where hits go that are not counted. */
  private onHit: OnHit | undefined;
  private onFault = this.noteFault;

  constructor(memory: WebAssembly.Memory, n: number, kernel?: KernelName) {
    this.memory = memory;
    this.n = n;
    this.kernel = loadKernel(
      memory,
      { hits: (count) => this.takeHits(count), odd: (from, to) => this.readOdd(from, to) },
      kernel,
    );
    this.folder = new Folder(memory, this.kernel);
  }

  get kernelName(): KernelName {
    return this.kernel.name;
  }

  /** Scans the records of a JSONL file whose lines start in bytes `[from, to)`. Throws what reading throws. */
  scanFile(path: string, from: number, to: number, stop: () => boolean = () => false): ScannedPart {
    this.kernel.example = 0;
    this.faults = [];
    this.moreFaults = 0;
    const handle = openSync(path, 'r');
    try {
      this.scanHandle(handle, from, to, stop);
    } finally {
      closeSync(handle);
    }
    this.kernel.flush();
    const { faults, moreFaults } = this;
    return { matches: this.counter.take(this.kernel.example), faults, moreFaults };
  }

  /**
   * Scans whole lines of JSONL, the last one with its line feed, and hands each hit over by the number of its
   * record, from 0, ascending; records that can't be used by the byte that their line starts at.
   */
  scanLines(lines: Uint8Array, onHit: OnHit, onFault: OnFault): void {
    const { kernel, folder } = this;
    if (folder.arena.capacity < lines.length) {
      this.enlarge(Math.max(READ_BYTES, folder.arena.capacity * 2, lines.length));
    }
    const { input } = folder.arena;
    new Uint8Array(this.memory.buffer, input, lines.length).set(lines);
    this.base = 0;
    kernel.example = 0;
    this.onHit = onHit;
    this.onFault = onFault;
    kernel.records(input, input + lines.length);
    kernel.flush();
    this.onHit = undefined;
    this.onFault = this.noteFault;
  }

  private scanHandle(handle: number, from: number, to: number, stop: () => boolean): void {
    if (this.folder.arena.capacity < READ_BYTES) this.enlarge(READ_BYTES);
    // A line that starts at `from` is known by the line feed before it.
    this.base = from > 0 ? from - 1 : 0;
    let skipping = from > 0;
    let filled = 0;
    for (let done = false; !done && !stop(); ) {
      if (filled === this.folder.arena.capacity) this.enlarge(filled * 2, filled);
      const { input, capacity } = this.folder.arena;
      const bytes = new Uint8Array(this.memory.buffer, input, capacity + 1);
      const got = readSync(handle, bytes, filled, capacity - filled, this.base + filled);
      filled += got;
      let begin = 0;
      if (skipping) {
        const feed = bytes.subarray(0, filled).indexOf(LINE_FEED);
        if (feed < 0) {
          if (got === 0) return;
          this.base += filled;
          filled = 0;
          continue;
        }
        begin = feed + 1;
        skipping = false;
      }
      if (this.base + begin >= to) return;
      const bom =
        this.base + begin === 0 && BOM.every((byte, at) => at < filled && bytes[at] === byte)
          ? BOM.length
          : 0;
      const own = to - 1 - this.base;
      let end =
        own < filled ? bytes.subarray(0, filled).indexOf(LINE_FEED, Math.max(begin + bom, own)) + 1 : 0;
      if (end > 0) done = true;
      else end = bytes.subarray(0, filled).lastIndexOf(LINE_FEED) + 1;
      if (got === 0 && !done) {
        // The last line may lack its line feed.
        if (end < filled) bytes[filled] = LINE_FEED;
        end = Math.max(end, filled + (end < filled ? 1 : 0));
        done = true;
      }
      if (end > begin + bom) this.kernel.records(input + begin + bom, input + end);
      if (!done) {
        const used = Math.max(begin, end);
        bytes.copyWithin(0, used, filled);
        this.base += used;
        filled -= used;
      }
    }
  }

  private enlarge(capacity: number, keep = 0): void {
    this.kernel.flush();
    const { folder, memory } = this;
    const kept = new Uint8Array(memory.buffer, folder.arena.input, keep);
    const arena = newArena(memory, capacity);
    new Uint8Array(memory.buffer, arena.input, keep).set(kept);
    folder.arena = arena;
    this.kernel.attach(arena);
  }

  /** Scans one document; an example's documents come together. */
  scanDocument(example: number, document: Document): void {
    const { folder, kernel, n } = this;
    const { words, content } = folder.fold(document);
    kernel.example = example;
    kernel.scan();
    const contentWords = folder.contentWords(words, content, n);
    if (contentWords === 0 || contentWords >= n) return;
    if (contentWords < words) folder.keepContent(words, content);
    const entry = kernel.whole();
    if (entry >= 0) this.counter.add(example, entry);
  }

  /** What the documents since the last call gave. */
  takeMatches(examples: number): Matches {
    this.kernel.flush();
    return this.counter.take(examples);
  }

  private takeHits(count: number): void {
    const hits = new Uint32Array(this.memory.buffer, this.folder.arena.hits, count * 3);
    if (!this.onHit) {
      this.counter.addAll(hits);
      return;
    }
    for (let at = 0; at < hits.length; at += 3) {
      const end = hits[at + 1]! + hits[at + 2]!;
      for (let entry = hits[at + 1]!; entry < end; entry++) this.onHit(hits[at]!, entry);
    }
  }

  private readOdd(from: number, to: number): void {
    const line = Buffer.from(new Uint8Array(this.memory.buffer, from, to - from).slice());
    const read = textOfLine(line);
    if (!read) return;
    if ('reason' in read) {
      this.onFault(this.base + from - this.folder.arena.input, read.reason);
      return;
    }
    // The text in UTF-8 is never longer than the line that it was read from.
    const written = Buffer.from(this.memory.buffer, from, to - from).write(read.text, 'utf8');
    this.kernel.begin();
    this.kernel.fold(from, from + written);
    this.kernel.check();
    this.kernel.example++;
  }
}
