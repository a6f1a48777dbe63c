import * as vscode from 'vscode';
import type { LastScore, TaskRow } from '../../server/protocol.ts';
import { escapeMarkdown, levelWord, numberWord, splitWord } from '../words.ts';
import { scoreDetail, scoreLine } from './scores.ts';

/** One task's short line: last score, split, level, examples, templates, findings, open pairs, decision. */
export function taskLine(row: TaskRow, score?: LastScore): string {
  const parts = score ? [scoreLine(score), splitWord(row.split)] : [splitWord(row.split)];
  if (row.level) parts.push(levelWord(row.level));
  parts.push(vscode.l10n.t('{0} ex', numberWord(row.examples)));
  parts.push(vscode.l10n.t('{0} tmpl', numberWord(row.templates)));
  if (row.findings > 0) {
    parts.push(row.findings === 1 ? vscode.l10n.t('1 finding') : vscode.l10n.t('{0} findings', row.findings));
  }
  if (row.openPairs > 0) {
    parts.push(
      row.openPairs === 1 ? vscode.l10n.t('1 open pair') : vscode.l10n.t('{0} open pairs', row.openPairs),
    );
  }
  if (row.decision) parts.push(row.decision);
  return parts.join(' · ');
}

/** The icon says where the task stands; its colour only repeats what the line says. */
function taskIcon(row: TaskRow): vscode.ThemeIcon {
  const colour =
    row.openPairs > 0
      ? new vscode.ThemeColor('list.warningForeground')
      : row.decision
        ? new vscode.ThemeColor('charts.green')
        : undefined;
  if (row.split === 'none') return new vscode.ThemeIcon('circle-slash', colour);
  if (row.split === 'train') return new vscode.ThemeIcon('book', colour);
  if (row.level === 'fully-held-out') return new vscode.ThemeIcon('lock', colour);
  if (row.level === 'partially-held-out') return new vscode.ThemeIcon('unlock', colour);
  return new vscode.ThemeIcon(row.split === 'dev' ? 'beaker' : 'checklist', colour);
}

export function taskItem(row: TaskRow, score?: LastScore): vscode.TreeItem {
  const item = new vscode.TreeItem(
    row.name,
    row.templates > 0 ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
  );
  item.id = `task:${row.id}`;
  item.description = taskLine(row, score);
  item.iconPath = taskIcon(row);
  item.contextValue = row.openPairs > 0 ? 'task pairs' : 'task';
  item.command = { command: 'heldout.inspect', title: vscode.l10n.t('Inspect Prompt'), arguments: [row.id] };
  item.accessibilityInformation = {
    label: `${row.name}, ${row.collection}, ${taskLine(row, score).replaceAll(' · ', ', ')}`,
  };
  return item;
}

export function taskTooltip(row: TaskRow, score?: LastScore): vscode.MarkdownString {
  const line = (label: string, value: string) => `\n- ${label}: ${escapeMarkdown(value)}`;
  const text = new vscode.MarkdownString(`**${escapeMarkdown(row.id)}**\n`);
  text.appendMarkdown(line(vscode.l10n.t('Category'), row.category));
  text.appendMarkdown(line(vscode.l10n.t('Data source'), row.source ?? vscode.l10n.t('not named')));
  text.appendMarkdown(line(vscode.l10n.t('Split'), splitWord(row.split)));
  if (row.level) text.appendMarkdown(line(vscode.l10n.t('Level'), levelWord(row.level)));
  text.appendMarkdown(line(vscode.l10n.t('Examples'), numberWord(row.examples)));
  text.appendMarkdown(line(vscode.l10n.t('Templates'), numberWord(row.templates)));
  if (row.findings > 0) text.appendMarkdown(line(vscode.l10n.t('Findings'), numberWord(row.findings)));
  if (row.openPairs > 0) text.appendMarkdown(line(vscode.l10n.t('Open pairs'), numberWord(row.openPairs)));
  if (score) text.appendMarkdown(line(vscode.l10n.t('Last score'), scoreDetail(score)));
  if (row.decision) text.appendMarkdown(line(vscode.l10n.t('Decision'), row.decision));
  return text;
}
