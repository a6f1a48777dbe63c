import * as vscode from 'vscode';
import type { Estimate, LevelScore, ResultsRow, ShotsSetting } from '../../server/protocol.ts';

/** Scores in per cent with one decimal, as the paper prints them. */
export function scoreWord(estimate: Estimate | null): string {
  return estimate ? (estimate.score * 100).toFixed(1) : '–';
}

export function shotsWord(shots: ShotsSetting): string {
  return shots === 'fit' ? vscode.l10n.t('as many as fit') : String(shots);
}

/** "24.8 / 27.7": the scores of a level in the order of the shots. */
export function levelScores(levels: readonly LevelScore[], shots: readonly ShotsSetting[]): string {
  const at = (one: ShotsSetting) => levels.find((row) => row.shots === one)?.all ?? null;
  return shots.map((one) => scoreWord(at(one))).join(' / ');
}

export function timeWord(iso: string): string {
  return new Date(iso).toLocaleString(vscode.env.language, { dateStyle: 'medium', timeStyle: 'short' });
}

/** The one figure that stands for a run: that by which models are chosen, else that of its first level. */
export function mainScore({ summary }: ResultsRow): string {
  if (!summary) return '';
  if (summary.selection) return (summary.selection.score * 100).toFixed(1);
  const level = summary.levels[0]?.level;
  return levelScores(
    summary.levels.filter((row) => row.level === level),
    summary.settings.shots,
  );
}
