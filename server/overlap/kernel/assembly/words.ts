import { folded, out } from './fold';
import { BLANK } from './layout';

/** The document's words: how many, and where the start of each is written. */
export let words: u32 = 0;
export let starts: usize = 0;
let room: usize = 0;

export function attachWords(startsAt: usize): void {
  room = startsAt;
  starts = startsAt;
}

export function beginWords(): void {
  starts = room;
}

/** The next document's words are written after these. */
export function wordsOn(): void {
  starts += (<usize>words + 1) << 2;
}

/** Makes a document that was found before the one at hand. */
export function takeWords(startsAt: usize, count: u32): void {
  starts = startsAt;
  words = count;
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
