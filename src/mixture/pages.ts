import * as vscode from 'vscode';
import type { PageName } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { PagePanel } from '../pages/panel.ts';

/** The pages about the bench as a whole. They need no query: what they show of it they keep themselves. */
export type BenchPage = Extract<PageName, 'mixture' | 'statistics' | 'packing' | 'split-board'>;

const PAGES: readonly BenchPage[] = ['mixture', 'statistics', 'packing', 'split-board'];

/** One of each page at a time, brought back after a restart. */
export class BenchPages implements vscode.Disposable {
  private readonly context: Context;
  private readonly open = new Map<BenchPage, PagePanel>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(context: Context) {
    this.context = context;
    this.subscriptions = [
      ...PAGES.map((name) =>
        vscode.window.registerWebviewPanelSerializer(`heldout.${name}`, {
          deserializeWebviewPanel: async (panel) => this.adopt(name, panel),
        }),
      ),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (!change.affectsConfiguration('heldout')) return;
        for (const page of this.open.values()) page.show();
      }),
    ];
  }

  show(name: BenchPage): void {
    const page = this.open.get(name);
    if (page) {
      page.panel.reveal(undefined, false);
      return;
    }
    const column = vscode.ViewColumn.Active;
    const options = { enableFindWidget: true };
    this.adopt(name, vscode.window.createWebviewPanel(`heldout.${name}`, titleOf(name), column, options));
  }

  private adopt(name: BenchPage, panel: vscode.WebviewPanel): void {
    const page = new PagePanel(this.context, panel, {
      name,
      title: panel.title,
      show: () => ({
        type: 'show',
        settings: {
          advance: this.context.setting('advanceAfterVerdict', true),
          tokenizer: this.context.setting<string>('tokenizer', '').trim() || undefined,
        },
      }),
    });
    this.open.set(name, page);
    panel.onDidDispose(() => {
      page.dispose();
      if (this.open.get(name) === page) this.open.delete(name);
    });
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    for (const page of this.open.values()) page.panel.dispose();
  }
}

function titleOf(name: BenchPage): string {
  const titles: Record<BenchPage, string> = {
    mixture: vscode.l10n.t('Mixture'),
    statistics: vscode.l10n.t('Statistics'),
    packing: vscode.l10n.t('Packing'),
    'split-board': vscode.l10n.t('Split Board'),
  };
  return titles[name];
}
