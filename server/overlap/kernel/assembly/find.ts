import { absorb, LANE_A, LANE_B, laneA, laneB, mix, placeOf, ROLL_A, ROLL_B } from './hash';
import { BLANK, KEYS_AT, LINE_FEED, NGRAM, PLACES_AT, SLOTS, SLOTS_AT, TAG_SHIFT, ENTRY_MASK } from './layout';
import { startOf, words } from './words';

/** The lanes of one word, mixed with each other; to `laneA` and `laneB` as they stand in the roll. */
export let wordA: u32 = 0;
export let wordB: u32 = 0;
@inline
export function hashWord(from: usize, to: usize): void {
  absorb(from, to);
  wordA = (laneA ^ rotl<u32>(laneB, 16)) * LANE_B;
  wordB = (laneB ^ rotl<u32>(laneA, 11)) * LANE_A;
}

/** Where the entry that `find` missed would go. */
export let freeSlot: usize = 0;

/** The entry with this key whose text is `[from, to)`, or -1. */
export function find(a: u32, b: u32, from: usize, to: usize): i32 {
  const slots = load<u32>(SLOTS);
  const slotsAt = <usize>load<u32>(SLOTS_AT);
  const keysAt = <usize>load<u32>(KEYS_AT);
  const key = (<u64>b << 32) | a;
  const tag = b >> TAG_SHIFT;
  let slot = placeOf(a, slots);
  while (true) {
    const seat = load<u32>(slotsAt + (slot << 2));
    if (!seat) break;
    if (seat >> TAG_SHIFT == tag) {
      const entry = (seat & ENTRY_MASK) - 1;
      if (load<u64>(keysAt + ((<usize>entry) << 3)) == key && same(from, to, <usize>load<u32>(<usize>load<u32>(PLACES_AT) + ((<usize>entry) << 2)))) return entry;
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

/** Where the texts from `from` and from `place` on stop being the same; `to` at most. */
export function alike(from: usize, to: usize, place: usize): usize {
  while (from < to) {
    const differ = <u32>~i8x16.bitmask(i8x16.eq(v128.load(from), v128.load(place))) & 0xffff;
    if (differ) return min<usize>(to, from + ctz<u32>(differ));
    from += 16;
    place += 16;
  }
  return to;
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
