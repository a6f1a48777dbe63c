/**
 * One shared memory holds the index, read by all workers, and after it one arena per worker. The header is
 * 32-bit words from address 0; offsets are bytes from 0. `assembly/index.ts` names the same words.
 */

export const LAYOUT_VERSION = 3;
export const MAGIC = 0x54554f48;

export const HEADER = {
  magic: 0,
  version: 1,
  ngram: 2,
  tile: 3,
  /** Entries: distinct grams first, whole short texts from `firstShort` on. */
  entries: 4,
  firstShort: 5,
  slots: 6,
  blocks: 7,
  /** The code point table of `unicode.ts`. */
  classes: 8,
  /** u32 per slot: an entry's number + 1, above it (`TAG_SHIFT`) bits of its key's second lane; or 0. */
  slotsAt: 9,
  /** Two u32 per entry: the key's lanes. */
  keysAt: 10,
  /** u32 per entry: where its text stands, an offset into the memory. */
  placesAt: 11,
  /** u32 per entry: its only example (see `postings.ts`) or where its list stands. */
  postingsAt: 12,
  /** u32 per block: three bits per tile. */
  filterAt: 13,
  /** Normalised eval text: words with one space between, runs ended by a line feed. */
  textAt: 14,
  textEnd: 15,
  listsAt: 16,
  /** First byte after the index. */
  end: 17,
  /** Entries that there is room for. */
  capacity: 18,
} as const;

/** Bits of a slot that hold the entry's number + 1; those above it spare most looks at keys that are others'. */
export const TAG_SHIFT = 26;
export const ENTRY_MASK = 2 ** TAG_SHIFT - 1;

/** What stands in the slot of an entry whose key's second lane is `b`. */
export function slotWord(entry: number, b: number): number {
  return ((b >>> TAG_SHIFT) << TAG_SHIFT) | (entry + 1);
}

/** Bytes kept for the header, and the alignment of the sections. */
export const HEADER_BYTES = 256;
/** What the kernels may read or write past the end of a buffer. */
export const PADDING = 128;
const SCRATCH_BYTES = 12288;
const PAGE_BYTES = 65536;
/** Hits (three u32 each) that a kernel collects before it hands them over. */
export const HITS = 8192;

export function aligned(offset: number): number {
  return Math.ceil(offset / 64) * 64;
}

/** Where one worker's buffers stand; `input` holds `capacity` bytes. */
export interface Arena {
  capacity: number;
  input: number;
  /** The folded text of one document. */
  folded: number;
  /** u32 per word: where it starts in the folded text; one more at the end. */
  starts: number;
  /** For each tile: u32 where the filter let it through, two u32 to ask it. Also what `keys` and `enter` give. */
  tiles: number;
  hits: number;
  /** For the kernel's own tables. */
  scratch: number;
}

export function newMemory(bytes: number): WebAssembly.Memory {
  const initial = Math.ceil(bytes / PAGE_BYTES);
  return new WebAssembly.Memory({ initial, maximum: 65536, shared: true });
}

/** Takes new memory for an arena; safe from any thread. Throws a RangeError when 4 GB are used up. */
export function newArena(memory: WebAssembly.Memory, capacity: number): Arena {
  // Folding makes at most 3 bytes of 2, or 4 of 3; a word has at least one byte and a space.
  const foldedBytes = aligned(Math.ceil(capacity * 1.5) + PADDING);
  const words = Math.ceil(capacity / 2) + 64;
  const sizes = [
    aligned(capacity + PADDING),
    foldedBytes,
    aligned(words * 4),
    aligned(words * 8 + 256),
    HITS * 12,
    SCRATCH_BYTES,
  ];
  const total = sizes.reduce((sum, size) => sum + size, 64);
  let at = memory.grow(Math.ceil(total / PAGE_BYTES)) * PAGE_BYTES + 64;
  const take = (size: number) => (at += size) - size;
  return {
    capacity,
    input: take(sizes[0]!),
    folded: take(sizes[1]!),
    starts: take(sizes[2]!),
    tiles: take(sizes[3]!),
    hits: take(sizes[4]!),
    scratch: take(sizes[5]!),
  };
}
