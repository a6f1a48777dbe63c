import type { PairRow } from '../protocol.ts';
import { percent, printTable } from './output.ts';

export function pairTable(pairs: readonly PairRow[]): void {
  printTable(
    ['train', 'eval', 'overlap', 'content', 'short', 'same source', 'state', 'verdict'],
    pairs.map((pair) => [
      pair.train,
      pair.eval,
      `${percent(pair.fraction)} (${pair.overlapping}/${pair.evalExamples})`,
      percent(pair.fractionContent),
      `${pair.shortMatches}/${pair.short}`,
      pair.sameSource ? 'yes' : '',
      pair.state,
      pair.rulings.map(({ verdict, reviewer }) => `${verdict} (${reviewer})`).join(' / '),
    ]),
  );
}
