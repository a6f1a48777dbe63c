import * as vscode from 'vscode';
import { type BuildFormat, buildFormat } from '../../server/protocol.ts';
import type { Command } from '../commands.ts';
import type { Context } from '../context.ts';
import { openAt } from '../setup/problem.ts';
import { askLong } from '../setup/progress.ts';
import { numberWord } from '../words.ts';
import type { Comparisons } from './comparisons.ts';

export function buildCommands(context: Context, comparisons: Comparisons): Command[] {
  const imported = () => context.state?.imported === true;
  return [
    { id: 'heldout.build', enabled: imported, run: (folder, format) => build(context, folder, format) },
    {
      id: 'heldout.diff',
      enabled: imported,
      run: async (a, b) => {
        const sides = typeof a === 'string' && typeof b === 'string' ? { a, b } : await pickSides(context);
        if (sides) await comparisons.show(sides);
      },
    },
  ];
}

/** Asks where to and how, unless it is told; writes the benchmark, and opens its datasheet. */
async function build(context: Context, folder: unknown, how: unknown): Promise<void> {
  const out = typeof folder === 'string' ? folder : await pickFolder(vscode.l10n.t('Build Here'));
  if (!out) return;
  const known = buildFormat.safeParse(how);
  const format = known.success ? known.data : await pickFormat();
  if (!format) return;
  const allowOpen = await mayBuild(context);
  if (allowOpen === undefined) return;
  const title = vscode.l10n.t('Building the benchmark');
  const report = await askLong(context, 'build', title, 'heldout.tasks', { out, format, allowOpen });
  if (!report) return;
  const { train, dev, test } = report.instances;
  const message = vscode.l10n.t(
    '{0} instances for training, {1} for development, {2} for test.',
    numberWord(train),
    numberWord(dev),
    numberWord(test),
  );
  const reveal = vscode.l10n.t('Reveal Folder');
  void vscode.window.showInformationMessage(message, reveal).then((choice) => {
    if (choice === reveal) void vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(out));
  });
  await openAt(report.datasheet);
}

async function pickFolder(openLabel: string): Promise<string | undefined> {
  const picked = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: false,
    openLabel,
  });
  return picked?.[0]?.fsPath;
}

async function pickFormat(): Promise<BuildFormat | undefined> {
  const items: (vscode.QuickPickItem & { format: BuildFormat })[] = [
    { label: 'JSON Lines', description: vscode.l10n.t('one instance a line'), format: 'jsonl' },
    { label: 'Parquet', description: vscode.l10n.t('compressed columns'), format: 'parquet' },
  ];
  const title = vscode.l10n.t('How are instances to be written?');
  return (await vscode.window.showQuickPick(items, { title }))?.format;
}

/** Whether to build with what is undecided: false where nothing is, undefined where the person would rather not. */
async function mayBuild(context: Context): Promise<boolean | undefined> {
  const { state } = context;
  const open = (state?.openPairs ?? 0) + (state?.conflicts ?? 0);
  const looked = state?.overlapAt !== undefined;
  if (looked && open === 0) return false;
  const anyway = vscode.l10n.t('Build Anyway');
  const first = looked ? vscode.l10n.t('Review Pairs') : vscode.l10n.t('Find Overlaps');
  const message = !looked
    ? vscode.l10n.t('Overlaps have not been looked for yet: train tasks may leak into evaluation.')
    : open === 1
      ? vscode.l10n.t('1 pair waits for a verdict: it may leak into evaluation.')
      : vscode.l10n.t('{0} pairs wait for a verdict: they may leak into evaluation.', numberWord(open));
  const choice = await vscode.window.showWarningMessage(message, { modal: true }, anyway, first);
  if (choice === anyway) return true;
  if (choice === first) {
    await vscode.commands.executeCommand(looked ? 'heldout.reviewNext' : 'heldout.findOverlaps');
  }
  return undefined;
}

async function pickSides(context: Context): Promise<{ a: string; b: string } | undefined> {
  const builds = vscode.l10n.t('Two Builds…');
  const revision = vscode.l10n.t('The Bench with an Earlier Revision of It…');
  const revisions = vscode.l10n.t('Two Revisions of the Bench…');
  const title = vscode.l10n.t('What is to be compared?');
  const choice = await vscode.window.showQuickPick([revision, revisions, builds], { title });
  if (choice === builds) {
    const a = await pickFolder(vscode.l10n.t('Compare This Build'));
    const b = a && (await pickFolder(vscode.l10n.t('With This One')));
    return a && b ? { a, b } : undefined;
  }
  if (choice === undefined || !context.state?.root) return undefined;
  if (choice === revision) {
    const name = await askRevision(
      title,
      vscode.l10n.t('A git revision of the bench: a commit, a branch, a tag'),
      'HEAD',
    );
    return name ? { a: `rev:${name}`, b: '.' } : undefined;
  }
  const early = await askRevision(
    title,
    vscode.l10n.t('The earlier revision: a commit, a branch, a tag'),
    'HEAD~1',
  );
  const late = early && (await askRevision(title, vscode.l10n.t('The later revision'), 'HEAD'));
  return early && late ? { a: `rev:${early}`, b: `rev:${late}` } : undefined;
}

async function askRevision(title: string, prompt: string, value: string): Promise<string | undefined> {
  return (await vscode.window.showInputBox({ title, prompt, value }))?.trim();
}
