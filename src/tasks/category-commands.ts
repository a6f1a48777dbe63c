import * as vscode from 'vscode';
import type { Command } from '../commands.ts';
import type { Context } from '../context.ts';
import { askName, pickKnownCategory, renameCategory } from './categories.ts';
import { chosenTasks, isNode } from './commands.ts';
import { proposeCategories } from './proposals.ts';
import type { TaskTree } from './tree.ts';

/** The category that a command was called on: by name, or a group of the view while it groups by category. */
function chosenCategory(tree: TaskTree, first: unknown): string | undefined {
  if (typeof first === 'string') return first;
  const node = isNode(first) ? first : tree.view.selection[0];
  return node?.kind === 'group' && tree.groupBy === 'category' ? node.group.key : undefined;
}

/** The tasks of the chosen rows, those of whole groups included. */
function tasksBelow(tree: TaskTree, first: unknown, selected: unknown): string[] {
  const given: unknown[] = Array.isArray(selected) && selected.length > 0 ? selected : [first];
  const nodes = given.filter(isNode);
  const grouped = nodes.flatMap((node) =>
    node.kind === 'group' ? node.group.tasks.map(({ id }) => id) : [],
  );
  // From the palette all tasks are meant, whatever row the view has selected.
  return nodes.length === 0 ? [] : [...new Set([...grouped, ...chosenTasks(tree, first, selected)])];
}

/** Proposing, renaming and merging categories. */
export function categoryCommands(context: Context, tree: TaskTree): Command[] {
  const enabled = () => context.state?.imported === true;
  return [
    {
      id: 'heldout.proposeCategories',
      enabled,
      run: (first, selected) => proposeCategories(context, tasksBelow(tree, first, selected)),
    },
    {
      id: 'heldout.renameCategory',
      enabled,
      run: async (first, given) => {
        const category =
          chosenCategory(tree, first) ??
          (await pickKnownCategory(context, vscode.l10n.t('Rename Which Category?')));
        if (category === undefined) return;
        const to = typeof given === 'string' ? given : await askName(context, category);
        if (to !== undefined) await renameCategory(context, category, to);
      },
    },
    {
      id: 'heldout.mergeCategory',
      enabled,
      run: async (first, given) => {
        const category =
          chosenCategory(tree, first) ??
          (await pickKnownCategory(context, vscode.l10n.t('Merge Which Category?')));
        if (category === undefined) return;
        const title = vscode.l10n.t('Merge {0} Into', category);
        const to = typeof given === 'string' ? given : await pickKnownCategory(context, title, category);
        if (to !== undefined) await renameCategory(context, category, to);
      },
    },
  ];
}
