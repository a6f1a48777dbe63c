/**
 * Which eval examples hold an entry. Examples are numbered through all eval tasks, ascending; a posting is
 * `example * 2 + content`. An entry with one posting has it in place; the others name a list of bytes.
 *
 * A list: variable-length numbers, seven bits a byte, low ones first, each `distance * 2 + content`, where
 * distance is from the example before (the first one's from 0); then a zero byte.
 */

/** Set in an entry's word when the rest of it is an offset into the lists. */
export const LISTED = 0x80000000;
export const MOST_EXAMPLES = 0x3fffffff;

export function lengthOf(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  return value < 0x10000000 ? 4 : 5;
}

/** Writes a number; gives the place after it. */
export function writeNumber(bytes: Uint8Array, at: number, value: number): number {
  while (value >= 0x80) {
    bytes[at++] = (value & 0x7f) | 0x80;
    value >>>= 7;
  }
  bytes[at++] = value;
  return at;
}

/** Marks the number that ends before `at` as content. */
export function markLast(bytes: Uint8Array, at: number): void {
  let start = at - 1;
  while (start > 0 && bytes[start - 1]! >= 0x80) start--;
  bytes[start]! |= 1;
}

/** Reads an entry's postings, `most` of them at most, into `into` (grown by need); gives their number. */
export function readPostings(
  word: number,
  lists: Uint8Array,
  into: number[],
  most = Number.POSITIVE_INFINITY,
): number {
  if (word < LISTED) {
    into[0] = word;
    return 1;
  }
  let at = word - LISTED;
  let example = 0;
  let count = 0;
  do {
    let value = 0;
    let shift = 0;
    let byte: number;
    do {
      byte = lists[at++]!;
      value |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte >= 0x80);
    example += value >>> 1;
    into[count++] = example * 2 + (value & 1);
  } while (lists[at] !== 0 && count < most);
  return count;
}
