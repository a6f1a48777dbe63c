import * as vscode from 'vscode';
import type { GroupBy, Split } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { moveTasks } from './move.ts';
import type { TaskNode } from './tree.ts';

/** VS Code prescribes this form: the view's id in lower case. */
const MIME = 'application/vnd.code.tree.heldout.tasks';

/** Dragging tasks onto another category moves them there; onto a level group, to the split that it stands for. */
export class TaskDrag implements vscode.TreeDragAndDropController<TaskNode> {
  readonly dragMimeTypes = [MIME, 'text/plain'];
  readonly dropMimeTypes = [MIME];
  private readonly context: Context;
  private readonly groupBy: () => GroupBy;

  constructor(context: Context, groupBy: () => GroupBy) {
    this.context = context;
    this.groupBy = groupBy;
  }

  handleDrag(nodes: readonly TaskNode[], data: vscode.DataTransfer): void {
    const ids = nodes.flatMap((node) => {
      if (node.kind === 'group') return node.group.tasks.map((row) => row.id);
      return node.kind === 'task' ? [node.row.id] : [];
    });
    data.set(MIME, new vscode.DataTransferItem([...new Set(ids)]));
    data.set('text/plain', new vscode.DataTransferItem(ids.join('\n')));
  }

  async handleDrop(target: TaskNode | undefined, data: vscode.DataTransfer): Promise<void> {
    const dragged: unknown = data.get(MIME)?.value;
    if (!target || !Array.isArray(dragged)) return;
    const ids = dragged.filter((id): id is string => typeof id === 'string');
    const inGroup = new Set(target.group.tasks.map((row) => row.id));
    const tasks = ids.filter((id) => !inGroup.has(id));
    if (tasks.length === 0) return;
    await this.context.attempt(async () => {
      if (this.groupBy() === 'category') {
        await moveTasks(this.context, tasks, 'category', target.group.label);
      } else if (this.groupBy() === 'level') {
        const split = splitOf(target);
        if (split === 'none') {
          void vscode.window.showInformationMessage(
            vscode.l10n.t('A task is removed by ruling on a pair that it is in, not by moving it.'),
          );
        } else {
          await moveTasks(this.context, tasks, 'split', split);
        }
      } else {
        void vscode.window.showInformationMessage(
          vscode.l10n.t(
            'A task’s collection and data source are facts of its files. Group by category or level to move it.',
          ),
        );
      }
    });
  }
}

/** The split that most tasks of the target's group are in. */
function splitOf(target: TaskNode): Split {
  const counts = new Map<Split, number>();
  for (const row of target.group.tasks) counts.set(row.split, (counts.get(row.split) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'none';
}
