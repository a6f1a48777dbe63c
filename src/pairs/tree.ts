import * as vscode from 'vscode';
import type { PairFilter, PairOrder, PairRow } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { type QueueList, type QueueNode, QueueTree } from '../queue/tree.ts';
import { numberWord, orderWord, stateWord } from '../words.ts';
import { pairItem, pairTooltip } from './item.ts';

/** The queue of pairs, by state, in the chosen order. */
export class PairTree extends QueueTree<PairRow> {
  constructor(context: Context) {
    super(context, 'pairs');
    context.add(
      context.onState((state) => {
        this.view.badge =
          state && state.openPairs > 0
            ? {
                value: state.openPairs,
                tooltip: vscode.l10n.t('{0} open pairs', numberWord(state.openPairs)),
              }
            : undefined;
      }),
    );
  }

  protected open(): vscode.TreeView<QueueNode<PairRow>> {
    return vscode.window.createTreeView('heldout.pairs', {
      treeDataProvider: this,
      canSelectMany: true,
      showCollapseAll: true,
    });
  }

  protected get ready(): boolean {
    return this.context.state?.overlapAt !== undefined;
  }

  protected async ask(token?: vscode.CancellationToken): Promise<QueueList<PairRow>> {
    const { pairs, decided, total } = await this.context.server.ask('pairs', this.context.queue, token);
    return { rows: pairs, decided, total };
  }

  protected item(row: PairRow): vscode.TreeItem {
    return pairItem(row);
  }

  protected tooltip(row: PairRow): vscode.MarkdownString {
    return pairTooltip(row);
  }

  protected setKeys(): void {
    void vscode.commands.executeCommand('setContext', 'heldout.pairOrder', this.order);
    void vscode.commands.executeCommand('setContext', 'heldout.pairsFiltered', this.filtered);
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
    this.queueChanged();
  }

  setFilter(filter: PairFilter): void {
    this.context.queue = { ...this.context.queue, filter };
    this.queueChanged();
  }

  get filtered(): boolean {
    const { search, state, sameSource, boilerplateOnly, task } = this.filter;
    return Boolean(
      search || (state && state.length > 0) || sameSource !== undefined || boilerplateOnly || task,
    );
  }

  async reveal(pair: { train: string; eval: string }): Promise<void> {
    await this.revealRow((row) => row.train === pair.train && row.eval === pair.eval);
  }

  protected words(): string[] {
    const words = [orderWord(this.order)];
    const { search, sameSource, boilerplateOnly, task } = this.filter;
    if (task) words.push(task);
    if (search) words.push(`“${search}”`);
    if (sameSource !== undefined) {
      words.push(sameSource ? vscode.l10n.t('same source') : vscode.l10n.t('different sources'));
    }
    if (boilerplateOnly) words.push(vscode.l10n.t('boilerplate only'));
    for (const state of this.filter.state ?? []) words.push(stateWord(state).toLowerCase());
    return words;
  }
}
