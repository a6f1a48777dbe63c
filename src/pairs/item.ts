import * as vscode from 'vscode';
import type { PairRow } from '../../server/protocol.ts';
import { appendRulings, ruledIcon, ruledWords } from '../queue/item.ts';
import { escapeMarkdown, levelWord, numberWord, percentWord, shortTask } from '../words.ts';

/** One pair's short line: both fractions, the examples, short copies, the source, the verdict. */
export function pairLine(row: PairRow): string {
  const parts = [
    vscode.l10n.t('{0} of {1} ex', numberWord(row.overlapping), numberWord(row.evalExamples)),
    vscode.l10n.t('content {0}', percentWord(row.fractionContent)),
  ];
  if (row.shortMatches > 0) {
    parts.push(
      row.shortMatches === 1
        ? vscode.l10n.t('1 short copy')
        : vscode.l10n.t('{0} short copies', numberWord(row.shortMatches)),
    );
  }
  if (row.sameSource) parts.push(vscode.l10n.t('same source'));
  return [...parts, ...ruledWords(row)].join(' · ');
}

function pairIcon(row: PairRow): vscode.ThemeIcon {
  const content = row.overlappingContent > 0 || row.shortMatches > 0;
  return ruledIcon(row) ?? new vscode.ThemeIcon(content ? 'circle-filled' : 'circle-outline');
}

export function pairItem(row: PairRow): vscode.TreeItem {
  // The figure first: it stays in sight in a narrow side bar.
  const label = `${percentWord(row.fraction)}  ${shortTask(row.train)} → ${shortTask(row.eval)}`;
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
  item.id = `pair:${row.train}\n${row.eval}`;
  item.description = pairLine(row);
  item.iconPath = pairIcon(row);
  item.contextValue = `pair ${row.state}`;
  item.command = {
    command: 'heldout.review',
    title: vscode.l10n.t('Review Pair'),
    arguments: [{ train: row.train, eval: row.eval }],
  };
  item.accessibilityInformation = {
    label: vscode.l10n.t(
      'train task {0}, eval task {1}, {2}',
      row.train,
      row.eval,
      pairLine(row).replaceAll(' · ', ', '),
    ),
  };
  return item;
}

export function pairTooltip(row: PairRow): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  const side = (name: string, { task, category, level, source }: PairRow['trainSide']) => {
    const facts = [category, level ? levelWord(level) : '', source ?? ''].filter(Boolean).map(escapeMarkdown);
    text.appendMarkdown(`${name} **${escapeMarkdown(task)}**  \n${facts.join(' · ')}\n\n`);
  };
  side(vscode.l10n.t('Train'), row.trainSide);
  side(vscode.l10n.t('Eval'), row.evalSide);
  const figures = [
    vscode.l10n.t(
      '{0} of {1} examples share text',
      numberWord(row.overlapping),
      numberWord(row.evalExamples),
    ),
    vscode.l10n.t('{0} share content', numberWord(row.overlappingContent)),
    vscode.l10n.t(
      '{0} too short to check, {1} of them copied whole',
      numberWord(row.short),
      numberWord(row.shortMatches),
    ),
  ];
  text.appendMarkdown(`${figures.map((figure) => `- ${escapeMarkdown(figure)}`).join('\n')}\n`);
  appendRulings(text, row.rulings);
  return text;
}
