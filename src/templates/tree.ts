import * as vscode from 'vscode';
import type { TemplateCheck, TemplateFilter, TemplateOrder } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { type QueueList, type QueueNode, QueueTree } from '../queue/tree.ts';
import { numberWord, stateWord, templateOrderWord } from '../words.ts';
import type { TemplateKey } from './decide.ts';
import { templateItem, templateTooltip } from './item.ts';
import { codeWord } from './words.ts';

/** The queue of flagged templates, by state, in the chosen order. */
export class TemplateTree extends QueueTree<TemplateCheck> {
  constructor(context: Context) {
    super(context, 'templates');
  }

  protected open(): vscode.TreeView<QueueNode<TemplateCheck>> {
    return vscode.window.createTreeView('heldout.templates', {
      treeDataProvider: this,
      canSelectMany: true,
      showCollapseAll: true,
    });
  }

  protected get ready(): boolean {
    return this.context.state?.imported === true;
  }

  protected async ask(token?: vscode.CancellationToken): Promise<QueueList<TemplateCheck>> {
    const { server, templateQueue } = this.context;
    const { templates, decided, total, checking } = await server.ask('templates', templateQueue, token);
    const note =
      checking &&
      vscode.l10n.t('checking: {0} of {1} tasks', numberWord(checking.done), numberWord(checking.total));
    void vscode.commands.executeCommand('setContext', 'heldout.templatesChecking', checking !== undefined);
    return { rows: templates, decided, total, note };
  }

  protected item(row: TemplateCheck): vscode.TreeItem {
    return templateItem(row, 'queue');
  }

  protected tooltip(row: TemplateCheck): vscode.MarkdownString {
    return templateTooltip(row);
  }

  protected setKeys(): void {
    void vscode.commands.executeCommand('setContext', 'heldout.templateOrder', this.order);
    void vscode.commands.executeCommand('setContext', 'heldout.templatesFiltered', this.filtered);
  }

  get filter(): TemplateFilter {
    return this.context.templateQueue.filter;
  }

  get order(): TemplateOrder {
    return this.context.templateQueue.order;
  }

  async setOrder(order: TemplateOrder): Promise<void> {
    this.context.templateQueue = { ...this.context.templateQueue, order };
    await this.context.extension.workspaceState.update('templates.order', order);
    this.queueChanged();
  }

  setFilter(filter: TemplateFilter): void {
    this.context.templateQueue = { ...this.context.templateQueue, filter };
    this.queueChanged();
  }

  get filtered(): boolean {
    const { search, state, task, code } = this.filter;
    return Boolean(search || (state && state.length > 0) || task || code);
  }

  async reveal(key: TemplateKey): Promise<void> {
    await this.revealRow((row) => row.task === key.task && row.template === key.template);
  }

  protected words(): string[] {
    const { search, state, task, code } = this.filter;
    const words = [templateOrderWord(this.order)];
    if (task) words.push(task);
    if (search) words.push(`“${search}”`);
    if (code) words.push(codeWord(code));
    for (const one of state ?? []) words.push(stateWord(one).toLowerCase());
    return words;
  }
}
