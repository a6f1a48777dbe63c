// The words of the header, as kernel/layout.ts names them.
export const NGRAM: usize = 2 * 4;
export const TILE: usize = 3 * 4;
export const ENTRIES: usize = 4 * 4;
export const SLOTS: usize = 6 * 4;
export const BLOCKS: usize = 7 * 4;
export const CLASSES: usize = 8 * 4;
export const SLOTS_AT: usize = 9 * 4;
export const KEYS_AT: usize = 10 * 4;
export const PLACES_AT: usize = 11 * 4;
export const FILTER_AT: usize = 13 * 4;
export const TEXT_AT: usize = 14 * 4;
export const TEXT_END: usize = 15 * 4;
export const CAPACITY: usize = 18 * 4;

/** A slot holds an entry's number + 1, and above it bits of its key, so that few keys of others are looked at. */
export const TAG_SHIFT: u32 = 26;
export const ENTRY_MASK: u32 = (1 << 26) - 1;

/** Hits collected before they are handed over. */
export const HITS: u32 = 8192;
/** Pages of the code point table. */
export const PAGES: usize = 0x1100;

export const BLANK: u8 = 0x20;
export const LINE_FEED: u8 = 10;
export const QUOTE: u8 = 0x22;
export const BACKSLASH: u8 = 0x5c;
