import type { PairList, PairRow } from '../../server/protocol.ts';
import { keyOf, type PairKey, sameAs } from './queue.ts';

/** All that one verdict rules on: the pairs that share only one text. */
export interface Scope {
  /** The text's key. */
  texts: string;
  pairs: readonly PairKey[];
}

/** Of the pairs that share only a text those that wait for a verdict, and the one that is looked at. */
export function scopeOf(texts: string, rows: readonly PairRow[], shown: PairKey): Scope {
  const pairs = rows.filter((row) => row.state !== 'decided' || sameAs(row, shown)).map(keyOf);
  return { texts, pairs };
}

/** The queue as it is once these pairs are ruled on; the one that is looked at keeps its place. */
export function without(list: PairList, ruled: readonly PairKey[], shown: PairKey): PairList {
  const gone = new Set(ruled.map(({ train, eval: held }) => `${train}\n${held}`));
  const pairs = list.pairs.filter((row) => sameAs(row, shown) || !gone.has(`${row.train}\n${row.eval}`));
  return { ...list, pairs };
}
