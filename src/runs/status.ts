import * as vscode from 'vscode';
import type { JobRow } from '../../server/protocol.ts';
import { escapeMarkdown } from '../words.ts';
import type { Runs } from './runs.ts';
import { isActive, leftWord, runWords, stepWord } from './words.ts';

/** A status item while something runs or waits to; a click opens the Run page. */
export function createRunStatus(runs: Runs): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('heldout.runs', vscode.StatusBarAlignment.Left, 0);
  item.name = vscode.l10n.t('Heldout Runs');
  const update = () => {
    const active = runs.rows.filter(({ state }) => isActive(state));
    const [first] = [...active.filter(({ state }) => state !== 'queued'), ...active];
    if (!first) {
      item.hide();
      return;
    }
    item.text = statusText(active, first);
    item.tooltip = new vscode.MarkdownString(
      active
        .map((row) => `- **${escapeMarkdown(row.name)}**: ${escapeMarkdown(runWords(row).join(' · '))}`)
        .join('\n'),
    );
    item.command = {
      command: 'heldout.runs.open',
      title: vscode.l10n.t('Open Run'),
      arguments: [{ id: first.id }],
    };
    item.show();
  };
  update();
  return vscode.Disposable.from(item, runs.onChange(update));
}

function statusText(active: readonly JobRow[], first: JobRow): string {
  if (first.state === 'queued') {
    return active.length === 1
      ? vscode.l10n.t('{0} 1 run queued', '$(clock)')
      : vscode.l10n.t('{0} {1} runs queued', '$(clock)', active.length);
  }
  const count =
    active.length === 1
      ? vscode.l10n.t('{0} 1 run', '$(play)')
      : vscode.l10n.t('{0} {1} runs', '$(play)', active.length);
  const left = first.secondsLeft === null ? undefined : leftWord(first.secondsLeft);
  return [count, stepWord(first), left].filter((word) => word !== undefined).join(' · ');
}
