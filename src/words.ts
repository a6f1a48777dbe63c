import * as vscode from 'vscode';
import type {
  GroupBy,
  Level,
  PairOrder,
  PairVerdict,
  Split,
  TemplateOrder,
  TemplateState,
  TemplateVerdict,
} from '../server/protocol.ts';

/** Terms as a person reads them; one place, so that a term reads the same in every view. */

export function numberWord(value: number): string {
  return value.toLocaleString(vscode.env.language);
}

/** 0.634 as "63 %"; a share that is not nothing is never shown as 0. */
export function percentWord(fraction: number): string {
  if (fraction > 0 && fraction < 0.01) return '< 1 %';
  if (fraction < 1 && fraction > 0.99) return '> 99 %';
  return `${Math.round(fraction * 100)} %`;
}

export function levelWord(level: Level): string {
  switch (level) {
    case 'fully-held-out':
      return vscode.l10n.t('fully held-out');
    case 'partially-held-out':
      return vscode.l10n.t('partially held-out');
    case 'fully-supervised':
      return vscode.l10n.t('fully supervised');
  }
}

export function splitWord(split: Split): string {
  switch (split) {
    case 'train':
      return vscode.l10n.t('train');
    case 'dev':
      return vscode.l10n.t('dev');
    case 'test':
      return vscode.l10n.t('test');
    case 'none':
      return vscode.l10n.t('no split');
  }
}

export function groupWord(groupBy: GroupBy): string {
  switch (groupBy) {
    case 'collection':
      return vscode.l10n.t('by collection');
    case 'category':
      return vscode.l10n.t('by category');
    case 'level':
      return vscode.l10n.t('by level');
    case 'source':
      return vscode.l10n.t('by data source');
  }
}

export function orderWord(order: PairOrder): string {
  switch (order) {
    case 'fraction':
      return vscode.l10n.t('by share of examples');
    case 'content':
      return vscode.l10n.t('by share of content');
    case 'source':
      return vscode.l10n.t('same data source first');
    case 'size':
      return vscode.l10n.t('by number of examples');
  }
}

export function templateOrderWord(order: TemplateOrder): string {
  switch (order) {
    case 'score':
      return vscode.l10n.t('most likely to alter first');
    case 'task':
      return vscode.l10n.t('by task');
    case 'findings':
      return vscode.l10n.t('by number of findings');
  }
}

export function stateWord(state: TemplateState): string {
  switch (state) {
    case 'clean':
      return vscode.l10n.t('Nothing found');
    case 'open':
      return vscode.l10n.t('Open');
    case 'stale':
      return vscode.l10n.t('Changed since decided');
    case 'decided':
      return vscode.l10n.t('Decided');
    case 'conflict':
      return vscode.l10n.t('Conflicts');
  }
}

/** A verdict as an order: "Remove train task". */
export function verdictWord(verdict: string): string {
  switch (verdict as PairVerdict | TemplateVerdict) {
    case 'keep':
      return vscode.l10n.t('Keep');
    case 'alters':
      return vscode.l10n.t('Alters the task');
    case 'remove-train':
      return vscode.l10n.t('Remove train task');
    case 'remove-eval':
      return vscode.l10n.t('Remove eval task');
    case 'retain':
      return vscode.l10n.t('Retain');
    case 'remove-examples':
      return vscode.l10n.t('Remove only the overlapping examples');
    default:
      return verdict;
  }
}

export function verdictIcon(verdict: string): vscode.ThemeIcon {
  switch (verdict as PairVerdict | TemplateVerdict) {
    case 'alters':
      return new vscode.ThemeIcon('circle-slash');
    case 'remove-train':
      return new vscode.ThemeIcon('trash');
    case 'remove-eval':
      return new vscode.ThemeIcon('close');
    case 'remove-examples':
      return new vscode.ThemeIcon('filter');
    default:
      return new vscode.ThemeIcon('check');
  }
}

/** The last part of a task's id, after the collection. */
export function shortTask(id: string): string {
  return id.slice(id.indexOf('/') + 1);
}

/** Text that is put into a MarkdownString without becoming mark-up. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+\-.!|<>~$]/g, '\\$&');
}
