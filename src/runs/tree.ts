import * as vscode from 'vscode';
import type { JobList, JobRow } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { numberWord } from '../words.ts';
import { type Checkpoint, checkpointItem, finalItem, problemItem, runItem, runTooltip } from './item.ts';
import type { Runs } from './runs.ts';
import { isActive } from './words.ts';

export type RunNode =
  | { kind: 'run'; id: string; row: JobRow }
  | { kind: 'checkpoint'; id: string; folder: string; checkpoint: Checkpoint | undefined }
  | { kind: 'problem'; problem: JobList['problems'][number] };

type Row = Extract<RunNode, { kind: 'run' }>;

/** The view of runs: those under way first, below each its checkpoints. */
export class RunTree implements vscode.TreeDataProvider<RunNode>, vscode.Disposable {
  readonly view: vscode.TreeView<RunNode>;
  private readonly context: Context;
  private readonly runs: Runs;
  private readonly changes = new vscode.EventEmitter<RunNode[] | undefined>();
  readonly onDidChangeTreeData = this.changes.event;
  /** The nodes as the view has them: one stays the same object while its run goes on. */
  private nodes = new Map<string, Row>();
  private readonly subscription: vscode.Disposable;

  constructor(context: Context, runs: Runs) {
    this.context = context;
    this.runs = runs;
    this.view = vscode.window.createTreeView('heldout.runs', { treeDataProvider: this, canSelectMany: true });
    this.subscription = runs.onChange(() => this.follow());
  }

  /** Draws what has changed, and the whole only when runs came, went or changed places. */
  private follow(): void {
    const before = this.nodes;
    this.nodes = new Map();
    const changed: Row[] = [];
    for (const row of this.runs.rows) {
      const node = before.get(row.id) ?? { kind: 'run', id: row.id, row };
      if (JSON.stringify(node.row) !== JSON.stringify(row)) changed.push(node);
      node.row = row;
      this.nodes.set(row.id, node);
    }
    this.describe();
    const same = [...before.keys()].join() === [...this.nodes.keys()].join();
    if (!same || this.runs.problems.length > 0) this.changes.fire(undefined);
    else if (changed.length > 0) this.changes.fire(changed);
  }

  private describe(): void {
    const active = this.runs.rows.filter(({ state }) => isActive(state)).length;
    this.view.description = active > 0 ? vscode.l10n.t('{0} under way', numberWord(active)) : undefined;
  }

  getTreeItem(node: RunNode): vscode.TreeItem {
    switch (node.kind) {
      case 'run':
        return runItem(node.row);
      case 'checkpoint':
        return node.checkpoint ? checkpointItem(node.id, node.checkpoint) : finalItem(node.id, node.folder);
      case 'problem':
        return problemItem(node.problem);
    }
  }

  resolveTreeItem(item: vscode.TreeItem, node: RunNode): vscode.TreeItem {
    if (node.kind === 'run') item.tooltip = runTooltip(node.row);
    return item;
  }

  async getChildren(node?: RunNode): Promise<RunNode[]> {
    if (!node) {
      return [
        ...this.nodes.values(),
        ...this.runs.problems.map((problem): RunNode => ({ kind: 'problem', problem })),
      ];
    }
    if (node.kind !== 'run') return [];
    const { id } = node;
    const detail = await this.context.attempt(() => this.context.server.ask('job', { id, most: 2 }));
    if (!detail) return [];
    const newest = detail.checkpoints.toReversed();
    return [
      ...(detail.final
        ? [{ kind: 'checkpoint' as const, id, folder: detail.final, checkpoint: undefined }]
        : []),
      ...newest.map((checkpoint) => ({
        kind: 'checkpoint' as const,
        id,
        folder: checkpoint.folder,
        checkpoint,
      })),
    ];
  }

  getParent(node: RunNode): RunNode | undefined {
    return node.kind === 'checkpoint' ? this.nodes.get(node.id) : undefined;
  }

  /** Selects a run, where the view is in sight. */
  async reveal(id: string): Promise<void> {
    const node = this.nodes.get(id);
    if (!node || !this.view.visible) return;
    try {
      await this.view.reveal(node, { select: true, focus: false });
    } catch (error) {
      // The view changed under way; the selection is a convenience.
      this.context.log.debug(`selecting a run: ${String(error)}`);
    }
  }

  dispose(): void {
    this.subscription.dispose();
    this.view.dispose();
    this.changes.dispose();
  }
}
