import { hash } from 'node:crypto';

/** A seeded source of numbers; the same parts give the same numbers on every machine. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, below). */
  below(below: number): number;
}

/**
 * A generator keyed by what is drawn (a task, an example, the purpose) and the seed, so that a draw
 * doesn't depend on which others were made before it. xoshiro128** seeded from SHA-256.
 */
export function randomFor(...parts: readonly (string | number)[]): Random {
  const digest = hash('sha256', JSON.stringify(parts), 'buffer');
  let a = digest.readUInt32LE(0);
  let b = digest.readUInt32LE(4);
  let c = digest.readUInt32LE(8);
  let d = digest.readUInt32LE(12) | 1;

  const rotate = (value: number, by: number) => ((value << by) | (value >>> (32 - by))) >>> 0;
  const uint32 = () => {
    const result = Math.imul(rotate(Math.imul(b, 5) >>> 0, 7), 9) >>> 0;
    const shifted = (b << 9) >>> 0;
    c = (c ^ a) >>> 0;
    d = (d ^ b) >>> 0;
    b = (b ^ c) >>> 0;
    a = (a ^ d) >>> 0;
    c = (c ^ shifted) >>> 0;
    d = rotate(d, 11);
    return result;
  };
  const next = () => ((uint32() >>> 5) * 67108864 + (uint32() >>> 6)) / 9007199254740992;
  return { next, below: (below) => Math.floor(next() * below) };
}

/** The whole numbers in [0, below) in an order drawn, each once. Takes memory for those that were given. */
export function* distinct(random: Random, below: number): Generator<number> {
  // A Fisher-Yates shuffle that stores only the places it touched.
  const moved = new Map<number, number>();
  for (let place = 0; place < below; place++) {
    const other = place + random.below(below - place);
    yield moved.get(other) ?? other;
    moved.set(other, moved.get(place) ?? place);
  }
}
