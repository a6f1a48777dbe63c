import * as vscode from 'vscode';
import type { JobDetail, JobList, JobRow } from '../../server/protocol.ts';
import { escapeMarkdown, numberWord } from '../words.ts';
import { jobStateIcon, jobStateWord, lossWord, runWords } from './words.ts';

export type Checkpoint = JobDetail['checkpoints'][number];

export function runItem(row: JobRow): vscode.TreeItem {
  const item = new vscode.TreeItem(
    row.name,
    row.checkpoint === null
      ? vscode.TreeItemCollapsibleState.None
      : vscode.TreeItemCollapsibleState.Collapsed,
  );
  const words = runWords(row);
  item.id = `run:${row.id}`;
  item.description = words.join(' · ');
  item.iconPath = jobStateIcon(row.state);
  item.contextValue = `run ${row.state} ${row.kind}${row.checkpoint === null ? '' : ' checkpoint'}`;
  item.command = {
    command: 'heldout.runs.open',
    title: vscode.l10n.t('Open Run'),
    arguments: [{ id: row.id }],
  };
  item.accessibilityInformation = { label: vscode.l10n.t('run {0}, {1}', row.name, words.join(', ')) };
  return item;
}

export function runTooltip(row: JobRow): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  const line = (label: string, value: string) =>
    text.appendMarkdown(`- ${label}: ${escapeMarkdown(value)}\n`);
  const time = (value: number) => new Date(value).toLocaleString(vscode.env.language);
  text.appendMarkdown(`**${escapeMarkdown(row.name)}**  \n${escapeMarkdown(row.id)}\n\n`);
  line(vscode.l10n.t('State'), vscode.l10n.t('{0} since {1}', jobStateWord(row.state), time(row.since)));
  if (row.reason) line(vscode.l10n.t('Reason'), row.reason);
  if (row.activity) line(vscode.l10n.t('At'), row.activity);
  line(vscode.l10n.t('Submitted'), time(row.created));
  line(
    vscode.l10n.t('Runs on'),
    row.launcher === 'slurm'
      ? vscode.l10n.t('Slurm, job {0}', row.slurmJob ?? '–')
      : vscode.l10n.t('this machine'),
  );
  if (row.attempt > 1) line(vscode.l10n.t('Attempt'), numberWord(row.attempt));
  if (row.checkpoint !== null) line(vscode.l10n.t('Last checkpoint'), numberWord(row.checkpoint));
  return text;
}

export function checkpointItem(id: string, checkpoint: Checkpoint): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('step {0}', numberWord(checkpoint.step)));
  item.id = `checkpoint:${id}:${checkpoint.time}`;
  item.description = [
    ...(checkpoint.loss === null ? [] : [lossWord(checkpoint.loss)]),
    new Date(checkpoint.time).toLocaleString(vscode.env.language, { dateStyle: 'short', timeStyle: 'short' }),
    ...(checkpoint.there ? [] : [vscode.l10n.t('no longer on disk')]),
  ].join(' · ');
  item.iconPath = new vscode.ThemeIcon(checkpoint.there ? 'save' : 'archive');
  item.contextValue = checkpoint.there ? 'checkpoint' : 'checkpoint gone';
  item.tooltip = checkpoint.folder;
  return item;
}

export function finalItem(id: string, folder: string): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('final weights'));
  item.id = `final:${id}`;
  item.iconPath = new vscode.ThemeIcon('verified');
  item.contextValue = 'checkpoint';
  item.tooltip = folder;
  return item;
}

/** The folder of a run that can't be read. */
export function problemItem({ file, message }: JobList['problems'][number]): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('can’t be read'));
  item.id = `problem:${file}`;
  item.description = message;
  item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  item.tooltip = `${file}\n${message}`;
  item.command = { command: 'vscode.open', title: '', arguments: [vscode.Uri.file(file)] };
  return item;
}
