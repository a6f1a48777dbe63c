import * as vscode from 'vscode';
import type { GroupBy } from '../../server/protocol.ts';
import type { Command } from '../commands.ts';
import type { Context } from '../context.ts';
import { openAt } from '../setup/problem.ts';
import { groupWord } from '../words.ts';
import { carryDecisions } from './carry.ts';
import { pickFilter, searchAsYouType } from './filter.ts';
import { moveTasks, pickCategory, pickSplit } from './move.ts';
import { showScores } from './scores.ts';
import type { TaskNode, TaskTree } from './tree.ts';

/** Task ids that a command was called on: an id, a row with its selection, or what is selected in the view. */
export function chosenTasks(tree: TaskTree, first: unknown, selected: unknown): string[] {
  if (typeof first === 'string') return [first];
  const nodes: readonly TaskNode[] = Array.isArray(selected) && selected.length > 0 ? selected : [];
  const chosen = nodes.length > 0 ? nodes : isNode(first) ? [first] : tree.view.selection;
  return [...new Set(chosen.flatMap((node) => (node.kind === 'group' ? [] : [node.row.id])))];
}

export function isNode(value: unknown): value is TaskNode {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

/** One task for a command from the palette: chosen in the tree, or picked from all. */
export async function oneTask(context: Context, tree: TaskTree, first: unknown): Promise<string | undefined> {
  const [chosen] = chosenTasks(tree, first, undefined);
  if (chosen) return chosen;
  const groups = await context.server.ask('tasks', { groupBy: 'collection', filter: {} });
  const picked = await vscode.window.showQuickPick(
    groups.flatMap((group) =>
      group.tasks.map((row) => ({ label: row.name, description: row.id, id: row.id })),
    ),
    { title: vscode.l10n.t('Choose a Task'), matchOnDescription: true },
  );
  return picked?.id;
}

function groupCommand(tree: TaskTree, groupBy: GroupBy): () => Promise<void> {
  return () => tree.setGroupBy(groupBy);
}

export function taskCommands(context: Context, tree: TaskTree): Command[] {
  const running = () => context.state?.imported === true;
  return [
    { id: 'heldout.tasks.groupByCollection', run: groupCommand(tree, 'collection') },
    { id: 'heldout.tasks.groupByCategory', run: groupCommand(tree, 'category') },
    { id: 'heldout.tasks.groupByLevel', run: groupCommand(tree, 'level') },
    { id: 'heldout.tasks.groupBySource', run: groupCommand(tree, 'source') },
    {
      id: 'heldout.tasks.group',
      run: async () => {
        const groupings: GroupBy[] = ['collection', 'category', 'level', 'source'];
        const items = groupings.map((groupBy) => ({
          label: groupWord(groupBy),
          description: groupBy === tree.groupBy ? vscode.l10n.t('now') : undefined,
          groupBy,
        }));
        const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Group Tasks') });
        if (picked) await tree.setGroupBy(picked.groupBy);
      },
    },
    {
      id: 'heldout.carryDecisions',
      enabled: running,
      run: (first) => carryDecisions(context, first),
    },
    {
      id: 'heldout.tasks.search',
      enabled: running,
      run: () =>
        searchAsYouType(
          {
            title: vscode.l10n.t('Search Tasks'),
            placeholder: vscode.l10n.t('Words of the task, category or data source'),
            value: tree.filter.search ?? '',
          },
          (text) => tree.setFilter({ ...tree.filter, search: text || undefined }),
        ),
    },
    {
      id: 'heldout.tasks.filter',
      enabled: running,
      run: async () => {
        const filter = await pickFilter(tree.filter);
        if (filter) tree.setFilter(filter);
      },
    },
    { id: 'heldout.tasks.showScores', run: () => showScores(true) },
    { id: 'heldout.tasks.hideScores', run: () => showScores(false) },
    { id: 'heldout.tasks.clearFilter', run: () => tree.setFilter({}) },
    {
      id: 'heldout.openSource',
      enabled: running,
      run: async (first) => {
        const id = await oneTask(context, tree, first);
        if (!id) return;
        const detail = await context.server.ask('task', { id });
        const files = detail.files.map((file) => file.file);
        for (const template of detail.templates) if (template.location) files.push(template.location.file);
        const distinct = [...new Set(files)];
        const file =
          distinct.length > 1
            ? await vscode.window.showQuickPick(distinct, { title: vscode.l10n.t('Open Source File') })
            : distinct[0];
        if (!file) return;
        const template = detail.templates.find((one) => one.location?.file === file);
        await openAt(file, template?.location?.line ?? 1);
      },
    },
    {
      id: 'heldout.moveToCategory',
      enabled: running,
      run: async (first, selected) => {
        const tasks = await severalTasks(context, tree, first, selected);
        const category = tasks.length > 0 ? await pickCategory(context, tasks.length) : undefined;
        if (category) await moveTasks(context, tasks, 'category', category);
      },
    },
    {
      id: 'heldout.moveToSplit',
      enabled: running,
      run: async (first, selected) => {
        const tasks = await severalTasks(context, tree, first, selected);
        const split = tasks.length > 0 ? await pickSplit(tasks.length) : undefined;
        if (split) await moveTasks(context, tasks, 'split', split);
      },
    },
    {
      id: 'heldout.copyTaskId',
      enabled: running,
      run: async (first, selected) => {
        const tasks = await severalTasks(context, tree, first, selected);
        if (tasks.length > 0) await vscode.env.clipboard.writeText(tasks.join('\n'));
      },
    },
  ];
}

async function severalTasks(
  context: Context,
  tree: TaskTree,
  first: unknown,
  selected: unknown,
): Promise<string[]> {
  const tasks = chosenTasks(tree, first, selected);
  if (tasks.length > 0) return tasks;
  const one = await oneTask(context, tree, undefined);
  return one ? [one] : [];
}
