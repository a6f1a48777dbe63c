import type { PairList, PairRow } from '../../server/protocol.ts';

export interface PairKey {
  train: string;
  eval: string;
}

export function sameAs(a: PairKey | undefined, b: PairKey | undefined): boolean {
  return a !== undefined && b !== undefined && a.train === b.train && a.eval === b.eval;
}

export function keyOf({ train, eval: evalTask }: PairKey): PairKey {
  return { train, eval: evalTask };
}

/** The next pair after this one that waits for a verdict, round to the start again; skipped ones come last. */
export function nextWaiting(
  list: PairList,
  from: PairKey | undefined,
  skipped: readonly PairKey[],
): PairKey | undefined {
  const at = list.pairs.findIndex((row) => sameAs(row, from));
  const round = [...list.pairs.slice(at + 1), ...list.pairs.slice(0, Math.max(at, 0))];
  const waits = (row: PairRow) => row.state !== 'decided' && !sameAs(row, from);
  const next =
    round.find((row) => waits(row) && !skipped.some((key) => sameAs(key, row))) ??
    round.find((row) => waits(row));
  return next && keyOf(next);
}
