import { LANE_A, mix } from '../kernel/hash.ts';

const BITS = 1 << 26;

/** How many distinct keys were seen, by linear counting: within about 0.2 % up to 40 million. */
export class Estimate {
  private readonly buffer = new ArrayBuffer(BITS / 8, { maxByteLength: BITS / 8 });
  private readonly marks = new Uint32Array(this.buffer);
  private set = 0;

  /** Adds `count` keys of two lanes each. */
  add(keys: Uint32Array, count: number): void {
    for (let i = 0; i < count; i++) {
      // Both lanes: words that are alike, such as numbered ones, may give the same first lane.
      const bit = mix(keys[i * 2]! ^ Math.imul(keys[i * 2 + 1]!, LANE_A)) >>> 6;
      const mask = 1 << (bit & 31);
      const at = bit >>> 5;
      if ((this.marks[at]! & mask) === 0) {
        this.marks[at]! |= mask;
        this.set++;
      }
    }
  }

  get distinct(): number {
    if (this.set >= BITS) return Number.POSITIVE_INFINITY;
    return -BITS * Math.log1p(-this.set / BITS);
  }

  /** Gives its memory back; nothing can be added after that. */
  free(): void {
    this.buffer.resize(0);
  }
}
