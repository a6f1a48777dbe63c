import { t } from './l10n.ts';
import type { Level, Origin, PairVerdict, Place, TemplateVerdict } from './types.ts';

const language = document.documentElement.lang || 'en';

export function numberWord(value: number): string {
  return value.toLocaleString(language);
}

/** 0.634 as "63 %"; a share that is not nothing is never shown as 0, one that is not all never as 100. */
export function percentWord(fraction: number): string {
  if (fraction > 0 && fraction < 0.01) return '< 1 %';
  if (fraction < 1 && fraction > 0.99) return '> 99 %';
  return `${Math.round(fraction * 100)} %`;
}

export function timeWord(iso: string): string {
  return new Date(iso).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' });
}

/** "41 min left", "2 h 5 min left", "less than a minute left". */
export function leftWord(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return t('less than a minute left');
  if (minutes < 60) return t('{0} min left', minutes);
  return t('{0} h {1} min left', Math.floor(minutes / 60), minutes % 60);
}

export function levelWord(level: Level): string {
  const words: Record<Level, string> = {
    'fully-held-out': t('fully held-out'),
    'partially-held-out': t('partially held-out'),
    'fully-supervised': t('fully supervised'),
  };
  return words[level];
}

export const VERDICTS: readonly PairVerdict[] = ['remove-train', 'remove-eval', 'retain', 'remove-examples'];

export function verdictWord(verdict: string): string {
  const words: Record<PairVerdict, string> = {
    'remove-train': t('Remove train'),
    'remove-eval': t('Remove eval'),
    retain: t('Retain'),
    'remove-examples': t('Only these examples'),
  };
  return words[verdict as PairVerdict] ?? verdict;
}

export function verdictDone(verdict: string): string {
  const words: Record<PairVerdict | TemplateVerdict, string> = {
    keep: t('Kept'),
    alters: t('Marked as altering its task'),
    'remove-train': t('Train task removed'),
    'remove-eval': t('Eval task removed'),
    retain: t('Retained'),
    'remove-examples': t('Overlapping examples removed'),
  };
  return words[verdict as PairVerdict | TemplateVerdict] ?? verdict;
}

export function verdictMeaning(verdict: PairVerdict): string {
  const words: Record<PairVerdict, string> = {
    'remove-train': t('The train task leaves the bench'),
    'remove-eval': t('The eval task leaves the bench'),
    retain: t('Both stay: shared context, unrelated labels'),
    'remove-examples': t('Both stay, without the examples that share text'),
  };
  return words[verdict];
}

export function originWord(origin: Origin): string {
  const words: Record<Origin, string> = {
    template: t('template text'),
    definition: t('definition'),
    field: t('record field'),
    choice: t('answer choice'),
    delimiter: t('delimiter'),
    demonstration: t('demonstrations'),
  };
  return words[origin];
}

export function placeWord(place: Place): string {
  const words: Record<Place, string> = {
    input: t('input'),
    target: t('target'),
    template: t('template text'),
    mixed: t('input and template'),
  };
  return words[place];
}

/** The last part of a task's id, after the collection. */
export function shortTask(id: string): string {
  return id.slice(id.indexOf('/') + 1);
}

/** White space as one space, cut to so many characters. */
export function shortened(text: string, most: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}
