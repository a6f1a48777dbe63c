import type { JobRow, JobState } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import type { Level } from '../shared/types.ts';
import { levelWord, numberWord } from '../shared/words.ts';

const language = document.documentElement.lang || 'en';

export function isActive(state: JobState): boolean {
  return state === 'queued' || state === 'running' || state === 'stopping';
}

export function stateWord(state: JobState): string {
  const words: Record<JobState, string> = {
    queued: t('queued'),
    running: t('running'),
    stopping: t('stopping'),
    done: t('done'),
    failed: t('failed'),
    cancelled: t('cancelled'),
    lost: t('lost'),
  };
  return words[state];
}

/** A sign besides the colour. */
export function stateSign(state: JobState): string {
  const signs: Record<JobState, string> = {
    queued: '◷',
    running: '▶',
    stopping: '■',
    done: '✓',
    failed: '✕',
    cancelled: '⊘',
    lost: '?',
  };
  return signs[state];
}

export function stepWord({ step, steps }: Pick<JobRow, 'step' | 'steps'>): string | undefined {
  if (step === null) return undefined;
  return steps === null
    ? t('step {0}', numberWord(step))
    : t('step {0} of {1}', numberWord(step), numberWord(steps));
}

export function durationWord(seconds: number): string {
  if (seconds < 60) return t('{0} s', Math.max(1, Math.round(seconds)));
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t('{0} min', minutes);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return t('{0} h {1} min', hours, minutes % 60);
  return t('{0} d {1} h', Math.floor(hours / 24), hours % 24);
}

/** With so many significant digits. */
export function figureWord(value: number, digits: number): string {
  return value.toLocaleString(language, { maximumSignificantDigits: digits });
}

/** With as many digits as losses are told apart by, so that they stand below each other. */
export function lossWord(loss: number): string {
  return loss.toLocaleString(language, { minimumSignificantDigits: 4, maximumSignificantDigits: 4 });
}

/** 0.00005 as "5e-5". */
export function rateWord(rate: number): string {
  if (rate === 0) return '0';
  const [digits = '', power = ''] = rate.toExponential(2).split('e');
  return `${Number(digits)}e${Number(power)}`;
}

/** 35 214 as "35.2K", in the language's own short form. */
export function shortWord(value: number): string {
  return value.toLocaleString(language, { notation: 'compact', maximumSignificantDigits: 3 });
}

const GIB = 2 ** 30;
const MIB = 2 ** 20;

export function bytesWord(bytes: number): string {
  if (bytes === 0) return '0';
  return bytes >= GIB ? t('{0} GiB', figureWord(bytes / GIB, 3)) : t('{0} MiB', figureWord(bytes / MIB, 3));
}

/** A level as the training stream names it. */
export function levelName(level: string): string {
  return levelWord(level.replaceAll('_', '-') as Level) ?? level;
}

export function clockWord(time: number): string {
  return new Date(time).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' });
}

/** The unit of an axis of time, by the longest of the runs on it. */
export function timeUnit(seconds: number): { name: string; seconds: number } {
  if (seconds <= 300) return { name: t('seconds'), seconds: 1 };
  if (seconds <= 3 * 3600) return { name: t('minutes'), seconds: 60 };
  if (seconds <= 4 * 86_400) return { name: t('hours'), seconds: 3600 };
  return { name: t('days'), seconds: 86_400 };
}
