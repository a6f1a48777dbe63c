import * as vscode from 'vscode';
import { type BenchDiff, level, type Subject, split, type TaskDiff } from '../../server/protocol.ts';
import { levelWord, numberWord, splitWord, verdictWord } from '../words.ts';

type Change = TaskDiff['changes'][number];

/** What a comparison says, as a person reads it. */

export function placeWords({ category, split, level }: TaskDiff): string {
  return [splitWord(split), level && levelWord(level), category].filter(Boolean).join(' · ');
}

export function changeWords({ what, from, to }: Change): string[] {
  if (what === 'templates') {
    const without = from && vscode.l10n.t('without the templates {0}', from);
    return [without, to && vscode.l10n.t('with the templates {0}', to)].filter(Boolean);
  }
  return [`${nameOf(what)}: ${valueWord(what, from)} → ${valueWord(what, to)}`];
}

function nameOf(what: Exclude<Change['what'], 'templates'>): string {
  switch (what) {
    case 'category':
      return vscode.l10n.t('category');
    case 'split':
      return vscode.l10n.t('split');
    case 'level':
      return vscode.l10n.t('level');
    case 'examples':
      return vscode.l10n.t('examples');
    case 'removed-examples':
      return vscode.l10n.t('examples taken out');
    case 'train':
      return vscode.l10n.t('instances for training');
    case 'dev':
      return vscode.l10n.t('instances for development');
    case 'test':
      return vscode.l10n.t('instances for test');
  }
}

function valueWord(what: Change['what'], value: string): string {
  if (what === 'category') return value;
  if (what === 'split') {
    const known = split.safeParse(value);
    return known.success && value !== 'none' ? splitWord(known.data) : vscode.l10n.t('left out');
  }
  if (what === 'level') {
    const known = level.safeParse(value);
    return known.success ? levelWord(known.data) : vscode.l10n.t('no level');
  }
  if (value === 'none') return vscode.l10n.t('none of them');
  if (/^\d+$/u.test(value)) return numberWord(Number(value));
  return what === 'removed-examples' ? vscode.l10n.t('those in {0}', value) : value;
}

/** What was ruled, without what it was ruled on. */
export function rulingWord(subject: Subject, verdict: string): string {
  switch (subject.kind) {
    case 'pair':
    case 'template':
      return verdictWord(verdict);
    case 'task':
      if (subject.aspect === 'category') return vscode.l10n.t('Category {0}', verdict);
      return verdict === 'none'
        ? vscode.l10n.t('Left out')
        : vscode.l10n.t('Split {0}', valueWord('split', verdict));
    case 'declaration':
      return vscode.l10n.t('Inputs and targets declared');
    case 'category':
      return vscode.l10n.t('Category {0} is now {1}', subject.category, verdict);
    case 'source':
      return vscode.l10n.t('Data source allowed on both sides');
  }
}

/** What it was ruled on, where that says more than the task under which it stands. */
export function ruledOn(subject: Subject): string {
  switch (subject.kind) {
    case 'pair':
      return `${subject.train} × ${subject.eval}`;
    case 'template':
      return subject.template;
    case 'source':
      return subject.source;
    case 'task':
    case 'declaration':
    case 'category':
      return '';
  }
}

export function optionWords({ options }: BenchDiff): string {
  return options.map(({ what, from, to }) => `${what} ${from} → ${to}`).join(', ');
}
