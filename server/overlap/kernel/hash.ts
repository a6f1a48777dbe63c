/**
 * The hashes that the index is keyed by, in two 32-bit lanes: one exact meaning for both kernels.
 *
 * A word's lanes come from its bytes, a gram's from its words' lanes by a rolling polynomial modulo 2^32,
 * its key from those by a last mixing. A tile is hashed straight from its bytes.
 */

export const LANE_A = 0x9e3779b1 | 0;
export const LANE_B = 0x85ebca77 | 0;
export const ROLL_A = 0x2c9277b5;
export const ROLL_B = 0x5f356495;

/** The lanes of the bytes hashed last. */
let laneA = 0;
let laneB = 0;

/** Absorbs the bytes `[from, to)`, eight at a time, the last ones filled up with zeros, into the lanes. */
function absorb(bytes: Uint8Array, from: number, to: number): void {
  let a = LANE_A ^ (to - from);
  let b = LANE_B;
  let at = from;
  for (; at + 8 <= to; at += 8) {
    const x = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    const y = bytes[at + 4]! | (bytes[at + 5]! << 8) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 24);
    a = Math.imul(((a << 5) | (a >>> 27)) ^ x, LANE_A);
    b = Math.imul(((b << 7) | (b >>> 25)) ^ y, LANE_B);
  }
  let x = 0;
  let y = 0;
  for (let shift = 0; at < to; at++, shift += 8) {
    if (shift < 32) x |= bytes[at]! << shift;
    else y |= bytes[at]! << (shift - 32);
  }
  laneA = Math.imul(((a << 5) | (a >>> 27)) ^ x, LANE_A);
  laneB = Math.imul(((b << 7) | (b >>> 25)) ^ y, LANE_B);
}

/** Murmur3's last mixing of one lane. */
export function mix(h: number): number {
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** `base` to the n-th power, modulo 2^32: what a word that leaves a window of n weighs. */
export function power(base: number, n: number): number {
  let result = 1;
  for (let i = 0; i < n; i++) result = Math.imul(result, base);
  return result;
}

/**
 * The keys of all grams of `n` among `words` words. `starts[at + i]` is where word i starts in `bytes`, one
 * blank before the next; two lanes per gram go to `keys`.
 */
export function hashGrams(
  bytes: Uint8Array,
  starts: Uint32Array,
  at: number,
  words: number,
  n: number,
  keys: Uint32Array,
): void {
  if (words < n) return;
  if (lanesA.length < words) {
    lanesA = new Int32Array(words * 2);
    lanesB = new Int32Array(words * 2);
  }
  const leaveA = power(ROLL_A, n);
  const leaveB = power(ROLL_B, n);
  let rollA = 0;
  let rollB = 0;
  let from = starts[at]!;
  for (let word = 0; word < words; word++) {
    const next = starts[at + word + 1]!;
    absorb(bytes, from, next - 1);
    from = next;
    const a = Math.imul(laneA ^ ((laneB << 16) | (laneB >>> 16)), LANE_B);
    const b = Math.imul(laneB ^ ((laneA << 11) | (laneA >>> 21)), LANE_A);
    lanesA[word] = a;
    lanesB[word] = b;
    rollA = (Math.imul(rollA, ROLL_A) + a) | 0;
    rollB = (Math.imul(rollB, ROLL_B) + b) | 0;
    const gram = word - n + 1;
    if (gram < 0) continue;
    if (gram > 0) {
      rollA = (rollA - Math.imul(lanesA[gram - 1]!, leaveA)) | 0;
      rollB = (rollB - Math.imul(lanesB[gram - 1]!, leaveB)) | 0;
    }
    keys[gram * 2] = mix(rollA);
    keys[gram * 2 + 1] = mix(rollB);
  }
}

let lanesA = new Int32Array(1024);
let lanesB = new Int32Array(1024);

/** The slot that a key's first lane falls on, of `slots` (at most 2^26). */
export function slotOf(a: number, slots: number): number {
  return Math.floor(((a >>> 5) * slots) / 0x8000000);
}

/** The last tile hashed: the lane that finds its block of the filter, and the three bits it sets there. */
export const tile = { a: 0, bits: 0 };

const TILE_KEYS = [
  0x9e3779b97f4a7c15n,
  0xbf58476d1ce4e5b9n,
  0x94d049bb133111ebn,
  0xd6e8feb86659fd93n,
  0xa0761d6478bd642fn,
  0xe7037ed1a0b428dbn,
  0x8ebc6af09c88c6e3n,
  0x589965cc75374cc3n,
];
/** The keys of the sixteen words of a piece of 64 bytes. */
const WORD_KEYS = Int32Array.from(
  TILE_KEYS.flatMap((key) => [BigInt.asIntN(32, key), BigInt.asIntN(32, key >> 32n)]),
  Number,
);
const HALF_PIECE = 32;

/**
 * Hashes the bytes `[from, to)` of a tile into `tile`: a 64-bit sum over every 64 bytes, the last ones filled
 * up with zeros, of the products of keyed words: each of one 16 bytes with its counterpart in the next (pairs
 * as in the hash NH, laid out so that four are multiplied at once).
 */
export function tileHash(bytes: Uint8Array, from: number, to: number): void {
  let low = to - from;
  let high = 0;
  for (let piece = from; ; piece += 64) {
    for (let half = 0; half < 64; half += HALF_PIECE) {
      for (let word = 0; word < 16; word += 4) {
        const at = half + word;
        const x = (wordAt(bytes, piece + at, to) ^ WORD_KEYS[at >> 2]!) >>> 0;
        const y = (wordAt(bytes, piece + at + 16, to) ^ WORD_KEYS[(at + 16) >> 2]!) >>> 0;
        // The product of two 32-bit numbers, by halves.
        const yl = y & 0xffff;
        const yh = y >>> 16;
        const xl = x & 0xffff;
        const xh = x >>> 16;
        const middle = xh * yl + ((xl * yl) >>> 16);
        const inner = xl * yh + (middle & 0xffff);
        const sum = low + (Math.imul(x, y) >>> 0);
        low = sum >>> 0;
        const carried =
          Math.floor(middle / 0x10000) + Math.floor(inner / 0x10000) + (sum > 0xffffffff ? 1 : 0);
        high = (high + xh * yh + carried) >>> 0;
      }
    }
    if (to - piece <= 64) break;
    const turned = ((low << 23) | (high >>> 9)) >>> 0;
    high = ((high << 23) | (low >>> 9)) >>> 0;
    low = turned;
  }
  tile.a = mix(high ^ Math.imul(low, LANE_A)) >>> 0;
  const bits = Math.imul(low ^ Math.imul(high, LANE_B), LANE_A) >>> 17;
  tile.bits = (1 << (bits & 31)) | (1 << ((bits >>> 5) & 31)) | (1 << (bits >>> 10));
}

/** Four bytes as a number, low ones first; zero where they lie beyond `to`. */
function wordAt(bytes: Uint8Array, at: number, to: number): number {
  if (at + 4 <= to)
    return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
  let word = 0;
  for (let shift = 0; at < to; at++, shift += 8) word |= bytes[at]! << shift;
  return word;
}

/** The filter's 32-bit block for a tile's first lane, of `blocks` (at most 2^26). */
export function blockOf(a: number, blocks: number): number {
  return Math.floor(((a >>> 5) * blocks) / 0x8000000);
}
