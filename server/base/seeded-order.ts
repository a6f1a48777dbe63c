import { randomFor } from './random.ts';

const ROUNDS = 10;

/**
 * A seeded order of the whole numbers below `size`, asked either way and held in no memory: every number
 * has one place, every place one number. The same key gives the same order on every machine.
 *
 * A number is a cell of a grid of about √size rows; each round turns the row by an amount that depends on
 * the column, or the column by one that depends on the row, so that each round can be taken back. The
 * grid has a few cells more than `size`: a number that lands on one of those is moved on until it doesn't.
 */
export class SeededOrder {
  readonly size: number;
  readonly #rows: number;
  readonly #columns: number;
  readonly #keys: Uint32Array;

  /** `size` up to 2^52. */
  constructor(size: number, ...key: readonly (string | number)[]) {
    this.size = size;
    this.#rows = Math.max(1, Math.ceil(Math.sqrt(size)));
    this.#columns = Math.max(1, Math.ceil(size / this.#rows));
    const random = randomFor('order', ...key);
    this.#keys = Uint32Array.from({ length: ROUNDS * 2 }, () => random.below(0x100000000));
  }

  /** The place of a number in the order. */
  placeOf(number: number): number {
    let at = number;
    do at = this.#forth(at);
    while (at >= this.size);
    return at;
  }

  /** The number at a place. */
  at(place: number): number {
    let at = place;
    do at = this.#back(at);
    while (at >= this.size);
    return at;
  }

  #forth(cell: number): number {
    const rows = this.#rows;
    const columns = this.#columns;
    let row = Math.floor(cell / columns);
    let column = cell - row * columns;
    for (let round = 0; round < ROUNDS; round += 2) {
      row = (row + this.#turn(round, column, rows)) % rows;
      column = (column + this.#turn(round + 1, row, columns)) % columns;
    }
    return row * columns + column;
  }

  #back(cell: number): number {
    const rows = this.#rows;
    const columns = this.#columns;
    let row = Math.floor(cell / columns);
    let column = cell - row * columns;
    for (let round = ROUNDS - 2; round >= 0; round -= 2) {
      column = (column + columns - this.#turn(round + 1, row, columns)) % columns;
      row = (row + rows - this.#turn(round, column, rows)) % rows;
    }
    return row * columns + column;
  }

  /** A number below `below` that looks drawn, by round and value. */
  #turn(round: number, value: number, below: number): number {
    const keys = this.#keys;
    let mixed = Math.imul(value ^ keys[round * 2]!, 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35) ^ keys[round * 2 + 1]!;
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0x27d4eb2f);
    return Math.floor((((mixed ^ (mixed >>> 16)) >>> 0) / 0x100000000) * below);
  }
}
