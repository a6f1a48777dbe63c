import * as vscode from 'vscode';
import type { CategoryChange } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { offerUndo } from '../queue/decide.ts';
import { numberWord, splitWord } from '../words.ts';

/** A category among those there are, but for one. */
export async function pickKnownCategory(
  context: Context,
  title: string,
  except?: string,
): Promise<string | undefined> {
  const groups = await context.server.ask('tasks', { groupBy: 'category', filter: {} });
  const picked = await vscode.window.showQuickPick(
    groups
      .filter(({ key }) => key !== except)
      .map(({ key, tasks }) => ({ label: key, description: countWord(tasks.length) })),
    { title, placeHolder: vscode.l10n.t('Choose a category') },
  );
  return picked?.label;
}

/** Asks for the new name of a category; one that another category has joins both. */
export async function askName(context: Context, category: string): Promise<string | undefined> {
  const groups = await context.server.ask('tasks', { groupBy: 'category', filter: {} });
  const sizes = new Map(groups.map(({ key, tasks }) => [key, tasks.length]));
  const name = await vscode.window.showInputBox({
    ignoreFocusOut: true,
    title: vscode.l10n.t('Rename {0}', category),
    prompt: vscode.l10n.t('The category’s new name'),
    value: category,
    validateInput: (text) => {
      const to = text.trim();
      if (to === '') return vscode.l10n.t('A category needs a name.');
      const into = sizes.get(to);
      if (into === undefined || to === category) return undefined;
      return {
        message: vscode.l10n.t('There is a category {0} with {1}: both become one.', to, countWord(into)),
        severity: vscode.InputBoxValidationSeverity.Info,
      };
    },
  });
  const to = name?.trim();
  return to === category ? undefined : to;
}

/** Renames a category, or merges it into another: says what that changes, asks for the reason, records it. */
export async function renameCategory(context: Context, category: string, to: string): Promise<void> {
  const change = await context.server.ask('categoryChange', { category, to });
  const merge = change.into > 0;
  const reason = await vscode.window.showInputBox({
    // A page that takes the focus must not lose what is being answered.
    ignoreFocusOut: true,
    title: merge
      ? vscode.l10n.t('Merge {0} into {1}', category, change.to)
      : vscode.l10n.t('Rename {0} to {1}', category, change.to),
    prompt: `${consequences(change)} ${vscode.l10n.t('The reason, for whoever reads the decision later (may be left empty)')}`,
  });
  if (reason === undefined) return;
  const made = await context.server.ask('renameCategory', { category, to, reason: reason.trim() });
  offerUndo(
    context,
    made,
    merge
      ? vscode.l10n.t('Merged {0} into {1}.', category, change.to)
      : vscode.l10n.t('Renamed {0} to {1}.', category, change.to),
  );
}

/** What changes besides the name: how many tasks come together, which of them change sides. */
function consequences({ tasks, into, to, moved }: CategoryChange): string {
  const parts = [
    into > 0
      ? vscode.l10n.t('{0} join {1} of {2}.', countWord(tasks), numberWord(into), to)
      : vscode.l10n.t('{0}.', countWord(tasks)),
  ];
  const sides = new Map<string, number>();
  for (const { from, to: then } of moved) {
    const side = vscode.l10n.t('from {0} to {1}', splitWord(from), splitWord(then));
    sides.set(side, (sides.get(side) ?? 0) + 1);
  }
  for (const [side, count] of sides)
    parts.push(vscode.l10n.t('{0} go {1}, as heldout.yaml splits the categories.', countWord(count), side));
  return parts.join(' ');
}

function countWord(tasks: number): string {
  return tasks === 1 ? vscode.l10n.t('1 task') : vscode.l10n.t('{0} tasks', numberWord(tasks));
}
