import * as vscode from 'vscode';
import type { GroupBy, Split } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { renameCategory } from './categories.ts';
import { moveTasks } from './move.ts';
import type { TaskNode } from './tree.ts';

/** VS Code prescribes this form: the view's id in lower case. */
const MIME = 'application/vnd.code.tree.heldout.tasks';

/** What is dragged within the view. */
interface Dragged {
  tasks: string[];
  /** Whole categories; their tasks are not among `tasks`. */
  categories: string[];
}

/**
 * Dragging tasks onto another category moves them there, and a category onto another one merges both; dragging
 * onto a level group moves to the split that it stands for.
 */
export class TaskDrag implements vscode.TreeDragAndDropController<TaskNode> {
  readonly dragMimeTypes = [MIME, 'text/plain'];
  readonly dropMimeTypes = [MIME];
  private readonly context: Context;
  private readonly shown: { readonly groupBy: GroupBy; readonly filtered: boolean };

  constructor(context: Context, shown: { readonly groupBy: GroupBy; readonly filtered: boolean }) {
    this.context = context;
    this.shown = shown;
  }

  handleDrag(nodes: readonly TaskNode[], data: vscode.DataTransfer): void {
    const idsOf = (node: TaskNode) => {
      if (node.kind === 'group') return node.group.tasks.map((row) => row.id);
      return node.kind === 'task' ? [node.row.id] : [];
    };
    // Of a category that a filter shows a part of, the person means what is shown.
    const whole = this.shown.groupBy === 'category' && !this.shown.filtered;
    const categories = whole ? nodes.flatMap((node) => (node.kind === 'group' ? [node.group.key] : [])) : [];
    const inside = new Set(categories);
    const loose = nodes.filter((node) => !inside.has(node.group.key)).flatMap(idsOf);
    const dragged: Dragged = { tasks: [...new Set(loose)], categories };
    data.set(MIME, new vscode.DataTransferItem(dragged));
    data.set('text/plain', new vscode.DataTransferItem(nodes.flatMap(idsOf).join('\n')));
  }

  async handleDrop(target: TaskNode | undefined, data: vscode.DataTransfer): Promise<void> {
    const dragged: unknown = data.get(MIME)?.value;
    if (!target || !isDragged(dragged)) return;
    const inGroup = new Set(target.group.tasks.map((row) => row.id));
    const tasks = dragged.tasks.filter((id) => !inGroup.has(id));
    const categories = dragged.categories.filter((category) => category !== target.group.key);
    if (tasks.length === 0 && categories.length === 0) return;
    await this.context.attempt(async () => {
      if (this.shown.groupBy === 'category') {
        for (const category of categories) await renameCategory(this.context, category, target.group.key);
        if (tasks.length > 0) await moveTasks(this.context, tasks, 'category', target.group.label);
      } else if (this.shown.groupBy === 'level') {
        await moveTasks(this.context, tasks, 'split', splitOf(target));
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

/** Another window gives text. */
function isDragged(value: unknown): value is Dragged {
  return typeof value === 'object' && value !== null && 'tasks' in value && 'categories' in value;
}

/** The split that most tasks of the target's group are in. */
function splitOf(target: TaskNode): Split {
  const counts = new Map<Split, number>();
  for (const row of target.group.tasks) counts.set(row.split, (counts.get(row.split) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'none';
}
