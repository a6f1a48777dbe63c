/** Where bins of lengths end (exclusive), about √2 apart; the last bin has no end. */
export const LENGTH_EDGES = [
  4, 6, 8, 11, 16, 23, 32, 45, 64, 91, 128, 181, 256, 362, 512, 724, 1024, 1448, 2048, 2896, 4096,
] as const;

/** Lengths of prompts, summed up; each counts with the weight that it has. */
export class Lengths {
  #weight = 0;
  #sum = 0;
  #squares = 0;
  #longest = 0;
  readonly #bins = new Float64Array(LENGTH_EDGES.length + 1);

  add(length: number, weight = 1): void {
    this.#weight += weight;
    this.#sum += weight * length;
    this.#squares += weight * length * length;
    this.#longest = Math.max(this.#longest, length);
    const bin = LENGTH_EDGES.findIndex((edge) => length < edge);
    this.#bins[bin < 0 ? LENGTH_EDGES.length : bin]! += weight;
  }

  /** Adds what others summed up, so that together they weigh `weight`. */
  addAll(other: Lengths, weight: number): void {
    if (other.#weight === 0) return;
    const factor = weight / other.#weight;
    this.#weight += weight;
    this.#sum += factor * other.#sum;
    this.#squares += factor * other.#squares;
    this.#longest = Math.max(this.#longest, other.#longest);
    other.#bins.forEach((count, bin) => {
      this.#bins[bin]! += factor * count;
    });
  }

  /** Null where nothing was counted. */
  summary(): { mean: number; std: number; longest: number } | null {
    if (this.#weight === 0) return null;
    const mean = this.#sum / this.#weight;
    const variance = Math.max(0, this.#squares / this.#weight - mean * mean);
    return { mean, std: Math.sqrt(variance), longest: this.#longest };
  }

  /** The share of each bin, in the order of the edges. */
  histogram(): number[] {
    return Array.from(this.#bins, (count) => (this.#weight > 0 ? count / this.#weight : 0));
  }
}
