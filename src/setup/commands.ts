import * as vscode from 'vscode';
import type { ResultOf } from '../../server/protocol.ts';
import type { Command } from '../commands.ts';
import type { Context } from '../context.ts';
import { numberWord } from '../words.ts';
import { recogniseCollections } from './init.ts';
import { openAt } from './problem.ts';
import { askLong } from './progress.ts';

export function setupCommands(context: Context): Command[] {
  const hasFolder = () => context.folder !== undefined && context.state !== undefined;
  const hasBench = () => context.state?.root !== undefined;
  return [
    { id: 'heldout.openFolder', run: () => vscode.commands.executeCommand('vscode.openFolder') },
    { id: 'heldout.init', enabled: hasFolder, run: () => recogniseCollections(context) },
    { id: 'heldout.import', enabled: hasBench, run: () => importCollections(context) },
    {
      id: 'heldout.findOverlaps',
      enabled: () => context.state?.imported === true,
      run: () => findOverlaps(context),
    },
    { id: 'heldout.showSkipped', enabled: hasBench, run: () => showSkipped(context) },
    { id: 'heldout.openBench', enabled: hasBench, run: () => openInBench(context, 'heldout.yaml') },
    { id: 'heldout.openDecisions', enabled: hasBench, run: (id) => openDecisions(context, id) },
    { id: 'heldout.restartServer', run: () => context.server.restart() },
    { id: 'heldout.showLog', run: () => context.log.show() },
    { id: 'heldout.chooseTokenizer', run: () => chooseTokenizer() },
    { id: 'heldout.status', run: () => statusMenu(context) },
  ];
}

async function importCollections(context: Context): Promise<ResultOf<'import'> | undefined> {
  const report = await askLong(context, 'import', vscode.l10n.t('Importing collections'), 'heldout.tasks');
  if (!report) return undefined;
  const sum = (of: (collection: ResultOf<'import'>['collections'][number]) => number) =>
    report.collections.reduce((total, collection) => total + of(collection), 0);
  const skipped = sum((collection) => collection.skipped.length);
  const show = vscode.l10n.t('Show Skipped Records');
  const find = vscode.l10n.t('Find Overlaps');
  const message = vscode.l10n.t(
    '{0} tasks with {1} examples from {2} collections; {3} records skipped.',
    numberWord(sum((collection) => collection.tasks)),
    numberWord(sum((collection) => collection.examples)),
    numberWord(report.collections.length),
    numberWord(skipped),
  );
  const actions = [...(skipped > 0 ? [show] : []), ...(context.state?.overlapAt ? [] : [find])];
  void vscode.window.showInformationMessage(message, ...actions).then((choice) => {
    if (choice === show) void vscode.commands.executeCommand('heldout.showSkipped');
    if (choice === find) void vscode.commands.executeCommand('heldout.findOverlaps');
  });
  return report;
}

async function findOverlaps(context: Context): Promise<ResultOf<'overlap'> | undefined> {
  const report = await askLong(context, 'overlap', vscode.l10n.t('Finding overlaps'), 'heldout.pairs');
  if (!report) return undefined;
  await context.refreshState();
  const open = context.state?.openPairs ?? 0;
  const seconds = report.seconds.toLocaleString(vscode.env.language, { maximumFractionDigits: 1 });
  if (open === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No pair waits for a verdict ({0} s).', seconds));
    return report;
  }
  const review = vscode.l10n.t('Review Pairs');
  const message =
    open === 1
      ? vscode.l10n.t('1 pair waits for a verdict ({0} s).', seconds)
      : vscode.l10n.t('{0} pairs wait for a verdict ({1} s).', numberWord(open), seconds);
  void vscode.window.showInformationMessage(message, review).then((choice) => {
    if (choice === review) void vscode.commands.executeCommand('heldout.reviewNext');
  });
  return report;
}

/** A list of what could not be read, to search in; a pick opens the file at the line. */
async function showSkipped(context: Context): Promise<void> {
  const skipped = await context.server.ask('skipped', {});
  if (skipped.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No record was skipped.'));
    return;
  }
  const picked = await vscode.window.showQuickPick(
    skipped.map((one) => ({
      label: one.reason,
      description: `${vscode.workspace.asRelativePath(one.file)}${one.line > 0 ? `:${one.line}` : ''}`,
      detail: one.collection,
      one,
    })),
    {
      title: vscode.l10n.t('Skipped Records: {0}', numberWord(skipped.length)),
      placeHolder: vscode.l10n.t('Choose one to open its file'),
      matchOnDescription: true,
      matchOnDetail: true,
    },
  );
  if (picked) await openAt(picked.one.file, picked.one.line);
}

async function openInBench(context: Context, name: string): Promise<vscode.TextEditor | undefined> {
  const root = context.state?.root;
  if (!root) return undefined;
  return vscode.window.showTextDocument(vscode.Uri.joinPath(vscode.Uri.file(root), name));
}

/** Opens the log, at the decision that is named if one is. */
async function openDecisions(context: Context, id: unknown): Promise<void> {
  const editor = await openInBench(context, 'decisions.jsonl');
  if (!editor || typeof id !== 'string') return;
  const at = editor.document.getText().indexOf(`"id":${JSON.stringify(id)}`);
  if (at === -1) {
    const message = vscode.l10n.t('The decision is not in decisions.jsonl as it stands.');
    void vscode.window.showInformationMessage(message);
    return;
  }
  const { range } = editor.document.lineAt(editor.document.positionAt(at));
  editor.selection = new vscode.Selection(range.start, range.start);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenter);
}

/** Asks for a tokenizer.json and keeps it as the setting. */
async function chooseTokenizer(): Promise<void> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Choose a tokenizer.json'),
      canSelectMany: false,
      filters: { JSON: ['json'] },
    })) ?? [];
  if (!file) return;
  const settings = vscode.workspace.getConfiguration('heldout');
  await settings.update('tokenizer', file.fsPath, vscode.ConfigurationTarget.Global);
}

/** What can be done, from the status item. */
async function statusMenu(context: Context): Promise<void> {
  const { state } = context;
  const items: (vscode.QuickPickItem & { command: string })[] = [];
  const offer = (label: string, command: string, icon: string, description?: string) =>
    items.push({ label, command, description, iconPath: new vscode.ThemeIcon(icon) });
  if (state && !state.root) offer(vscode.l10n.t('Recognise Collections…'), 'heldout.init', 'search');
  if (state?.root) {
    offer(vscode.l10n.t('Import Collections'), 'heldout.import', 'cloud-download');
    if (state.imported) offer(vscode.l10n.t('Find Overlaps'), 'heldout.findOverlaps', 'git-compare');
    if (state.openPairs > 0) {
      offer(vscode.l10n.t('Review Next Pair'), 'heldout.reviewNext', 'eye', numberWord(state.openPairs));
    }
    if (state.conflicts > 0) {
      offer(
        vscode.l10n.t('Settle a Conflict…'),
        'heldout.pairs.settle',
        'warning',
        numberWord(state.conflicts),
      );
    }
    if (state.skipped > 0) {
      offer(
        vscode.l10n.t('Show Skipped Records'),
        'heldout.showSkipped',
        'list-unordered',
        numberWord(state.skipped),
      );
    }
    offer(vscode.l10n.t('Open heldout.yaml'), 'heldout.openBench', 'file');
  }
  offer(vscode.l10n.t('Show Log'), 'heldout.showLog', 'output');
  offer(vscode.l10n.t('Restart Server'), 'heldout.restartServer', 'debug-restart');
  const picked = await vscode.window.showQuickPick(items, { title: 'Heldout' });
  if (picked) await vscode.commands.executeCommand(picked.command);
}
