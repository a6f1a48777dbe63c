import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { Row } from '../sequences.ts';
import type { Cache, Fresh, Part } from './cache.ts';

/** The names that Optimum gives to what a graph takes of keys and values, and to what it gives back. */
const PAST = 'past_key_values';
export const PRESENT = 'present';

/** Numbers of the rows, int64 [rows, places]; the shorter ones are padded by 0. */
export function padded(rows: readonly Row[], places: number, of: (row: Row) => readonly number[]): Tensor {
  const values = new BigInt64Array(rows.length * places);
  for (const [at, row] of rows.entries())
    for (const [column, value] of of(row).entries()) values[at * places + column] = BigInt(value);
  return new Tensor('int64', values, [rows.length, places]);
}

/** What may be attended to, int64 [rows, columns of the cache + places]: the tokens it holds, then the segments. */
export function masked(rows: readonly Row[], places: number, past: Cache | undefined): Tensor {
  const room = past?.room ?? 0;
  const width = room + places;
  const values = new BigInt64Array(rows.length * width);
  for (const [at, { segments }] of rows.entries()) {
    for (let column = 0; column < room; column++)
      if (past!.held[at * room + column]) values[at * width + column] = 1n;
    for (const [place, segment] of segments.entries()) values[at * width + room + place] = BigInt(segment);
  }
  return new Tensor('int64', values, [rows.length, width]);
}

/** The cache as the graph takes it: of no column where there is none. */
export function pastFeeds(parts: readonly Part[], rows: number, past: Cache | undefined): FeedsOf {
  const feeds: Record<string, Tensor> = {};
  for (const [at, name] of partNames(PAST, parts.length).entries()) {
    const { heads, size } = parts[at]!;
    const values = past?.values[at] ?? new Float32Array(0);
    feeds[name] = new Tensor('float32', values, [rows, heads, past?.room ?? 0, size]);
  }
  return feeds;
}

type FeedsOf = InferenceSession.OnnxValueMapType;

/** Keys and values in turn, layer by layer. */
export function partNames(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${kind}.${at >> 1}.${at % 2 === 0 ? 'key' : 'value'}`);
}

export function freshOf(output: FeedsOf, names: readonly string[], width: number, from: number): Fresh {
  return { parts: names.map((name) => output[name]!.data as Float32Array), width, from };
}

/** The parts of the cache that a graph takes, none where it takes none. Throws what of it can't be used. */
export function partsOf({ inputMetadata, outputNames }: InferenceSession): Part[] {
  const taken = inputMetadata.filter(({ name }) => name.startsWith(PAST));
  const names = partNames(PAST, taken.length);
  const given = partNames(PRESENT, taken.length);
  return names.map((name, at): Part => {
    const one = taken.find((each) => each.name === name);
    if (!one) throw new Error(`its cache is not by layer, key and value: it lacks ${name}`);
    if (!outputNames.includes(given[at]!)) throw new Error(`it takes ${name} and doesn't give ${given[at]}`);
    if (!one.isTensor || one.type !== 'float32')
      throw new Error(`its cache is ${one.isTensor ? one.type : 'no tensor'}: export it as float32`);
    const [, heads, , size] = one.shape;
    if (one.shape.length !== 4 || typeof heads !== 'number' || typeof size !== 'number')
      throw new Error(`its cache ${name} is not [rows, heads, tokens, size]`);
    return { heads, size };
  });
}
