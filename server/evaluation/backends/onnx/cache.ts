/** Of one layer's keys, or of its values: attention heads, and numbers of each. */
export interface Part {
  heads: number;
  size: number;
}

/** Bytes that the keys and values of one token take. */
export function bytesOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { heads, size }) => sum + heads * size * Float32Array.BYTES_PER_ELEMENT, 0);
}

/** What a graph gave for the tokens it read, a part each: [rows, heads, `width`, size], new from column `from` on. */
export interface Fresh {
  parts: readonly Float32Array[];
  width: number;
  from: number;
}

/**
 * Keys and values of tokens that were read, for those that follow. Rows have room for as many columns; what holds no
 * token is masked. A graph that reads on is shown all of the room, so there is never much more than is needed.
 */
export class Cache {
  readonly parts: readonly Part[];
  readonly rows: number;
  readonly room: number;
  /** Columns that are taken, in every row. */
  columns = 0;
  /** By part: [rows, heads, room, size]. */
  readonly values: readonly Float32Array[];
  /** 1 where a column holds a token of the row: [rows, room]. */
  readonly held: Uint8Array;

  constructor(parts: readonly Part[], rows: number, room: number) {
    this.parts = parts;
    this.rows = rows;
    this.room = room;
    this.values = parts.map(({ heads, size }) => new Float32Array(rows * heads * room * size));
    this.held = new Uint8Array(rows * room);
  }

  /** Adds columns to the rows from `row` on; `lengths`: how many tokens each of these has there, padding after them. */
  put(fresh: Fresh, lengths: readonly number[], row: number, column: number): void {
    const places = fresh.width - fresh.from;
    for (const [at, { heads, size }] of this.parts.entries()) {
      const [from, to] = [fresh.parts[at]!, this.values[at]!];
      for (let block = 0; block < lengths.length * heads; block++) {
        const start = (block * fresh.width + fresh.from) * size;
        const end = ((row * heads + block) * this.room + column) * size;
        to.set(from.subarray(start, start + places * size), end);
      }
    }
    for (const [at, length] of lengths.entries()) {
      const start = (row + at) * this.room + column;
      this.held.fill(1, start, start + length);
    }
    this.columns = Math.max(this.columns, column + places);
  }

  /** These rows of this cache, each as often as it is named, with so much room. */
  taken(rows: readonly number[], room: number): Cache {
    const made = new Cache(this.parts, rows.length, room);
    made.columns = this.columns;
    for (const [at, { heads, size }] of this.parts.entries()) {
      const [from, to] = [this.values[at]!, made.values[at]!];
      for (const [row, before] of rows.entries()) {
        for (let head = 0; head < heads; head++) {
          const start = (before * heads + head) * this.room * size;
          to.set(from.subarray(start, start + this.columns * size), (row * heads + head) * room * size);
        }
      }
    }
    for (const [row, before] of rows.entries()) {
      const start = before * this.room;
      made.held.set(this.held.subarray(start, start + this.columns), row * room);
    }
    return made;
  }
}
