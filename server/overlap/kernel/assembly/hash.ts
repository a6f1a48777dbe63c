// The hashes of kernel/hash.ts, lane for lane.
export const LANE_A: u32 = 0x9e3779b1;
export const LANE_B: u32 = 0x85ebca77;
export const ROLL_A: u32 = 0x2c9277b5;
export const ROLL_B: u32 = 0x5f356495;

/** The lanes of the bytes hashed last. */
export let laneA: u32 = 0;
export let laneB: u32 = 0;

@inline
export function mix(h: u32): u32 {
  h ^= h >> 16;
  h *= 0x85ebca6b;
  h ^= h >> 13;
  h *= 0xc2b2ae35;
  return h ^ (h >> 16);
}

/** Absorbs the bytes `[from, to)`, eight at a time, into `laneA` and `laneB`. */
@inline
export function absorb(from: usize, to: usize): void {
  let a: u32 = LANE_A ^ <u32>(to - from);
  let b: u32 = LANE_B;
  let at = from;
  for (; at + 8 <= to; at += 8) {
    a = (rotl<u32>(a, 5) ^ load<u32>(at)) * LANE_A;
    b = (rotl<u32>(b, 7) ^ load<u32>(at, 4)) * LANE_B;
  }
  const rest = load<u64>(at) & (((<u64>1) << ((to - at) << 3)) - 1);
  a = (rotl<u32>(a, 5) ^ <u32>rest) * LANE_A;
  b = (rotl<u32>(b, 7) ^ <u32>(rest >> 32)) * LANE_B;
  laneA = a;
  laneB = b;
}

/** 64 bytes of ones, then 64 of zeros: cut at the right place, it masks what follows a text of at most 64 bytes. */
export let masks: usize = 0;

export function attachHash(masksAt: usize): void {
  masks = masksAt;
  memory.fill(masksAt, 0xff, 64);
  memory.fill(masksAt + 64, 0, 64);
}

/** The hash of a tile's bytes `[from, to)`: without a branch for its length, up to 64 bytes. */
@inline
export function tileHash(from: usize, to: usize): u64 {
  let hash: u64 = to - from;
  while (to - from > 64) {
    hash += sumOf(from, masks);
    hash = rotl<u64>(hash, 23);
    from += 64;
  }
  return hash + sumOf(from, masks + 64 - (to - from));
}

/**
 * Keyed words of one 16 bytes times those of the next, as the hash NH pairs them. The keys stand in place: a
 * constant of 128 bits is one load for the compiler.
 */
@inline
function sumOf(from: usize, mask: usize): u64 {
  const first = v128.xor(
    v128.and(v128.load(from), v128.load(mask)),
    i64x2(0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9),
  );
  const second = v128.xor(
    v128.and(v128.load(from, 16), v128.load(mask, 16)),
    i64x2(0x94d049bb133111eb, 0xd6e8feb86659fd93),
  );
  const third = v128.xor(
    v128.and(v128.load(from, 32), v128.load(mask, 32)),
    i64x2(0xa0761d6478bd642f, 0xe7037ed1a0b428db),
  );
  const fourth = v128.xor(
    v128.and(v128.load(from, 48), v128.load(mask, 48)),
    i64x2(0x8ebc6af09c88c6e3, 0x589965cc75374cc3),
  );
  const sum = i64x2.add(
    i64x2.add(
      i64x2.extmul_low_i32x4_u(first, second),
      i64x2.extmul_high_i32x4_u(first, second),
    ),
    i64x2.add(i64x2.extmul_low_i32x4_u(third, fourth), i64x2.extmul_high_i32x4_u(third, fourth)),
  );
  return <u64>i64x2.extract_lane(sum, 0) + <u64>i64x2.extract_lane(sum, 1);
}

/** The place of a tile in the filter. */
@inline
export function blockHash(hash: u64): u32 {
  return mix(<u32>(hash >> 32) ^ (<u32>hash * LANE_A));
}

/** The bits of a tile in its block. */
@inline
export function bitsOf(hash: u64): u32 {
  const bits = ((<u32>hash ^ (<u32>(hash >> 32) * LANE_B)) * LANE_A) >> 17;
  return (1 << (bits & 31)) | (1 << ((bits >> 5) & 31)) | (1 << (bits >> 10));
}

/** Where a hash falls among `count` places. */
@inline
export function placeOf(hash: u32, count: u32): usize {
  return <usize>((<u64>(hash >> 5) * <u64>count) >> 27);
}
