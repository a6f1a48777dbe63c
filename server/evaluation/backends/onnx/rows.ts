import { type Row, rowsOf, type Sequence } from '../sequences.ts';
import { bytesOf, Cache } from './cache.ts';
import type { Graph } from './graph.ts';

/** That the keys and values of one batch may take; one row is always read. */
const CACHE_BYTES = 512 * 2 ** 20;

/** The rows that score some sequences of one prefix; each by itself where the graph knows no branches. */
export function rowsFor(graph: Graph, sequences: readonly Sequence[]): Row[] {
  if (graph.branching) return rowsOf(sequences);
  return sequences.flatMap((sequence, number) =>
    rowsOf([sequence]).map((row) => ({
      ...row,
      segments: row.segments.map(() => 1),
      picks: row.picks.map((pick) => ({ ...pick, sequence: number })),
    })),
  );
}

/** A text of which the last place is picked. */
export function textRow(ids: readonly number[], from = 0): Row {
  return {
    ids: [...ids],
    positions: ids.map((_, at) => from + at),
    segments: ids.map(() => 1),
    picks: [{ at: ids.length - 1, target: 0, sequence: 0 }],
  };
}

/** A row after its first `shared` tokens. */
export function restOf(row: Row, shared: number): Row {
  if (shared === 0) return row;
  return {
    ids: row.ids.slice(shared),
    positions: row.positions.slice(shared),
    segments: row.segments.slice(shared),
    picks: row.picks.map((pick) => ({ ...pick, at: pick.at - shared })),
  };
}

/** How many of a row's first tokens may be read apart: all its branches have them, and nothing is asked there. */
export function limitOf({ picks, segments }: Row): number {
  const common = segments.findIndex((segment) => segment !== 1);
  const first = Math.min(...picks.map(({ at }) => at));
  return common === -1 ? first : Math.min(first, common);
}

/** One text into a cache, in pieces that a batch has room for. */
export async function readText(graph: Graph, ids: readonly number[]): Promise<Cache> {
  let cache: Cache | undefined;
  for (let from = 0; from < ids.length; from += graph.places) {
    const piece = ids.slice(from, from + graph.places);
    const { fresh } = await graph.run([textRow(piece, from)], { past: cache, keep: true });
    const room = from + piece.length;
    cache = cache ? cache.taken([0], room) : new Cache(graph.parts, 1, room);
    cache.put(fresh!, [piece.length], 0, from);
  }
  return cache!;
}

/**
 * Ascending by the length of what is read: a batch has at most so many places, and so many columns of the cache a row,
 * or is one row.
 */
export function batches<One>(
  graph: Graph,
  all: readonly One[],
  lengthOf: (one: One) => number,
  columnsOf: (one: One) => number,
): One[][] {
  const bytes = bytesOf(graph.parts);
  const made: One[][] = [];
  let columns = 0;
  for (const one of all) {
    const last = made.at(-1);
    columns = Math.max(columns, columnsOf(one));
    const rows = (last?.length ?? 0) + 1;
    if (last && rows * lengthOf(one) <= graph.places && rows * columns * bytes <= CACHE_BYTES) last.push(one);
    else {
      made.push([one]);
      columns = columnsOf(one);
    }
  }
  return made;
}
