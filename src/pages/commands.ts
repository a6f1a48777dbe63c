import * as vscode from 'vscode';
import { instanceQuery } from '../../server/protocol.ts';
import type { Command, Parts } from '../commands.ts';
import type { Context } from '../context.ts';
import { chosenTasks, oneTask } from '../tasks/commands.ts';
import { promptUri } from './text.ts';

export function pageCommands(context: Context, { tasks, pairs, pages }: Parts): Command[] {
  const imported = () => context.state?.imported === true;
  return [
    {
      id: 'heldout.inspect',
      enabled: imported,
      run: async (first) => {
        const query = instanceQuery.safeParse(first);
        if (query.success) {
          pages.inspect(query.data);
          return;
        }
        const task = await oneTask(context, tasks, first);
        // The way of looking stays from task to task; the example and the template are the task's own.
        const { shots = 0, seed = 0 } = pages.inspected ?? {};
        if (task) pages.inspect({ task, shots, seed });
      },
    },
    {
      id: 'heldout.openAsText',
      enabled: imported,
      run: async (first) => {
        const query = instanceQuery.safeParse(first);
        const wanted = query.success ? query.data : await textQuery(first);
        if (!wanted) return;
        const document = await vscode.workspace.openTextDocument(promptUri(wanted));
        await vscode.window.showTextDocument(document, { preview: true });
      },
    },
    {
      id: 'heldout.showPairsOfTask',
      enabled: () => context.state?.overlapAt !== undefined,
      run: async (first) => {
        const task = await oneTask(context, tasks, first);
        if (!task) return;
        pairs.setFilter({ task });
        await vscode.commands.executeCommand('heldout.pairs.focus');
      },
    },
  ];

  /** From a row of the tree that row's task; from the inspector's title bar what it shows. */
  async function textQuery(first: unknown) {
    const [chosen] = chosenTasks(tasks, first, undefined);
    const fromTree = typeof first === 'object' && first !== null && 'kind' in first;
    if (fromTree && chosen) return { task: chosen };
    if (pages.inspected) return pages.inspected;
    const task = await oneTask(context, tasks, first);
    return task ? { task } : undefined;
  }
}
