import { folded, out } from './fold';
import {
  absorb,
  attachHash,
  bitsOf,
  blockHash,
  LANE_A,
  LANE_B,
  laneA,
  laneB,
  mix,
  placeOf,
  ROLL_A,
  ROLL_B,
  tileHash,
} from './hash';
import {
  BLANK,
  BLOCKS,
  ENTRIES,
  FILTER_AT,
  HITS,
  KEYS_AT,
  LINE_FEED,
  NGRAM,
  PLACES_AT,
  SLOTS,
  SLOTS_AT,
  TILE,
} from './layout';

/** Hands over hits: pairs of (example, entry). */
// @ts-expect-error: an import of the module
@external('events', 'hits')
declare function handHits(count: u32): void;

export let example: u32 = 0;
export let words: u32 = 0;
export let starts: usize = 0;
export let tiles: usize = 0;
let hits: usize = 0;
let hitCount: u32 = 0;
/** The lanes of the last words, 8 bytes a word, for 256 words. */
let ring: usize = 0;
export let leaveA: u32 = 0;
export let leaveB: u32 = 0;

export function setExample(number: u32): void {
  example = number;
}

export function attachScan(startsAt: usize, tilesAt: usize, hitsAt: usize, ringAt: usize): void {
  starts = startsAt;
  tiles = tilesAt;
  hits = hitsAt;
  ring = ringAt;
  attachHash(ringAt + 2048);
  hitCount = 0;
  leaveA = 1;
  leaveB = 1;
  for (let i: u32 = 0; i < load<u32>(NGRAM); i++) {
    leaveA *= ROLL_A;
    leaveB *= ROLL_B;
  }
}

@inline
export function startOf(word: u32): usize {
  return <usize>load<u32>(starts + ((<usize>word) << 2));
}

@inline
function blanksAt(at: usize): u64 {
  return <u64>i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(BLANK)));
}

/** Finds the words of the folded text: where each starts, and one place more. */
export function findWords(): void {
  words = 0;
  if (out == folded) return;
  const end = out + 1;
  store<u8>(out, BLANK);
  let to = starts;
  store<u32>(to, <u32>folded);
  to += 4;
  for (let at = folded; at < end; at += 64) {
    let blanks = blanksAt(at) | (blanksAt(at + 16) << 16) | (blanksAt(at + 32) << 32) | (blanksAt(at + 48) << 48);
    if (end - at < 64) blanks &= ((<u64>1) << (end - at)) - 1;
    const count = <usize>popcnt<u64>(blanks);
    const next = to + (count << 2);
    // Eight at a time, without a branch for each; what is written too much is written over.
    while (blanks) {
      store<u32>(to, <u32>(at + <usize>ctz<u64>(blanks) + 1));
      blanks &= blanks - 1;
      store<u32>(to, <u32>(at + <usize>ctz<u64>(blanks) + 1), 4);
      blanks &= blanks - 1;
      store<u32>(to, <u32>(at + <usize>ctz<u64>(blanks) + 1), 8);
      blanks &= blanks - 1;
      store<u32>(to, <u32>(at + <usize>ctz<u64>(blanks) + 1), 12);
      blanks &= blanks - 1;
      store<u32>(to, <u32>(at + <usize>ctz<u64>(blanks) + 1), 16);
      blanks &= blanks - 1;
      store<u32>(to, <u32>(at + <usize>ctz<u64>(blanks) + 1), 20);
      blanks &= blanks - 1;
      to += 24;
    }
    to = next;
  }
  words = <u32>((to - starts) >> 2) - 1;
}

/** Reports all grams of the document that stand in the index. */
export function scan(): void {
  const n = load<u32>(NGRAM);
  if (words < n) return;
  const tile = load<u32>(TILE);
  if (tile == 0) {
    dense(0, words);
    return;
  }
  const found = probe(tile);
  // Grams that hold a tile start at most n - tile words before it; those of neighbouring tiles are one stretch.
  const reach = n - tile;
  for (let at: u32 = 0; at < found; ) {
    const first = tileAt(at);
    let last = first;
    while (++at < found && tileAt(at) <= last + reach + 1) last = tileAt(at);
    let from = first > reach ? first - reach : 0;
    let to = min<u32>(words, last + n);
    if (first == last) {
      // Each run of tile words in a gram is known to the filter: a tile whose neighbours are not is in none.
      const most = words - tile;
      let right = first;
      while (right < most && right < first + reach && known(right + 1, tile)) right++;
      let left = first;
      while (left > from && right - left < reach && known(left - 1, tile)) left--;
      if (right - left < reach) continue;
      from = left;
      to = right + tile;
      // All that was left unasked on the left side may hold more.
      if (right - left == reach && left > 0) from = first > reach ? first - reach : 0;
    }
    dense(from, to);
  }
}

@inline
function tileAt(at: u32): u32 {
  return load<u32>(tiles + ((<usize>at) << 2));
}

/** Whether the filter knows the tile-long run that starts at a word. */
function known(word: u32, tile: u32): bool {
  const hash = tileHash(startOf(word), startOf(word + tile) - 1);
  const block = load<u32>(<usize>load<u32>(FILTER_AT) + (placeOf(blockHash(hash), load<u32>(BLOCKS)) << 2));
  const bits = bitsOf(hash);
  return (block & bits) == bits;
}

/**
 * Asks the filter for each whole tile; the first words of those it knows go to `tiles`, their number is given.
 * All are hashed before any is asked for, so that the memory is asked for many at once.
 */
function probe(tile: u32): u32 {
  const blocks = load<u32>(BLOCKS);
  const filter = <usize>load<u32>(FILTER_AT);
  const count = words / tile;
  const asked = tiles + ((<usize>count) << 2) + 64;
  let question = asked;
  let from = startOf(0);
  for (let at: u32 = 0, word = tile; at < count; at++, word += tile) {
    const next = startOf(word);
    const hash = tileHash(from, next - 1);
    from = next;
    store<u32>(question, <u32>(filter + (placeOf(blockHash(hash), blocks) << 2)));
    store<u32>(question, bitsOf(hash), 4);
    question += 8;
  }
  let found: u32 = 0;
  question = asked;
  for (let at: u32 = 0, word: u32 = 0; at < count; at++, word += tile) {
    const bits = load<u32>(question, 4);
    store<u32>(tiles + ((<usize>found) << 2), word);
    found += <u32>((load<u32>(load<u32>(question)) & bits) == bits);
    question += 8;
  }
  return found;
}

/** The lanes of one word, mixed with each other; to `laneA` and `laneB` as they stand in the roll. */
export let wordA: u32 = 0;
export let wordB: u32 = 0;
@inline
export function hashWord(from: usize, to: usize): void {
  absorb(from, to);
  wordA = (laneA ^ rotl<u32>(laneB, 16)) * LANE_B;
  wordB = (laneB ^ rotl<u32>(laneA, 11)) * LANE_A;
}

/** Looks up every gram within words `[from, to)`. */
function dense(from: u32, to: u32): void {
  const n = load<u32>(NGRAM);
  if (to - from < n) return;
  let a: u32 = 0;
  let b: u32 = 0;
  let start = startOf(from);
  // The gram found last, and where its text stands here and in the index.
  let entry: i32 = -1;
  let foundFrom: usize = 0;
  let foundTo: usize = 0;
  let place: usize = 0;
  const places = <usize>load<u32>(PLACES_AT);
  const entries = load<u32>(ENTRIES);
  for (let word = from; word < to; word++) {
    const next = startOf(word + 1);
    hashWord(start, next - 1);
    start = next;
    a = a * ROLL_A + wordA;
    b = b * ROLL_B + wordB;
    const seat = ring + ((<usize>(word & 255)) << 3);
    if (word - from >= n) {
      const left = ring + ((<usize>((word - n) & 255)) << 3);
      a -= load<u32>(left) * leaveA;
      b -= load<u32>(left, 4) * leaveB;
    }
    store<u32>(seat, wordA);
    store<u32>(seat, wordB, 4);
    if (word - from >= n - 1) {
      const gramFrom = startOf(word + 1 - n);
      // Where the texts run on alike, the next gram is the next entry: only its last word is new.
      const onward = place + (gramFrom - foundFrom);
      if (
        entry < 0 ||
        <u32>entry + 1 >= entries ||
        <usize>load<u32>(places + ((<usize>entry) << 2), 4) != onward ||
        !same(foundTo, next - 1, place + (foundTo - foundFrom))
      ) {
        entry = find(mix(a), mix(b), gramFrom, next - 1);
        if (entry < 0) continue;
        place = <usize>load<u32>(places + ((<usize>entry) << 2));
      } else {
        entry++;
        place = onward;
      }
      foundFrom = gramFrom;
      foundTo = next - 1;
      hit(entry);
    }
  }
}

/** Where the entry that `find` missed would go. */
export let freeSlot: usize = 0;

/** The entry with this key whose text is `[from, to)`, or -1. */
export function find(a: u32, b: u32, from: usize, to: usize): i32 {
  const slots = load<u32>(SLOTS);
  const slotsAt = <usize>load<u32>(SLOTS_AT);
  const keysAt = <usize>load<u32>(KEYS_AT);
  const key = (<u64>b << 32) | a;
  let slot = placeOf(a, slots);
  while (true) {
    const entry = load<u32>(slotsAt + (slot << 2)) - 1;
    if (<i32>entry < 0) break;
    if (load<u64>(keysAt + ((<usize>entry) << 3)) == key) {
      if (same(from, to, <usize>load<u32>(<usize>load<u32>(PLACES_AT) + ((<usize>entry) << 2)))) return entry;
    }
    if (++slot == slots) slot = 0;
  }
  freeSlot = slot;
  return -1;
}

/** Whether a gram of the text is, byte for byte and to its end, the one that stands in the index. */
function same(from: usize, to: usize, place: usize): bool {
  let at = from;
  for (; at + 16 <= to; at += 16, place += 16) {
    if (v128.any_true(v128.xor(v128.load(at), v128.load(place)))) return false;
  }
  for (; at < to; at++, place++) if (load<u8>(at) != load<u8>(place)) return false;
  const end = load<u8>(place);
  return end == BLANK || end == LINE_FEED;
}

export function hit(entry: u32): void {
  const at = hits + ((<usize>hitCount) << 3);
  store<u32>(at, example);
  store<u32>(at, entry, 4);
  if (++hitCount == HITS) flush();
}

export function flush(): void {
  const count = hitCount;
  hitCount = 0;
  if (count) handHits(count);
}

/** The entry that equals the whole document of fewer than n words, or -1. */
export function whole(): i32 {
  if (words == 0 || words >= load<u32>(NGRAM)) return -1;
  let a: u32 = 0;
  let b: u32 = 0;
  for (let word: u32 = 0; word < words; word++) {
    hashWord(startOf(word), startOf(word + 1) - 1);
    a = a * ROLL_A + wordA;
    b = b * ROLL_B + wordB;
  }
  return find(mix(a), mix(b), startOf(0), startOf(words) - 1);
}
