import { alike, find, hashWord, wordA, wordB } from './find';
import { mix, ROLL_A, ROLL_B } from './hash';
import { BLANK, ENTRIES, HITS, LINE_FEED, NGRAM, PLACES_AT } from './layout';
import { startOf } from './words';

/** Hands over hits: triples of (example, first entry, entries in a row). */
// @ts-expect-error: an import of the module
@external('events', 'hits')
declare function handHits(count: u32): void;

export let example: u32 = 0;
let hits: usize = 0;
let hitCount: u32 = 0;
/** The lanes of the last words, 8 bytes a word, for 256 words. */
let ring: usize = 0;
/** What a word that leaves a gram weighs. */
export let leaveA: u32 = 0;
export let leaveB: u32 = 0;

export function setExample(number: u32): void {
  example = number;
}

export function attachDense(hitsAt: usize, ringAt: usize): void {
  hits = hitsAt;
  ring = ringAt;
  hitCount = 0;
  leaveA = 1;
  leaveB = 1;
  for (let i: u32 = 0; i < load<u32>(NGRAM); i++) {
    leaveA *= ROLL_A;
    leaveB *= ROLL_B;
  }
}

/**
 * Looks up every gram within words `[from, to)`. From a gram that is found on, the texts are compared as far
 * as they run on alike: there the next gram is the next entry, and no word needs to be hashed.
 */
export function dense(from: u32, to: u32): void {
  const n = load<u32>(NGRAM);
  if (to - from < n) return;
  const places = <usize>load<u32>(PLACES_AT);
  const entries = load<u32>(ENTRIES);
  const last = startOf(to) - 1;
  let a: u32 = 0;
  let b: u32 = 0;
  let start = startOf(from);
  // Grams that end before this word are looked up.
  let fresh = from;
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
    if (word - from < n - 1 || word < fresh) continue;
    const gramFrom = startOf(word + 1 - n);
    const first = find(mix(a), mix(b), gramFrom, next - 1);
    if (first < 0) continue;
    const place = <usize>load<u32>(places + ((<usize>first) << 2));
    const shift = place - gramFrom;
    let entry = <u32>first;
    let end = word;
    if (entry + 1 < entries && end + 1 < to && follows(places, entry, startOf(end + 2 - n) + shift)) {
      const same = alike(next - 1, last, next - 1 + shift);
      while (end + 1 < to && entry + 1 < entries) {
        const wordEnd = startOf(end + 2) - 1;
        if (wordEnd > same || !follows(places, entry, startOf(end + 2 - n) + shift)) break;
        if (wordEnd == same) {
          const stop = load<u8>(same + shift);
          if (stop != BLANK && stop != LINE_FEED) break;
        }
        entry++;
        end++;
      }
    }
    hit(<u32>first, entry + 1 - <u32>first);
    fresh = end + 1;
    if (end - word >= n) {
      from = end + 2 - n;
      start = startOf(from);
      word = from - 1;
      a = 0;
      b = 0;
    }
  }
}

/** Whether the entry after this one is the gram that starts at a place of the index's text. */
@inline
function follows(places: usize, entry: u32, place: usize): bool {
  return <usize>load<u32>(places + ((<usize>entry) << 2), 4) == place;
}

export function hit(first: u32, count: u32): void {
  const at = hits + <usize>hitCount * 12;
  store<u32>(at, example);
  store<u32>(at, first, 4);
  store<u32>(at, count, 8);
  if (++hitCount == HITS) flush();
}

export function flush(): void {
  const count = hitCount;
  hitCount = 0;
  if (count) handHits(count);
}
