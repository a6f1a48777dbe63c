/** Does something once nothing asked for it any more for a while. */
export class Later {
  readonly #quietMs: number;
  readonly #work: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(quietMs: number, work: () => void) {
    this.#quietMs = quietMs;
    this.#work = work;
  }

  wake(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#work, this.#quietMs);
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
