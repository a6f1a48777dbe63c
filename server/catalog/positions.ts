import type { Position } from '../collections/types.ts';

/**
 * Positions of examples, packed in blocks so that the index stays small beside the files. A block holds
 * up to `BLOCK` examples: how many, the first one's offset and line, then three columns (the gap between
 * the end of one record and the start of the next; the length; the lines between two starts). A column
 * whose values are all alike is written once.
 */
export const BLOCK = 1024;

const SAME = 0;
const EACH = 1;

/** Packs positions as they come; `finish` gives the blocks in order. */
export class PositionPacker {
  readonly #blocks: Uint8Array[] = [];
  #open: Position[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(position: Position): void {
    this.#open.push(position);
    this.#count++;
    if (this.#open.length === BLOCK) this.#close();
  }

  finish(): Uint8Array[] {
    if (this.#open.length > 0) this.#close();
    return this.#blocks;
  }

  #close(): void {
    this.#blocks.push(packBlock(this.#open));
    this.#open = [];
  }
}

function packBlock(positions: readonly Position[]): Uint8Array {
  const bytes: number[] = [];
  const first = positions[0]!;
  writeVarint(bytes, positions.length);
  writeVarint(bytes, first.offset);
  writeVarint(bytes, first.line);
  const gaps: number[] = [];
  const lines: number[] = [];
  for (let index = 1; index < positions.length; index++) {
    const before = positions[index - 1]!;
    const position = positions[index]!;
    gaps.push(zigzag(position.offset - before.offset - before.length));
    lines.push(zigzag(position.line - before.line));
  }
  const lengths = positions.map(({ length }) => length);
  for (const column of [gaps, lengths, lines]) writeColumn(bytes, column);
  return Uint8Array.from(bytes);
}

/** The positions of one block, in order. */
export function unpackBlock(block: Uint8Array): Position[] {
  const from = new VarintReader(block);
  const count = from.next();
  let offset = from.next();
  let line = from.next();
  const gaps = readColumn(from, count - 1);
  const lengths = readColumn(from, count);
  const lines = readColumn(from, count - 1);
  const positions: Position[] = [];
  for (let index = 0; index < count; index++) {
    const length = lengths(index);
    positions.push({ offset, length, line });
    if (index + 1 === count) break;
    offset += length + unzigzag(gaps(index));
    line += unzigzag(lines(index));
  }
  return positions;
}

function writeColumn(bytes: number[], values: readonly number[]): void {
  const same = values.every((value) => value === values[0]);
  bytes.push(same ? SAME : EACH);
  if (same) writeVarint(bytes, values[0] ?? 0);
  else for (const value of values) writeVarint(bytes, value);
}

function readColumn(from: VarintReader, count: number): (index: number) => number {
  if (from.next() === SAME) {
    const value = from.next();
    return () => value;
  }
  const values = Array.from({ length: count }, () => from.next());
  return (index) => values[index]!;
}

// Offsets pass 2^31, so the arithmetic is on numbers (exact to 2^53), not on 32-bit words.

function writeVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
}

function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1;
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

class VarintReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  next(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new RangeError('a block of positions ends too early');
      value += (byte % 0x80) * scale;
      if (byte < 0x80) return value;
    }
  }
}
