import { tileWords } from '../rule.ts';
import { ALONE, DELETE, LOWER, PAGES, SPACE } from '../unicode.ts';
import { blockOf, hashGrams, slotOf, tile, tileHash } from './hash.ts';
import type { Kernel, KernelEvents } from './kernel.ts';
import { type Arena, ENTRY_MASK, HEADER, HITS, slotWord, TAG_SHIFT } from './layout.ts';
import { readRecord } from './record.ts';

const BLANK = 0x20;
const LINE_FEED = 10;

/** For each ASCII byte: what it is folded to; 0 where it is deleted, `BLANK` for white space. */
const ASCII = Uint8Array.from({ length: 128 }, (_, code) => {
  if ((code >= 9 && code <= 13) || (code >= 28 && code <= 32)) return BLANK;
  const character = String.fromCharCode(code);
  if (/[!-/:-@[-`{-~]/.test(character)) return 0;
  return character.toLowerCase().charCodeAt(0);
});

/** The kernel in plain JavaScript: runs where the WebAssembly one can't, and says in tests what that must do. */
export class JavaScriptKernel implements Kernel {
  readonly name = 'javascript';
  example = 0;
  bytes: Uint8Array = new Uint8Array(0);
  private words32: Uint32Array = new Uint32Array(0);
  private readonly memory: WebAssembly.Memory;
  private readonly events: KernelEvents;
  private arena!: Arena;
  private out = 0;
  private words = 0;
  private hits = 0;
  private readonly n: number;
  private readonly tile: number;
  private gramKeys = new Uint32Array(1024);
  private freeSlot = 0;
  private readonly header: Uint32Array;

  constructor(memory: WebAssembly.Memory, events: KernelEvents) {
    this.memory = memory;
    this.events = events;
    this.header = new Uint32Array(memory.buffer, 0, 32).slice();
    this.n = this.header[HEADER.ngram]!;
    this.tile = tileWords(this.n);
  }

  attach(arena: Arena): void {
    this.arena = arena;
    this.bytes = new Uint8Array(this.memory.buffer);
    this.words32 = new Uint32Array(this.memory.buffer);
    this.hits = 0;
  }

  begin(): void {
    this.out = this.arena.folded;
    this.words = 0;
  }

  position(): number {
    return this.out;
  }

  /** White space: one blank, none at the start. */
  space(): void {
    if (this.out > this.arena.folded && this.bytes[this.out - 1] !== BLANK) this.bytes[this.out++] = BLANK;
  }

  fold(from: number, to: number): void {
    const bytes = this.bytes;
    for (let at = from; at < to; ) {
      const byte = bytes[at]!;
      if (byte < 0x80) {
        this.foldAscii(byte);
        at++;
        continue;
      }
      const length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
      let code = byte & (0xff >> (length + 1));
      for (let i = 1; i < length; i++) code = (code << 6) | (bytes[at + i]! & 0x3f);
      this.foldCode(code);
      at += length;
    }
  }

  foldAscii(byte: number): void {
    const folded = ASCII[byte]!;
    if (folded === BLANK) this.space();
    else if (folded !== 0 || byte === 0) this.bytes[this.out++] = folded;
  }

  foldCode(code: number): void {
    if (code < 0x80) {
      this.foldAscii(code);
      return;
    }
    const classes = this.header[HEADER.classes]! >>> 2;
    const page = this.words32[classes + (code >>> 8)]!;
    const kind = this.words32[classes + PAGES + page * 256 + (code & 0xff)]!;
    if (kind === DELETE) return;
    if (kind === SPACE) {
      this.space();
    } else if (kind === ALONE) {
      this.space();
      this.put(code);
      this.space();
    } else this.put(kind >= LOWER ? kind - LOWER : code);
  }

  private put(code: number): void {
    const bytes = this.bytes;
    if (code < 0x80) {
      bytes[this.out++] = code;
      return;
    }
    if (code < 0x800) bytes[this.out++] = 0xc0 | (code >>> 6);
    else {
      if (code < 0x10000) bytes[this.out++] = 0xe0 | (code >>> 12);
      else {
        bytes[this.out++] = 0xf0 | (code >>> 18);
        bytes[this.out++] = 0x80 | ((code >>> 12) & 0x3f);
      }
      bytes[this.out++] = 0x80 | ((code >>> 6) & 0x3f);
    }
    bytes[this.out++] = 0x80 | (code & 0x3f);
  }

  finish(): number {
    const { bytes, words32 } = this;
    const { folded } = this.arena;
    if (this.out > folded && bytes[this.out - 1] === BLANK) this.out--;
    const starts = this.arena.starts >>> 2;
    let words = 0;
    if (this.out > folded) {
      words32[starts] = folded;
      words = 1;
      bytes[this.out] = BLANK;
      for (let at = folded; at <= this.out; at++) {
        if (bytes[at] === BLANK) words32[starts + words++] = at + 1;
      }
      words--;
    }
    this.words = words;
    return words;
  }

  scan(): void {
    const { words, n } = this;
    const step = this.tile;
    if (words < n) return;
    if (step === 0) {
      this.dense(0, words);
      return;
    }
    // Grams that hold a tile start at most n - tile words before it; runs of neighbouring tiles are one stretch.
    const reach = n - step;
    let from = -1;
    let to = 0;
    for (let first = 0; first + step <= words; first += step) {
      if (!this.maybe(first)) continue;
      const start = Math.max(0, first - reach);
      if (from >= 0 && start > to - n + 1) {
        this.dense(from, to);
        from = start;
      } else if (from < 0) from = start;
      to = Math.min(words, first + n);
    }
    if (from >= 0) this.dense(from, to);
  }

  /** Whether the filter knows the tile that starts at a word. */
  private maybe(first: number): boolean {
    const starts = (this.arena.starts >>> 2) + first;
    const from = this.words32[starts]!;
    const to = this.words32[starts + this.tile]! - 1;
    tileHash(this.bytes, from, to);
    const block = blockOf(tile.a, this.header[HEADER.blocks]!);
    return (this.words32[(this.header[HEADER.filterAt]! >>> 2) + block]! & tile.bits) === tile.bits;
  }

  /** Looks up every gram within words `[from, to)`. */
  private dense(from: number, to: number): void {
    const { n } = this;
    const starts = (this.arena.starts >>> 2) + from;
    const grams = to - from - n + 1;
    if (grams <= 0) return;
    if (this.gramKeys.length < grams * 2) this.gramKeys = new Uint32Array(grams * 3);
    hashGrams(this.bytes, this.words32, starts, to - from, n, this.gramKeys);
    for (let gram = 0; gram < grams; gram++) {
      const place = this.words32[starts + gram]!;
      const end = this.words32[starts + gram + n]! - 1;
      const entry = this.find(this.gramKeys[gram * 2]!, this.gramKeys[gram * 2 + 1]!, place, end);
      if (entry >= 0) this.hit(entry);
    }
  }

  /** The entry with this key whose text is `[from, to)`, or -1. */
  private find(a: number, b: number, from: number, to: number): number {
    const { header, words32 } = this;
    const slots = header[HEADER.slots]!;
    const slotsAt = header[HEADER.slotsAt]! >>> 2;
    const keysAt = header[HEADER.keysAt]! >>> 2;
    for (let slot = slotOf(a, slots); ; slot = slot + 1 === slots ? 0 : slot + 1) {
      const seat = words32[slotsAt + slot]!;
      if (seat === 0) {
        this.freeSlot = slot;
        return -1;
      }
      if (seat >>> TAG_SHIFT !== b >>> TAG_SHIFT) continue;
      const entry = (seat & ENTRY_MASK) - 1;
      if (words32[keysAt + entry * 2] !== a || words32[keysAt + entry * 2 + 1] !== b) continue;
      if (this.same(from, to, words32[(header[HEADER.placesAt]! >>> 2) + entry]!)) return entry;
    }
  }

  /** Whether a gram of the text is, byte for byte and to its end, the one that stands in the index. */
  private same(from: number, to: number, place: number): boolean {
    const bytes = this.bytes;
    for (let at = from; at < to; at++, place++) if (bytes[at] !== bytes[place]) return false;
    return bytes[place] === BLANK || bytes[place] === LINE_FEED;
  }

  private hit(entry: number): void {
    const at = (this.arena.hits >>> 2) + this.hits * 3;
    this.words32[at] = this.example;
    this.words32[at + 1] = entry;
    this.words32[at + 2] = 1;
    if (++this.hits === HITS) this.flush();
  }

  whole(): number {
    if (this.words === 0 || this.words >= this.n) return -1;
    const starts = this.arena.starts >>> 2;
    hashGrams(this.bytes, this.words32, starts, this.words, this.words, this.gramKeys);
    const end = this.words32[starts + this.words]! - 1;
    return this.find(this.gramKeys[0]!, this.gramKeys[1]!, this.words32[starts]!, end);
  }

  check(): void {
    this.finish();
    if (this.words >= this.n) {
      this.scan();
      return;
    }
    const entry = this.whole();
    if (entry >= 0) this.hit(entry);
  }

  records(from: number, to: number): void {
    for (let at = from; at < to; ) {
      const end = this.bytes.indexOf(10, at);
      const answer = readRecord(this, at, end);
      if (answer === 'record') {
        this.check();
        this.example++;
      } else if (answer === 'odd') this.events.odd(at, end);
      at = end + 1;
    }
  }

  take(length: number): number {
    this.out = this.arena.folded + length;
    return this.finish();
  }

  keys(): void {
    const grams = this.words - this.n + 1;
    if (grams <= 0) return;
    const at = this.arena.tiles >>> 2;
    const keys = this.words32.subarray(at, at + grams * 2);
    hashGrams(this.bytes, this.words32, this.arena.starts >>> 2, this.words, this.n, keys);
  }

  enter(): void {
    this.refresh();
    const { n, words32 } = this;
    const starts = this.arena.starts >>> 2;
    const answers = this.arena.tiles >>> 2;
    const grams = this.words - n + 1;
    if (grams <= 0) return;
    if (this.gramKeys.length < grams * 2) this.gramKeys = new Uint32Array(grams * 3);
    hashGrams(this.bytes, words32, starts, this.words, n, this.gramKeys);
    let end = words32[HEADER.textEnd]!;
    // The stretch of the document that was put into the text last, and where it stands there.
    let keptFrom = 0;
    let keptTo = 0;
    let keptAt = 0;
    for (let gram = 0; gram < grams; gram++) {
      const from = words32[starts + gram]!;
      const to = words32[starts + gram + n]! - 1;
      const a = this.gramKeys[gram * 2]!;
      const b = this.gramKeys[gram * 2 + 1]!;
      let entry = this.find(a, b, from, to);
      if (entry < 0) {
        if (keptFrom === 0 || from > keptTo) {
          if (keptFrom) end++;
          keptFrom = from;
          keptTo = from;
          keptAt = end;
        }
        this.bytes.copyWithin(end, keptTo, to);
        end += to - keptTo;
        keptTo = to;
        // It may be compared with before the stretch ends.
        this.bytes[end] = LINE_FEED;
        entry = this.newEntry(a, b, keptAt + from - keptFrom);
      }
      words32[answers + gram] = entry;
    }
    words32[HEADER.textEnd] = keptFrom ? end + 1 : end;
  }

  enterWhole(): number {
    this.refresh();
    const { words32 } = this;
    const { folded } = this.arena;
    hashGrams(this.bytes, words32, this.arena.starts >>> 2, this.words, this.words, this.gramKeys);
    const a = this.gramKeys[0]!;
    const b = this.gramKeys[1]!;
    const known = this.find(a, b, folded, this.out);
    if (known >= 0) return known;
    const end = words32[HEADER.textEnd]!;
    this.bytes.copyWithin(end, folded, this.out);
    const textEnd = end + this.out - folded;
    this.bytes[textEnd] = LINE_FEED;
    words32[HEADER.textEnd] = textEnd + 1;
    return this.newEntry(a, b, end);
  }

  /** Makes a new entry where `find` found none; gives its number. */
  private newEntry(a: number, b: number, place: number): number {
    const { words32 } = this;
    const entry = words32[HEADER.entries]!;
    if (entry >= words32[HEADER.capacity]!) throw new Error('the index was laid out too small');
    words32[HEADER.entries] = entry + 1;
    words32[(words32[HEADER.slotsAt]! >>> 2) + this.freeSlot] = slotWord(entry, b);
    const key = (words32[HEADER.keysAt]! >>> 2) + entry * 2;
    words32[key] = a;
    words32[key + 1] = b;
    words32[(words32[HEADER.placesAt]! >>> 2) + entry] = place;
    return entry;
  }

  fillFilter(): void {
    this.refresh();
    const words = this.tile;
    if (words === 0) return;
    const filter = this.header[HEADER.filterAt]! >>> 2;
    const ring = new Uint32Array(256);
    let count = 0;
    let start = this.header[HEADER.textAt]!;
    for (let at = start; at < this.header[HEADER.textEnd]!; at++) {
      const byte = this.bytes[at];
      if (byte !== BLANK && byte !== LINE_FEED) continue;
      ring[count++ & 255] = start;
      if (count >= words) {
        tileHash(this.bytes, ring[(count - words) & 255]!, at);
        this.words32[filter + blockOf(tile.a, this.header[HEADER.blocks]!)]! |= tile.bits;
      }
      start = at + 1;
      if (byte === LINE_FEED) count = 0;
    }
  }

  /** The header is read once for scanning; while an index is made it changes. */
  private refresh(): void {
    this.header.set(this.words32.subarray(0, this.header.length));
  }

  flush(): void {
    const count = this.hits;
    this.hits = 0;
    if (count > 0) this.events.hits(count);
  }
}
