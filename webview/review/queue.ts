import type { PairList } from '../../server/protocol.ts';
import { nextOf } from '../shared/queue.ts';

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

/** The next pair after this one that waits for a verdict. */
export function nextWaiting(
  list: PairList,
  from: PairKey | undefined,
  skipped: readonly PairKey[],
): PairKey | undefined {
  const next = nextOf(list.pairs, from, skipped, sameAs);
  return next && keyOf(next);
}
