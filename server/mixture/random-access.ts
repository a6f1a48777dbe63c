import { randomFor } from '../base/random.ts';

/** The n-th number of a seeded sequence, reached without those before it. */
export class Sequence {
  readonly #first: number;
  readonly #second: number;

  constructor(...key: readonly (string | number)[]) {
    const random = randomFor('sequence', ...key);
    this.#first = random.below(0x100000000);
    this.#second = random.below(0x100000000);
  }

  /** In [0, 1), with 53 bits; `index` up to 2^53. */
  at(index: number): number {
    const low = index >>> 0;
    const high = Math.floor(index / 0x100000000);
    const one = mix(mix(low ^ this.#first) + Math.imul(high, 0x9e3779b1) + this.#second);
    const two = mix(mix(one ^ this.#second) + low);
    return ((one >>> 5) * 67108864 + (two >>> 6)) / 9007199254740992;
  }
}

/** MurmurHash3's finalizer: every bit of 32 depends on every other. */
function mix(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
