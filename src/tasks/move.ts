import * as vscode from 'vscode';
import type { Split } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { numberWord, splitWord } from '../words.ts';

/** Records that tasks move to a category or split, or out of the bench, after asking for the reason. Escape leaves them. */
export async function moveTasks(
  context: Context,
  tasks: string[],
  aspect: 'category' | 'split',
  to: string,
): Promise<void> {
  const place = aspect === 'split' ? splitWord(to as Split) : to;
  const out = aspect === 'split' && to === 'none';
  const reason = await vscode.window.showInputBox({
    // A page that takes the focus must not lose what is being answered.
    ignoreFocusOut: true,
    title: out ? leaveOutTitle(tasks) : moveTitle(tasks, place),
    prompt: vscode.l10n.t('The reason, for whoever reads the decision later (may be left empty)'),
  });
  if (reason === undefined) return;
  const made = await context.server.ask('moveTasks', { tasks, aspect, to, reason: reason.trim() });
  const undo = vscode.l10n.t('Undo');
  const said = out ? leftOut(made.length) : moved(made.length, place);
  void vscode.window.showInformationMessage(said, undo).then((choice) => {
    if (choice === undo) {
      void context.attempt(() => context.server.ask('undo', { ids: made.map((decision) => decision.id) }));
    }
  });
}

function moveTitle(tasks: readonly string[], place: string): string {
  return tasks.length === 1
    ? vscode.l10n.t('Move {0} to {1}', tasks[0]!, place)
    : vscode.l10n.t('Move {0} tasks to {1}', numberWord(tasks.length), place);
}

function leaveOutTitle(tasks: readonly string[]): string {
  return tasks.length === 1
    ? vscode.l10n.t('Leave {0} out of the bench', tasks[0]!)
    : vscode.l10n.t('Leave {0} tasks out of the bench', numberWord(tasks.length));
}

function moved(count: number, place: string): string {
  return count === 1
    ? vscode.l10n.t('Moved 1 task to {0}.', place)
    : vscode.l10n.t('Moved {0} tasks to {1}.', numberWord(count), place);
}

function leftOut(count: number): string {
  return count === 1
    ? vscode.l10n.t('Left 1 task out of the bench.')
    : vscode.l10n.t('Left {0} tasks out of the bench.', numberWord(count));
}

/** Asks for a category, among those there are or a new one. */
export async function pickCategory(context: Context, count: number): Promise<string | undefined> {
  const groups = await context.server.ask('tasks', { groupBy: 'category', filter: {} });
  const pick = vscode.window.createQuickPick();
  pick.title =
    count === 1
      ? vscode.l10n.t('Move the Task to Category')
      : vscode.l10n.t('Move {0} Tasks to Category', numberWord(count));
  pick.placeholder = vscode.l10n.t('Choose a category, or type a new one');
  const known = groups.map((group) => ({
    label: group.label,
    description: vscode.l10n.t('{0} tasks', numberWord(group.tasks.length)),
  }));
  pick.items = known;
  pick.onDidChangeValue((text) => {
    const name = text.trim();
    const isNew = name !== '' && !known.some((item) => item.label.toLowerCase() === name.toLowerCase());
    pick.items = isNew ? [...known, { label: name, description: vscode.l10n.t('new category') }] : known;
  });
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]?.label);
      pick.hide();
    });
    pick.onDidHide(() => {
      pick.dispose();
      resolve(undefined);
    });
    pick.show();
  });
}

export async function pickSplit(count: number): Promise<Split | undefined> {
  const splits: Split[] = ['train', 'dev', 'test', 'none'];
  const picked = await vscode.window.showQuickPick(
    splits.map((split) => ({
      label: split === 'none' ? vscode.l10n.t('out of the bench') : splitWord(split),
      split,
    })),
    {
      title:
        count === 1
          ? vscode.l10n.t('Move the Task to Split')
          : vscode.l10n.t('Move {0} Tasks to Split', numberWord(count)),
    },
  );
  return picked?.split;
}
