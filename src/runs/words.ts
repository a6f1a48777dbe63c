import * as vscode from 'vscode';
import type { JobRow, JobState } from '../../server/protocol.ts';
import { numberWord } from '../words.ts';

export function isActive(state: JobState): boolean {
  return state === 'queued' || state === 'running' || state === 'stopping';
}

export function jobStateWord(state: JobState): string {
  switch (state) {
    case 'queued':
      return vscode.l10n.t('queued');
    case 'running':
      return vscode.l10n.t('running');
    case 'stopping':
      return vscode.l10n.t('stopping');
    case 'done':
      return vscode.l10n.t('done');
    case 'failed':
      return vscode.l10n.t('failed');
    case 'cancelled':
      return vscode.l10n.t('cancelled');
    case 'lost':
      return vscode.l10n.t('lost');
  }
}

export function jobStateIcon(state: JobState): vscode.ThemeIcon {
  switch (state) {
    case 'queued':
      return new vscode.ThemeIcon('clock');
    case 'running':
      return new vscode.ThemeIcon('play', new vscode.ThemeColor('charts.blue'));
    case 'stopping':
      return new vscode.ThemeIcon('debug-stop');
    case 'done':
      return new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'));
    case 'failed':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
    case 'cancelled':
      return new vscode.ThemeIcon('circle-slash');
    case 'lost':
      return new vscode.ThemeIcon('question', new vscode.ThemeColor('list.warningForeground'));
  }
}

/** "41 min", "2 h 5 min", "3 d 4 h". */
export function durationWord(seconds: number): string {
  if (seconds < 60) return vscode.l10n.t('{0} s', Math.max(1, Math.round(seconds)));
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return vscode.l10n.t('{0} min', minutes);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return vscode.l10n.t('{0} h {1} min', hours, minutes % 60);
  return vscode.l10n.t('{0} d {1} h', Math.floor(hours / 24), hours % 24);
}

export function leftWord(seconds: number): string {
  return vscode.l10n.t('{0} left', durationWord(seconds));
}

export function stepWord({ step, steps }: Pick<JobRow, 'step' | 'steps'>): string | undefined {
  if (step === null) return undefined;
  return steps === null
    ? vscode.l10n.t('step {0}', numberWord(step))
    : vscode.l10n.t('step {0} of {1}', numberWord(step), numberWord(steps));
}

function figure(value: number, digits: number): string {
  return value.toLocaleString(vscode.env.language, { maximumSignificantDigits: digits });
}

export function rateWord(tokensPerSecond: number): string {
  return vscode.l10n.t('{0} tokens/s', figure(tokensPerSecond, 3));
}

export function lossWord(loss: number): string {
  return vscode.l10n.t('loss {0}', figure(loss, 4));
}

/** What stands beside a run's name: its state, and how it goes or went. */
export function runWords(row: JobRow): string[] {
  const words = [jobStateWord(row.state)];
  const step = stepWord(row);
  if (step) words.push(step);
  if (row.loss !== null) words.push(lossWord(row.loss));
  if (!isActive(row.state)) words.push(durationWord((row.since - row.created) / 1000));
  else {
    if (row.tokensPerSecond !== null) words.push(rateWord(row.tokensPerSecond));
    if (row.secondsLeft !== null) words.push(leftWord(row.secondsLeft));
    else if (row.activity ?? row.reason) words.push((row.activity ?? row.reason)!);
  }
  return words;
}
