const STEP_BYTES = 1 << 20;

/**
 * Numbers in a list that may get long. It grows in place, in room that is only reserved at first, so that nothing is
 * copied; and what it took is given back by `free`, not when garbage is next collected.
 */
export class Words {
  length = 0;
  /** Those there are, and room behind them. */
  view: Uint32Array;
  private readonly buffer: ArrayBuffer;

  constructor(most: number) {
    this.buffer = new ArrayBuffer(0, { maxByteLength: Math.max(4, most * 4) });
    this.view = new Uint32Array(this.buffer);
  }

  push(word: number): void {
    if (this.length === this.view.length) this.grow();
    this.view[this.length++] = word;
  }

  free(): void {
    this.length = 0;
    this.buffer.resize(0);
  }

  private grow(): void {
    this.buffer.resize(Math.min(this.buffer.byteLength + STEP_BYTES, this.buffer.maxByteLength));
  }
}
