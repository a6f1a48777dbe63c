import * as vscode from 'vscode';
import type { Context } from '../context.ts';
import { PagePanel } from '../pages/panel.ts';
import type { ResultsListing } from './listing.ts';

const TYPE = 'heldout.results';

/** The Results page: the editor of a results file, in which others stand beside it. */
export class ResultsEditors implements vscode.CustomReadonlyEditorProvider, vscode.Disposable {
  private readonly context: Context;
  private readonly open = new Map<string, Set<PagePanel>>();
  /** What a page that opens is to show beside its file; a page that is brought back knows it itself. */
  private readonly wanted = new Map<string, readonly string[]>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(context: Context, listing: ResultsListing) {
    this.context = context;
    this.subscriptions = [
      vscode.window.registerCustomEditorProvider(TYPE, this, {
        webviewOptions: { enableFindWidget: true },
        supportsMultipleEditorsPerDocument: true,
      }),
      listing.onChange(() => {
        for (const pages of this.open.values()) for (const page of pages) page.show();
      }),
    ];
  }

  /** Opens a results file with others beside it. */
  async show(file: string, others: readonly string[]): Promise<void> {
    if (others.length > 0) this.wanted.set(file, others);
    await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(file), TYPE);
    for (const page of this.open.get(file) ?? []) page.show();
  }

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
    const file = uri.fsPath;
    const page = new PagePanel(this.context, panel, {
      name: 'results',
      title: panel.title,
      show: () => {
        const others = this.wanted.get(file);
        this.wanted.delete(file);
        return {
          type: 'show',
          results: { file, ...(others && { others: [...others] }) },
          settings: { advance: false },
        };
      },
    });
    const pages = this.open.get(file) ?? new Set();
    this.open.set(file, pages.add(page));
    panel.onDidDispose(() => {
      page.dispose();
      pages.delete(page);
    });
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    for (const pages of this.open.values()) for (const page of pages) page.dispose();
  }
}
