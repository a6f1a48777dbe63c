import * as vscode from 'vscode';
import type { Changed } from '../server/protocol.ts';
import type { Context } from './context.ts';

interface PlainDocumentKind {
  scheme: string;
  /** Changes on the server after which open documents of this kind may be old. */
  follows: readonly Changed['what'][number][];
  /** The text for the query of an address. What it throws is shown in its place. */
  read: (query: unknown, token: vscode.CancellationToken) => Promise<string>;
}

/** Gives answers of the server as plain read-only documents, which follow its changes. */
export class PlainDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly kind: PlainDocumentKind;
  private readonly changes = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changes.event;
  private readonly subscriptions: vscode.Disposable[];

  constructor(context: Context, kind: PlainDocumentKind) {
    this.kind = kind;
    this.subscriptions = [
      this.changes,
      vscode.workspace.registerTextDocumentContentProvider(kind.scheme, this),
      context.server.onChanged((what) => {
        if (!what.some((part) => kind.follows.includes(part))) return;
        for (const document of vscode.workspace.textDocuments) {
          if (document.uri.scheme === kind.scheme) this.changes.fire(document.uri);
        }
      }),
    ];
  }

  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    try {
      return await this.kind.read(JSON.parse(uri.query), token);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}
