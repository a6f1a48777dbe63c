import * as vscode from 'vscode';
import type { Ruling } from '../../server/protocol.ts';
import { escapeMarkdown, verdictIcon, verdictWord } from '../words.ts';
import type { QueueState } from './tree.ts';

interface Ruled {
  state: QueueState;
  rulings: Ruling[];
}

/** What was ruled, for the end of a short line; nothing while nobody has. */
export function ruledWords({ state, rulings }: Ruled): string[] {
  if (state === 'conflict') {
    return [rulings.map((ruling) => `${ruling.reviewer}: ${verdictWord(ruling.verdict)}`).join(' / ')];
  }
  return rulings[0] ? [verdictWord(rulings[0].verdict)] : [];
}

/** The icon of a row that somebody has ruled on. */
export function ruledIcon({ state, rulings }: Ruled): vscode.ThemeIcon | undefined {
  if (state === 'decided') return verdictIcon(rulings[0]?.verdict ?? '');
  if (state === 'conflict') {
    return new vscode.ThemeIcon('git-compare', new vscode.ThemeColor('list.errorForeground'));
  }
  if (state === 'stale') {
    return new vscode.ThemeIcon('history', new vscode.ThemeColor('list.warningForeground'));
  }
  return undefined;
}

/** Each ruling as a line of a tooltip: verdict, reviewer, time, reason. */
export function appendRulings(text: vscode.MarkdownString, rulings: readonly Ruling[]): void {
  for (const ruling of rulings) {
    const when = new Date(ruling.time).toLocaleString(vscode.env.language);
    const said = [verdictWord(ruling.verdict), ruling.reviewer, when, ruling.reason]
      .filter(Boolean)
      .join(' · ');
    text.appendMarkdown(`- ${escapeMarkdown(said)}\n`);
  }
}
