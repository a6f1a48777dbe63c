import * as vscode from 'vscode';
import type { PairFilter, PairList, PairOrder, PairRow, PairState } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { numberWord, orderWord, stateWord } from '../words.ts';
import { pairItem, pairTooltip } from './item.ts';

export type PairNode = { kind: 'group'; state: PairState; rows: PairRow[] } | { kind: 'pair'; row: PairRow };

/** What needs a person comes first. */
const GROUPS: PairState[] = ['conflict', 'stale', 'open', 'decided'];

/** The queue of pairs, by state, in the chosen order. */
export class PairTree implements vscode.TreeDataProvider<PairNode>, vscode.Disposable {
  readonly view: vscode.TreeView<PairNode>;
  private readonly context: Context;
  private readonly changes = new vscode.EventEmitter<PairNode | undefined>();
  readonly onDidChangeTreeData = this.changes.event;
  /** The queue's order or filter changed: an open review page walks the new one. */
  private readonly queueChanges = new vscode.EventEmitter<void>();
  readonly onQueue = this.queueChanges.event;
  private readonly subscriptions: vscode.Disposable[];
  private asked: vscode.CancellationTokenSource | undefined;
  private list: PairList | undefined;
  private groups: PairNode[] = [];

  constructor(context: Context) {
    this.context = context;
    this.view = vscode.window.createTreeView<PairNode>('heldout.pairs', {
      treeDataProvider: this,
      canSelectMany: true,
      showCollapseAll: true,
    });
    this.subscriptions = [
      this.view,
      this.changes,
      this.queueChanges,
      context.server.onChanged((what) => {
        if (what.includes('pairs') || what.includes('decisions')) this.refresh();
      }),
      context.onState((state) => {
        this.view.badge =
          state && state.openPairs > 0
            ? {
                value: state.openPairs,
                tooltip: vscode.l10n.t('{0} open pairs', numberWord(state.openPairs)),
              }
            : undefined;
        if (!state || this.groups.length === 0) this.refresh();
      }),
    ];
    this.describe();
  }

  get filter(): PairFilter {
    return this.context.queue.filter;
  }

  get order(): PairOrder {
    return this.context.queue.order;
  }

  async setOrder(order: PairOrder): Promise<void> {
    this.context.queue = { ...this.context.queue, order };
    await this.context.extension.workspaceState.update('pairs.order', order);
    this.queueChanges.fire();
    this.refresh();
  }

  setFilter(filter: PairFilter): void {
    this.context.queue = { ...this.context.queue, filter };
    void vscode.commands.executeCommand('setContext', 'heldout.pairsFiltered', this.filtered);
    this.queueChanges.fire();
    this.refresh();
  }

  get filtered(): boolean {
    const { search, state, sameSource, boilerplateOnly, task } = this.filter;
    return Boolean(
      search || (state && state.length > 0) || sameSource !== undefined || boilerplateOnly || task,
    );
  }

  /** The pairs that the view shows now, all of them, in order. */
  async rows(): Promise<PairRow[]> {
    const { order, filter } = this.context.queue;
    return (await this.context.server.ask('pairs', { order, filter })).pairs;
  }

  refresh(): void {
    void vscode.commands.executeCommand('setContext', 'heldout.pairOrder', this.order);
    this.changes.fire(undefined);
  }

  getTreeItem(node: PairNode): vscode.TreeItem {
    if (node.kind === 'pair') return pairItem(node.row);
    const item = new vscode.TreeItem(
      stateWord(node.state),
      node.state === 'decided' && !this.filtered
        ? vscode.TreeItemCollapsibleState.Collapsed
        : vscode.TreeItemCollapsibleState.Expanded,
    );
    item.id = `${this.filtered ? 'found' : 'all'}:${node.state}`;
    item.description = numberWord(node.rows.length);
    item.contextValue = `group ${node.state}`;
    return item;
  }

  resolveTreeItem(item: vscode.TreeItem, node: PairNode): vscode.TreeItem {
    if (node.kind === 'pair') item.tooltip = pairTooltip(node.row);
    return item;
  }

  async getChildren(node?: PairNode): Promise<PairNode[]> {
    if (node?.kind === 'pair') return [];
    if (node) return node.rows.map((row) => ({ kind: 'pair', row }));
    if (!this.context.state?.overlapAt) {
      this.show(undefined);
      return [];
    }
    this.asked?.cancel();
    const asked = (this.asked = new vscode.CancellationTokenSource());
    const { order, filter } = this.context.queue;
    const list = await this.context.attempt(() =>
      this.context.server.ask('pairs', { order, filter }, asked.token),
    );
    if (!asked.token.isCancellationRequested) this.show(list);
    return this.groups;
  }

  getParent(node: PairNode): PairNode | undefined {
    if (node.kind === 'group') return undefined;
    return this.groups.find((group) => group.kind === 'group' && group.state === node.row.state);
  }

  async reveal(pair: { train: string; eval: string }): Promise<void> {
    const row = this.list?.pairs.find((one) => one.train === pair.train && one.eval === pair.eval);
    if (row && this.view.visible)
      await this.view.reveal({ kind: 'pair', row }, { select: true, focus: false });
  }

  private show(list: PairList | undefined): void {
    this.list = list;
    this.groups = GROUPS.map((state): PairNode => {
      return { kind: 'group', state, rows: (list?.pairs ?? []).filter((row) => row.state === state) };
    }).filter((group) => group.kind === 'group' && group.rows.length > 0);
    this.describe();
  }

  private describe(): void {
    const words = [orderWord(this.order)];
    const { search, sameSource, boilerplateOnly, task } = this.filter;
    if (task) words.push(task);
    if (search) words.push(`“${search}”`);
    if (sameSource !== undefined) {
      words.push(sameSource ? vscode.l10n.t('same source') : vscode.l10n.t('different sources'));
    }
    if (boilerplateOnly) words.push(vscode.l10n.t('boilerplate only'));
    for (const state of this.filter.state ?? []) words.push(stateWord(state).toLowerCase());
    this.view.description = words.join(' · ');
    const { list } = this;
    if (!list || list.total === 0) {
      this.view.message = undefined;
      return;
    }
    const progress = vscode.l10n.t('{0} of {1} decided', numberWord(list.decided), numberWord(list.total));
    const shown = vscode.l10n.t('{0} shown', numberWord(list.pairs.length));
    this.view.message = this.filtered ? `${progress} · ${shown}` : progress;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.asked?.dispose();
  }
}
