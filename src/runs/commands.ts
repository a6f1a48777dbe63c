import path from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import type { JobRow } from '../../server/protocol.ts';
import type { Command, Parts } from '../commands.ts';
import type { Context } from '../context.ts';
import { evaluateEveryCheckpoint } from '../results/evaluate-run.ts';
import { openAt } from '../setup/problem.ts';
import { isActive, runWords } from './words.ts';

const key = z.object({ id: z.string() });
const checkpointKey = z.object({ folder: z.string() });

type Wanted = (row: JobRow) => boolean;

export function runCommands(context: Context, { runs, runTree, runPage }: Parts): Command[] {
  const hasBench = () => context.state?.root !== undefined;
  const { server } = context;

  /** Runs that a command was called on: one by its key, the selection, or one that is picked. */
  async function chosen(first: unknown, selected: unknown, wanted: Wanted, title: string): Promise<JobRow[]> {
    const nodes: readonly unknown[] =
      Array.isArray(selected) && selected.length > 0
        ? selected
        : first === undefined
          ? runTree.view.selection
          : [first];
    const ids = nodes.map((node) => key.safeParse(node)).flatMap(({ data }) => (data ? [data.id] : []));
    if (ids.some((id) => !runs.row(id))) await runs.refresh();
    const rows = [...new Set(ids)].map((id) => runs.row(id)).filter((row) => row !== undefined);
    const fit = rows.filter(wanted);
    if (fit.length > 0 || rows.length > 0) return fit;
    const row = await pick(wanted, title);
    return row ? [row] : [];
  }

  async function pick(wanted: Wanted, title: string): Promise<JobRow | undefined> {
    await runs.refresh();
    const rows = runs.rows.filter(wanted);
    if (rows.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('There is no run for this.'));
      return undefined;
    }
    const items = rows.map((row) => ({ label: row.name, description: runWords(row).join(' · '), row }));
    return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.row;
  }

  async function one(
    first: unknown,
    title: string,
    wanted: Wanted = () => true,
  ): Promise<JobRow | undefined> {
    return (await chosen(first, undefined, wanted, title))[0];
  }

  const detailOf = (row: JobRow) => server.ask('job', { id: row.id, most: 2 });
  const active: Wanted = ({ state }) => isActive(state);
  const ended: Wanted = ({ state }) => !isActive(state);
  const stopped: Wanted = ({ state }) => state === 'failed' || state === 'cancelled' || state === 'lost';

  return [
    {
      id: 'heldout.runs.open',
      enabled: hasBench,
      run: async (first, selected) => {
        const rows = await chosen(first, selected, () => true, vscode.l10n.t('Open Run'));
        const [row, ...others] = rows;
        if (row)
          runPage.show(
            row.id,
            others.map(({ id }) => id),
          );
      },
    },
    {
      id: 'heldout.runs.cancel',
      enabled: hasBench,
      run: async (first, selected) => {
        const rows = await chosen(first, selected, active, vscode.l10n.t('Cancel Run'));
        for (const { id, state } of rows) await server.ask('cancelJob', { id, firm: state === 'stopping' });
        await runs.refresh();
      },
    },
    {
      id: 'heldout.runs.resume',
      enabled: hasBench,
      run: async (first, selected) => {
        for (const { id } of await chosen(first, selected, stopped, vscode.l10n.t('Resume Run'))) {
          // One may go on by now: a run takes its evaluation along.
          await runs.refresh();
          const row = runs.row(id);
          if (row && stopped(row)) await server.ask('resumeJob', { id });
        }
        await runs.refresh();
      },
    },
    {
      id: 'heldout.runs.retry',
      enabled: hasBench,
      run: async (first, selected) => {
        const rows = await chosen(first, selected, ended, vscode.l10n.t('Retry Run'));
        const made = [];
        for (const { id } of rows) made.push(await server.ask('retryJob', { id }));
        await runs.refresh();
        const [row] = made;
        if (row) runPage.show(row.id);
      },
    },
    {
      id: 'heldout.runs.evaluate',
      enabled: () => context.state?.imported === true,
      run: async (first) => {
        const title = vscode.l10n.t('Evaluate Every Checkpoint of Run');
        const row = await one(first, title, ({ kind }) => kind === 'train');
        const job = row && (await evaluateEveryCheckpoint(context, row));
        if (!job) return;
        await runs.refresh();
        runPage.show(job.id);
      },
    },
    {
      id: 'heldout.runs.remove',
      enabled: hasBench,
      run: async (first, selected) => {
        const rows = await chosen(first, selected, ended, vscode.l10n.t('Remove Run'));
        if (rows.length === 0 || !(await mayRemove(rows))) return;
        for (const { id } of rows) await server.ask('removeJob', { id });
        await runs.refresh();
      },
    },
    {
      id: 'heldout.runs.openLog',
      enabled: hasBench,
      run: async (first) => {
        const row = await one(first, vscode.l10n.t('Open Log of Run'));
        if (row) await openAt(path.join((await detailOf(row)).folder, 'log.txt'));
      },
    },
    {
      id: 'heldout.runs.openSpec',
      enabled: hasBench,
      run: async (first) => {
        const row = await one(first, vscode.l10n.t('Open Spec of Run'));
        // The spec as it was given: the file that it came from may have changed since.
        if (row) await openAt(path.join((await detailOf(row)).folder, 'spec.yaml'));
      },
    },
    {
      id: 'heldout.runs.openFolder',
      enabled: hasBench,
      run: async (first) => {
        const row = await one(first, vscode.l10n.t('Open Folder of Run'));
        if (row) await reveal((await detailOf(row)).folder);
      },
    },
    {
      id: 'heldout.runs.revealCheckpoint',
      enabled: hasBench,
      run: async (first) => {
        const given = checkpointKey.safeParse(first);
        if (given.success) {
          await reveal(given.data.folder);
          return;
        }
        const row = await one(
          first,
          vscode.l10n.t('Reveal Checkpoint'),
          ({ checkpoint }) => checkpoint !== null,
        );
        if (!row) return;
        const { checkpoints, final } = await detailOf(row);
        const folder = final ?? checkpoints.findLast(({ there }) => there)?.folder;
        if (folder) await reveal(folder);
        else
          void vscode.window.showInformationMessage(
            vscode.l10n.t('{0} has no checkpoint on disk.', row.name),
          );
      },
    },
  ];
}

async function mayRemove(rows: readonly JobRow[]): Promise<boolean> {
  const remove = vscode.l10n.t('Remove');
  const message =
    rows.length === 1
      ? vscode.l10n.t('Remove {0}?', rows[0]!.name)
      : vscode.l10n.t('Remove {0} runs?', rows.length);
  const detail = vscode.l10n.t('The folder goes, with log, checkpoints and weights. This can’t be undone.');
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, remove)) === remove;
}

/** In the system's own file manager, or where that is out of reach, in the editor's explorer. */
async function reveal(folder: string): Promise<void> {
  const here = vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
  const uri = vscode.Uri.file(folder);
  await vscode.commands.executeCommand(here ? 'revealFileInOS' : 'revealInExplorer', uri);
}
