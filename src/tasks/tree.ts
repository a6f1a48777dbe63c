import * as vscode from 'vscode';
import type {
  GroupBy,
  LastScores,
  TaskFilter,
  TaskGroup,
  TaskRow,
  TaskTemplates,
  TemplateCheck,
} from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import type { ResultsListing } from '../results/listing.ts';
import { declarationItem, declarationTooltip, templateItem, templateTooltip } from '../templates/item.ts';
import { groupWord, numberWord } from '../words.ts';
import { TaskDrag } from './drag.ts';
import { filterWords } from './filter.ts';
import { taskItem, taskTooltip } from './item.ts';
import { affectsScores, groupScore, scoreDetail, scoreLine, scoresShown } from './scores.ts';

type GroupNode = { kind: 'group'; group: TaskGroup };
type RowNode = { kind: 'task'; row: TaskRow; group: TaskGroup };

/** Every node knows its group; those below a task know the task's row too. */
export type TaskNode =
  | GroupNode
  | RowNode
  | { kind: 'declaration'; detail: TaskTemplates; row: TaskRow; group: TaskGroup }
  | { kind: 'template'; check: TemplateCheck; row: TaskRow; group: TaskGroup };

/**
 * The Task Explorer: groups of tasks as the server gives them, one request for a whole tree; a task's
 * templates are asked for when it is opened.
 */
export class TaskTree implements vscode.TreeDataProvider<TaskNode>, vscode.Disposable {
  readonly view: vscode.TreeView<TaskNode>;
  readonly drag: TaskDrag;
  private readonly context: Context;
  private readonly changes = new vscode.EventEmitter<TaskNode | undefined>();
  readonly onDidChangeTreeData = this.changes.event;
  private readonly subscriptions: vscode.Disposable[];
  private groupBy_: GroupBy;
  private filter_: TaskFilter = {};
  private asked: vscode.CancellationTokenSource | undefined;
  /** The groups last shown; an element's parent is looked up in them. */
  private groups: GroupNode[] = [];
  private scores: LastScores = { tasks: {}, categories: {}, levels: {} };

  constructor(context: Context, results: ResultsListing) {
    this.context = context;
    this.groupBy_ = context.extension.workspaceState.get<GroupBy>('tasks.groupBy', 'category');
    this.drag = new TaskDrag(context, this);
    this.view = vscode.window.createTreeView<TaskNode>('heldout.tasks', {
      treeDataProvider: this,
      canSelectMany: true,
      showCollapseAll: true,
      dragAndDropController: this.drag,
    });
    this.subscriptions = [
      this.view,
      this.changes,
      context.server.onChanged((what) => {
        if (what.some((part) => part === 'tasks' || part === 'templates' || part === 'decisions'))
          this.refresh();
      }),
      results.onChange(() => this.refresh()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (affectsScores(change)) this.refresh();
      }),
      context.onState(() => {
        if (!context.state || this.groups.length === 0) this.refresh();
      }),
    ];
    this.describe();
  }

  get groupBy(): GroupBy {
    return this.groupBy_;
  }

  async setGroupBy(groupBy: GroupBy): Promise<void> {
    this.groupBy_ = groupBy;
    await this.context.extension.workspaceState.update('tasks.groupBy', groupBy);
    this.refresh();
  }

  get filter(): TaskFilter {
    return this.filter_;
  }

  setFilter(filter: TaskFilter): void {
    this.filter_ = filter;
    void vscode.commands.executeCommand('setContext', 'heldout.tasksFiltered', this.filtered);
    this.refresh();
  }

  /** Not all tasks are shown. */
  get filtered(): boolean {
    return Object.values(this.filter_).some((value) => value !== undefined && value.length > 0);
  }

  refresh(): void {
    void vscode.commands.executeCommand('setContext', 'heldout.groupBy', this.groupBy_);
    this.changes.fire(undefined);
  }

  getTreeItem(node: TaskNode): vscode.TreeItem {
    if (node.kind === 'task') return taskItem(node.row, this.scores.tasks[node.row.id]);
    if (node.kind === 'declaration') return declarationItem(node.detail);
    if (node.kind === 'template') return templateItem(node.check, 'task');
    const { group } = node;
    // While searching, groups stand open; the two states are remembered apart.
    const open = this.filtered;
    const item = new vscode.TreeItem(
      group.label,
      open ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed,
    );
    item.id = `${open ? 'found' : 'all'}:${this.groupBy_}:${group.key}`;
    const tasks = group.tasks.length;
    const size = vscode.l10n.t(
      '{0} · {1} ex',
      tasks === 1 ? vscode.l10n.t('1 task') : vscode.l10n.t('{0} tasks', numberWord(tasks)),
      numberWord(group.examples),
    );
    const score = groupScore(this.scores, this.groupBy_, group.key);
    item.description = score ? `${scoreLine(score)} · ${size}` : size;
    if (score) item.tooltip = `${group.label}\n${vscode.l10n.t('Last score: {0}', scoreDetail(score))}`;
    item.contextValue = this.groupBy_ === 'category' ? 'group category' : 'group';
    return item;
  }

  resolveTreeItem(item: vscode.TreeItem, node: TaskNode): vscode.TreeItem {
    if (node.kind === 'task') item.tooltip = taskTooltip(node.row, this.scores.tasks[node.row.id]);
    if (node.kind === 'declaration') item.tooltip = declarationTooltip(node.detail);
    if (node.kind === 'template') item.tooltip = templateTooltip(node.check);
    return item;
  }

  async getChildren(node?: TaskNode): Promise<TaskNode[]> {
    if (node?.kind === 'task') return this.templatesOf(node);
    if (node && node.kind !== 'group') return [];
    if (node) return node.group.tasks.map((row) => ({ kind: 'task', row, group: node.group }));
    if (!this.context.state?.imported) {
      this.show([]);
      return [];
    }
    // Typing asks again before the last answer is there: the last question alone counts.
    this.asked?.cancel();
    const asked = (this.asked = new vscode.CancellationTokenSource());
    const params = { groupBy: this.groupBy_, filter: this.filter_ };
    const [groups, scores] = await Promise.all([
      this.context.attempt(() => this.context.server.ask('tasks', params, asked.token)),
      scoresShown(this.context),
    ]);
    if (asked.token.isCancellationRequested) return this.groups;
    this.scores = scores;
    this.show((groups ?? []).map((group) => ({ kind: 'group', group })));
    return this.groups;
  }

  /** What is known of a task's templates: the declaration first, which all findings rest on. */
  private async templatesOf({ row, group }: RowNode): Promise<TaskNode[]> {
    const detail = await this.context.attempt(() =>
      this.context.server.ask('taskTemplates', { task: row.id }),
    );
    if (!detail) return [];
    return [
      { kind: 'declaration', detail, row, group },
      ...detail.templates.map((check): TaskNode => ({ kind: 'template', check, row, group })),
    ];
  }

  getParent(node: TaskNode): TaskNode | undefined {
    if (node.kind === 'group') return undefined;
    if (node.kind !== 'task') return { kind: 'task', row: node.row, group: node.group };
    return this.groups.find((group) => group.group.key === node.group.key);
  }

  /** Shows a task in the tree, if the filter lets it through. */
  async reveal(id: string): Promise<void> {
    for (const { group } of this.groups) {
      const row = group.tasks.find((task) => task.id === id);
      if (row) return this.view.reveal({ kind: 'task', row, group }, { select: true, focus: false });
    }
  }

  private show(groups: GroupNode[]): void {
    this.groups = groups;
    this.describe();
  }

  private describe(): void {
    const words = [groupWord(this.groupBy_), ...filterWords(this.filter_)];
    this.view.description = words.join(' · ');
    if (!this.filtered) {
      this.view.message = undefined;
      return;
    }
    const found = this.groups.reduce((sum, { group }) => sum + group.tasks.length, 0);
    const all = this.context.state?.tasks ?? found;
    this.view.message =
      found === 0 ? undefined : vscode.l10n.t('{0} of {1} tasks', numberWord(found), numberWord(all));
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.asked?.dispose();
  }
}
