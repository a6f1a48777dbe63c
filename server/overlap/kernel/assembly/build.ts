// Making the index: entering documents one by one into memory laid out by index/build.ts.
import { folded, out } from './fold';
import { bitsOf, blockHash, mix, placeOf, ROLL_A, ROLL_B, tileHash } from './hash';
import {
  BLANK,
  BLOCKS,
  CAPACITY,
  ENTRIES,
  FILTER_AT,
  KEYS_AT,
  LINE_FEED,
  NGRAM,
  PLACES_AT,
  SLOTS_AT,
  TAG_SHIFT,
  TEXT_AT,
  TEXT_END,
  TILE,
} from './layout';
import { leaveA, leaveB } from './dense';
import { find, freeSlot, hashWord, wordA, wordB } from './find';
import { tiles } from './scan';
import { startOf, words } from './words';

/** The rolling lanes of the gram at hand. */
let rollA: u32 = 0;
let rollB: u32 = 0;

/** Rolls on by one word; `leaving` is the word that goes, or -1. */
@inline
function roll(word: u32, leaving: i32): void {
  hashWord(startOf(word), startOf(word + 1) - 1);
  rollA = rollA * ROLL_A + wordA;
  rollB = rollB * ROLL_B + wordB;
  if (leaving < 0) return;
  hashWord(startOf(leaving), startOf(leaving + 1) - 1);
  rollA -= wordA * leaveA;
  rollB -= wordB * leaveB;
}

export function keys(): void {
  const n = load<u32>(NGRAM);
  rollA = 0;
  rollB = 0;
  let to = tiles;
  for (let word: u32 = 0; word < words; word++) {
    roll(word, word >= n ? <i32>(word - n) : -1);
    if (word + 1 < n) continue;
    store<u32>(to, mix(rollA));
    store<u32>(to, mix(rollB), 4);
    to += 8;
  }
}

/** Makes a new entry at `freeSlot`; gives its number. */
function newEntry(a: u32, b: u32, place: usize): u32 {
  const entry = load<u32>(ENTRIES);
  // The room is an estimate with some to spare; were it ever short, nothing may be overwritten.
  if (entry >= load<u32>(CAPACITY)) unreachable();
  store<u32>(ENTRIES, entry + 1);
  store<u32>(<usize>load<u32>(SLOTS_AT) + (freeSlot << 2), (entry + 1) | ((b >> TAG_SHIFT) << TAG_SHIFT));
  const key = <usize>load<u32>(KEYS_AT) + ((<usize>entry) << 3);
  store<u32>(key, a);
  store<u32>(key, b, 4);
  store<u32>(<usize>load<u32>(PLACES_AT) + ((<usize>entry) << 2), <u32>place);
  return entry;
}

export function enter(): void {
  const n = load<u32>(NGRAM);
  let end = <usize>load<u32>(TEXT_END);
  rollA = 0;
  rollB = 0;
  // The stretch of the document that was put into the text last, and where it stands there.
  let keptFrom: usize = 0;
  let keptTo: usize = 0;
  let keptAt: usize = 0;
  let answer = tiles;
  for (let word: u32 = 0; word < words; word++) {
    roll(word, word >= n ? <i32>(word - n) : -1);
    if (word + 1 < n) continue;
    const from = startOf(word + 1 - n);
    const to = startOf(word + 1) - 1;
    const a = mix(rollA);
    const b = mix(rollB);
    let entry = find(a, b, from, to);
    if (entry < 0) {
      if (keptFrom == 0 || from > keptTo) {
        if (keptFrom) end++;
        keptFrom = from;
        keptTo = from;
        keptAt = end;
      }
      memory.copy(end, keptTo, to - keptTo);
      end += to - keptTo;
      keptTo = to;
      // It may be compared with before the stretch ends.
      store<u8>(end, LINE_FEED);
      entry = newEntry(a, b, keptAt + (from - keptFrom));
    }
    store<u32>(answer, entry);
    answer += 4;
  }
  if (keptFrom) end++;
  store<u32>(TEXT_END, <u32>end);
}

export function enterWhole(): u32 {
  rollA = 0;
  rollB = 0;
  for (let word: u32 = 0; word < words; word++) roll(word, -1);
  const a = mix(rollA);
  const b = mix(rollB);
  const entry = find(a, b, folded, out);
  if (entry >= 0) return entry;
  const end = <usize>load<u32>(TEXT_END);
  memory.copy(end, folded, out - folded);
  store<u8>(end + (out - folded), LINE_FEED);
  store<u32>(TEXT_END, <u32>(end + (out - folded) + 1));
  return newEntry(a, b, end);
}

/** The starts of the last words of a run are kept in a ring, in the place of the tiles. */
export function fillFilter(): void {
  const tile = load<u32>(TILE);
  if (tile == 0) return;
  const filter = <usize>load<u32>(FILTER_AT);
  const blocks = load<u32>(BLOCKS);
  const end = <usize>load<u32>(TEXT_END);
  let start = <usize>load<u32>(TEXT_AT);
  let count: u32 = 0;
  for (let at = start; at < end; at++) {
    const byte = load<u8>(at);
    if (byte != BLANK && byte != LINE_FEED) continue;
    store<u32>(tiles + (<usize>(count & 255) << 2), <u32>start);
    count++;
    if (count >= tile) {
      const hash = tileHash(<usize>load<u32>(tiles + (<usize>((count - tile) & 255) << 2)), at);
      const block = filter + (placeOf(blockHash(hash), blocks) << 2);
      store<u32>(block, load<u32>(block) | bitsOf(hash));
    }
    start = at + 1;
    if (byte == LINE_FEED) count = 0;
  }
}
