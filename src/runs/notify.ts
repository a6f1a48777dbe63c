import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { JobRow } from '../../server/protocol.ts';
import type { Server } from '../client.ts';
import type { Context } from '../context.ts';
import { numberWord } from '../words.ts';
import type { Runs } from './runs.ts';
import { durationWord, lossWord, stepWord } from './words.ts';

/** More runs than these that end at once are told in one message. */
const APART = 3;

/** Says that a run ended, and offers what can be done next. */
export function notifyEnds({ server }: Context, runs: Runs): vscode.Disposable {
  return runs.onEnd((ended) => {
    // Who cancelled a run knows it.
    const told = ended.filter(({ state }) => state !== 'cancelled');
    if (told.length > APART) void sayMany(told);
    else for (const row of told) void sayOne(server, row);
  });
}

/** What a run came to, in one line. */
export function endWords(row: JobRow): string {
  const reason = row.reason ?? vscode.l10n.t('its log says more');
  switch (row.state) {
    case 'failed':
      return vscode.l10n.t('{0} failed: {1}', row.name, reason);
    case 'lost':
      return vscode.l10n.t('{0} was lost: {1}', row.name, reason);
    default: {
      const words = [stepWord(row), row.loss === null ? undefined : lossWord(row.loss)];
      const how = words.filter((word) => word !== undefined).join(', ');
      const took = durationWord((row.since - row.created) / 1000);
      return how
        ? vscode.l10n.t('{0} is done after {1}: {2}', row.name, took, how)
        : vscode.l10n.t('{0} is done after {1}', row.name, took);
    }
  }
}

/** The results of an evaluation that is done; undefined of any other run, and where they were taken away. */
async function resultsOf(server: Server, { id, kind, state }: JobRow): Promise<string | undefined> {
  if (kind !== 'evaluate' || state !== 'done') return undefined;
  const { results } = await server.ask('job', { id, most: 2 });
  return results !== null && existsSync(results) ? results : undefined;
}

async function sayOne(server: Server, row: JobRow): Promise<void> {
  const results = await resultsOf(server, row).catch(() => undefined);
  if (results !== undefined) {
    const show = vscode.l10n.t('Show Results');
    const choice = await vscode.window.showInformationMessage(endWords(row), show);
    if (choice === show) await vscode.commands.executeCommand('heldout.showResults', results);
    return;
  }
  const open = vscode.l10n.t('Open');
  const key = { id: row.id };
  if (row.state === 'done') {
    const choice = await vscode.window.showInformationMessage(endWords(row), open);
    if (choice === open) await vscode.commands.executeCommand('heldout.runs.open', key);
    return;
  }
  const [again, command] =
    row.checkpoint === null
      ? [vscode.l10n.t('Retry'), 'heldout.runs.retry']
      : [vscode.l10n.t('Resume'), 'heldout.runs.resume'];
  const choice = await vscode.window.showErrorMessage(endWords(row), open, again);
  if (choice === open) await vscode.commands.executeCommand('heldout.runs.open', key);
  if (choice === again) await vscode.commands.executeCommand(command, key);
}

async function sayMany(rows: readonly JobRow[]): Promise<void> {
  const show = vscode.l10n.t('Show Runs');
  const failed = rows.filter(({ state }) => state !== 'done').length;
  const message = vscode.l10n.t('{0} runs ended, {1} of them failed.', numberWord(rows.length), failed);
  const say = failed > 0 ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  if ((await say(message, show)) === show) await vscode.commands.executeCommand('heldout.runs.focus');
}
