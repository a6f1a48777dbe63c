import * as vscode from 'vscode';
import type { PairRow, PairVerdict } from '../../server/protocol.ts';
import type { Rulable } from '../queue/decide.ts';
import { numberWord } from '../words.ts';

function verdictDetail(verdict: PairVerdict): string {
  switch (verdict) {
    case 'remove-train':
      return vscode.l10n.t('The train task leaves the bench');
    case 'remove-eval':
      return vscode.l10n.t('The eval task leaves the bench');
    case 'retain':
      return vscode.l10n.t('Both stay: shared context, unrelated labels');
    case 'remove-examples':
      return vscode.l10n.t('Both stay, without the examples that share text');
  }
}

/** What can be ruled on a pair. */
export const rulablePair: Rulable<PairRow, PairVerdict> = {
  verdicts: ['remove-train', 'remove-eval', 'retain', 'remove-examples'],
  detail: verdictDetail,
  count: (count) => (count === 1 ? vscode.l10n.t('1 pair') : vscode.l10n.t('{0} pairs', numberWord(count))),
  name: (row) => `${row.train} → ${row.eval}`,
  nothing: () => vscode.l10n.t('No pair is shown to rule on.'),
  decide: (context, rows, verdict, reason) => {
    const pairs = rows.map(({ train, eval: evalTask }) => ({ train, eval: evalTask }));
    return context.server.ask('decide', { pairs, verdict, reason });
  },
};
