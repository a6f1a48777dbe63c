import * as vscode from 'vscode';
import type { SplitRemedy } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { rulablePair } from '../pairs/decide.ts';
import { askReason, offerUndo, ruleOn } from '../queue/decide.ts';
import { openAt } from '../setup/problem.ts';
import { moveTasks } from '../tasks/move.ts';
import { verdictWord } from '../words.ts';

/** Does what a finding proposes. A decision asks for its reason and is on disk when this returns. */
export async function applyRemedy(context: Context, remedy: SplitRemedy): Promise<void> {
  switch (remedy.kind) {
    case 'hold-out-category':
      return moveTasks(context, remedy.tasks, 'split', 'test');
    case 'move-tasks':
      return moveTasks(context, remedy.tasks, 'split', remedy.to);
    case 'leave-out':
      return moveTasks(context, remedy.tasks, 'split', 'none');
    case 'rule-on-pair': {
      const { train, eval: evalTask, verdict } = remedy;
      const { row } = await context.server.ask('pair', { train, eval: evalTask });
      return ruleOn(context, rulablePair, [row], verdictWord(verdict), verdict);
    }
    case 'review-pair':
      await vscode.commands.executeCommand('heldout.review', { train: remedy.train, eval: remedy.eval });
      return;
    case 'allow-source':
      return allowSource(context, remedy.source);
    case 'find-overlaps':
      await vscode.commands.executeCommand('heldout.findOverlaps');
      return;
    case 'edit-bench':
      return openAt(remedy.location.file, remedy.location.line);
  }
}

async function allowSource(context: Context, source: string): Promise<void> {
  const reason = await askReason(vscode.l10n.t('Allow the data source {0} on both sides', source));
  if (reason === undefined) return;
  const made = await context.server.ask('allowSource', { source, reason: reason.trim() });
  offerUndo(context, made, vscode.l10n.t('The data source {0} may stand on both sides.', source));
}
