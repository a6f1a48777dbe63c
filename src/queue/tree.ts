import * as vscode from 'vscode';
import type { TemplateState } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { numberWord, stateWord } from '../words.ts';

/** Pairs have all of these states but `clean`. */
export type QueueState = TemplateState;

export interface QueueRow {
  state: QueueState;
}

export type QueueNode<Row extends QueueRow> =
  | { kind: 'group'; state: QueueState; rows: Row[] }
  | { kind: 'row'; row: Row };

/** A queue as the server gives it: what the filter lets through, and how far the whole has come. */
export interface QueueList<Row extends QueueRow> {
  rows: Row[];
  decided: number;
  total: number;
  /** What is still to come, in words. */
  note?: string;
}

/** What needs a person comes first. */
const GROUPS: QueueState[] = ['conflict', 'stale', 'open', 'decided', 'clean'];

/** A view of things that wait for a verdict, by state, in the order that the server gives. */
export abstract class QueueTree<Row extends QueueRow>
  implements vscode.TreeDataProvider<QueueNode<Row>>, vscode.Disposable
{
  readonly view: vscode.TreeView<QueueNode<Row>>;
  protected readonly context: Context;
  protected list: QueueList<Row> | undefined;
  private readonly changes = new vscode.EventEmitter<QueueNode<Row> | undefined>();
  readonly onDidChangeTreeData = this.changes.event;
  /** The queue's order or filter changed: an open page walks the new one. */
  private readonly queueChanges = new vscode.EventEmitter<void>();
  readonly onQueue = this.queueChanges.event;
  private readonly subscriptions: vscode.Disposable[];
  private asked: vscode.CancellationTokenSource | undefined;
  private groups: QueueNode<Row>[] = [];
  /** Whether the view is about to ask again, and the row that is to be selected then. */
  private stale = true;
  private awaited: ((row: Row) => boolean) | undefined;

  constructor(context: Context, what: 'pairs' | 'templates') {
    this.context = context;
    this.view = this.open();
    this.subscriptions = [
      this.view,
      this.changes,
      this.queueChanges,
      context.server.onChanged((changed) => {
        if (changed.includes(what) || changed.includes('decisions')) void this.follow();
      }),
      context.onState((state) => {
        if (!state || this.groups.length === 0) this.refresh();
      }),
    ];
    this.describe();
  }

  /** Creates the view with this as what it shows. */
  protected abstract open(): vscode.TreeView<QueueNode<Row>>;
  /** Whether the bench has come so far that there is a queue. */
  protected abstract get ready(): boolean;
  protected abstract ask(token?: vscode.CancellationToken): Promise<QueueList<Row>>;
  protected abstract item(row: Row): vscode.TreeItem;
  protected abstract tooltip(row: Row): vscode.MarkdownString;
  /** The order and the filter in a few words. */
  protected abstract words(): string[];
  /** Sets the context keys that menus ask for. */
  protected abstract setKeys(): void;
  abstract get filtered(): boolean;

  /** What the view shows now, all of it, in order. */
  async rows(): Promise<Row[]> {
    return (await this.ask()).rows;
  }

  protected queueChanged(): void {
    this.queueChanges.fire();
    this.refresh();
  }

  refresh(): void {
    this.setKeys();
    this.stale = true;
    this.changes.fire(undefined);
  }

  /** The server's answer may have changed: the view is left alone where it has not, so that nothing moves under a hand. */
  private async follow(): Promise<void> {
    const { list } = this;
    this.stale = true;
    if (this.view.visible && this.ready && list) {
      try {
        const now = await this.ask();
        if (list === this.list && JSON.stringify(now) === JSON.stringify(list)) {
          this.settled();
          return;
        }
      } catch (error) {
        this.context.log.debug(`asking whether the queue has changed: ${String(error)}`);
      }
    }
    this.refresh();
  }

  getTreeItem(node: QueueNode<Row>): vscode.TreeItem {
    if (node.kind === 'row') return this.item(node.row);
    const quiet = node.state === 'decided' || node.state === 'clean';
    const item = new vscode.TreeItem(
      stateWord(node.state),
      quiet && !this.filtered
        ? vscode.TreeItemCollapsibleState.Collapsed
        : vscode.TreeItemCollapsibleState.Expanded,
    );
    item.id = `${this.filtered ? 'found' : 'all'}:${node.state}`;
    item.description = numberWord(node.rows.length);
    item.contextValue = `group ${node.state}`;
    return item;
  }

  resolveTreeItem(item: vscode.TreeItem, node: QueueNode<Row>): vscode.TreeItem {
    if (node.kind === 'row') item.tooltip = this.tooltip(node.row);
    return item;
  }

  async getChildren(node?: QueueNode<Row>): Promise<QueueNode<Row>[]> {
    if (node?.kind === 'row') return [];
    if (node) return node.rows.map((row) => ({ kind: 'row', row }));
    if (!this.ready) {
      this.show(undefined);
      return [];
    }
    // Typing asks again before the last answer is there: the last question alone counts.
    this.asked?.cancel();
    const asked = (this.asked = new vscode.CancellationTokenSource());
    const list = await this.context.attempt(() => this.ask(asked.token));
    if (asked.token.isCancellationRequested) return this.groups;
    this.show(list);
    // Once the view has taken the rows that it is given here.
    setTimeout(() => this.settled(), 0);
    return this.groups;
  }

  /** The view shows what the server says: a row that waited to be selected can be. */
  private settled(): void {
    this.stale = false;
    if (this.awaited) void this.revealRow(this.awaited);
  }

  getParent(node: QueueNode<Row>): QueueNode<Row> | undefined {
    if (node.kind === 'group') return undefined;
    return this.groups.find((group) => group.kind === 'group' && group.state === node.row.state);
  }

  /** Selects a row, if the filter lets it through; where the view is about to change, once it has. */
  protected async revealRow(is: (row: Row) => boolean): Promise<void> {
    this.awaited = this.stale ? is : undefined;
    const row = this.list?.rows.find(is);
    if (this.stale || !row || !this.view.visible) return;
    try {
      await this.view.reveal({ kind: 'row', row }, { select: true, focus: false });
    } catch (error) {
      // The view changed under way; the selection is a convenience.
      this.context.log.debug(`selecting a row: ${String(error)}`);
    }
  }

  private show(list: QueueList<Row> | undefined): void {
    this.list = list;
    this.groups = GROUPS.map((state): QueueNode<Row> => {
      return { kind: 'group', state, rows: (list?.rows ?? []).filter((row) => row.state === state) };
    }).filter((group) => group.kind === 'group' && group.rows.length > 0);
    this.describe();
  }

  private describe(): void {
    this.view.description = this.words().join(' · ');
    const { list } = this;
    const words: string[] = [];
    if (list && list.total > 0) {
      words.push(vscode.l10n.t('{0} of {1} decided', numberWord(list.decided), numberWord(list.total)));
      if (this.filtered) words.push(vscode.l10n.t('{0} shown', numberWord(list.rows.length)));
    }
    if (list?.note) words.push(list.note);
    this.view.message = words.length > 0 ? words.join(' · ') : undefined;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.asked?.dispose();
  }
}

/** Rows that a command was called on: with its selection, or what is selected in the view. */
export function chosenRows<Row extends QueueRow>(
  tree: QueueTree<Row>,
  first: unknown,
  selected: unknown,
): Row[] {
  const nodes: readonly QueueNode<Row>[] =
    Array.isArray(selected) && selected.length > 0
      ? selected
      : isNode<Row>(first)
        ? [first]
        : tree.view.selection;
  return [...new Set(nodes.flatMap((node) => (node.kind === 'row' ? [node.row] : node.rows)))];
}

function isNode<Row extends QueueRow>(value: unknown): value is QueueNode<Row> {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
