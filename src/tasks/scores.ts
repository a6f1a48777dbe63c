import * as vscode from 'vscode';
import type { GroupBy, LastScore, LastScores, Level } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { scoreWord, shotsWord, timeWord } from '../results/words.ts';

const NONE: LastScores = { tasks: {}, categories: {}, levels: {} };
const SETTING = 'tasks.showScores';

export function showsScores(context: Context): boolean {
  return context.setting(SETTING, true);
}

/** For this workspace alone: another bench may have no scores. */
export async function showScores(show: boolean): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('heldout');
  await configuration.update(SETTING, show, vscode.ConfigurationTarget.Workspace);
}

export function affectsScores(change: vscode.ConfigurationChangeEvent): boolean {
  return change.affectsConfiguration(`heldout.${SETTING}`);
}

/** What scored last, or nothing where scores are not shown. A view of tasks lives without them. */
export async function scoresShown(context: Context): Promise<LastScores> {
  if (!showsScores(context)) return NONE;
  try {
    return await context.server.ask('lastScores', {});
  } catch (error) {
    context.log.error(`last scores: ${String(error)}`);
    return NONE;
  }
}

/** Of a group only what the results say of it too; of a collection or a data source they say nothing. */
export function groupScore(scores: LastScores, groupBy: GroupBy, key: string): LastScore | undefined {
  if (groupBy === 'category') return scores.categories[key];
  return groupBy === 'level' ? scores.levels[key as Level] : undefined;
}

/** "score 24.8 / 27.7". */
export function scoreLine({ scores }: LastScore): string {
  return vscode.l10n.t('score {0}', scores.map(({ estimate }) => scoreWord(estimate)).join(' / '));
}

/** "24.8 ± 2.1 (0-shot), 27.7 ± 2.2 (5-shot) by opt-tiny, Nov 25, 2026, 8:12 PM". */
export function scoreDetail({ scores, checkpoint, created }: LastScore): string {
  const each = scores.map(({ shots, estimate }) => {
    const error = estimate?.error ?? null;
    const score =
      error === null ? scoreWord(estimate) : `${scoreWord(estimate)} ± ${(error * 100).toFixed(1)}`;
    return shots === 'fit'
      ? vscode.l10n.t('{0} ({1})', score, shotsWord(shots))
      : vscode.l10n.t('{0} ({1}-shot)', score, shots);
  });
  return vscode.l10n.t('{0} by {1}, {2}', each.join(', '), checkpoint, timeWord(created));
}
