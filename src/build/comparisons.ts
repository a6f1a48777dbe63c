import path from 'node:path';
import * as vscode from 'vscode';
import { type BenchDiff, diffQuery, type ParamsOf } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { PlainDocuments } from '../plain-documents.ts';
import { askLong } from '../setup/progress.ts';
import { type ComparisonText, comparisonText, type Section } from './comparison-text.ts';

const SCHEME = 'heldout-diff';

/**
 * Comparisons as documents that can only be read: their parts fold and stand in the outline, and tasks, pairs,
 * decisions and files in them are links. They follow the bench.
 */
export class Comparisons
  implements
    vscode.DocumentLinkProvider,
    vscode.FoldingRangeProvider,
    vscode.DocumentSymbolProvider,
    vscode.Disposable
{
  private readonly context: Context;
  /** By the query of their address. */
  private readonly shown = new Map<string, ComparisonText>();
  /** Answers that were asked for before their document was opened. */
  private readonly ready = new Map<string, BenchDiff>();
  private readonly asking = new Map<string, { answer: Promise<BenchDiff>; again: boolean }>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(context: Context) {
    this.context = context;
    const selector = { scheme: SCHEME };
    this.subscriptions = [
      new PlainDocuments(context, {
        scheme: SCHEME,
        follows: ['tasks', 'decisions'],
        read: async (query) => this.read(diffQuery.parse(query)),
      }),
      vscode.languages.registerDocumentLinkProvider(selector, this),
      vscode.languages.registerFoldingRangeProvider(selector, this),
      vscode.languages.registerDocumentSymbolProvider(selector, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === SCHEME) this.shown.delete(uri.query);
      }),
    ];
  }

  /** Compares, with progress and a way to cancel, and shows what came out. */
  async show(sides: ParamsOf<'diff'>): Promise<void> {
    const title = vscode.l10n.t('Comparing');
    const diff = await askLong(this.context, 'diff', title, 'heldout.tasks', sides);
    if (!diff) return;
    const uri = comparisonUri(sides);
    this.ready.set(uri.query, diff);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true });
    this.ready.delete(uri.query);
  }

  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    return (this.textOf(document)?.links ?? []).map(({ range, to, tip }) => {
      const link = new vscode.DocumentLink(range, to);
      link.tooltip = tip;
      return link;
    });
  }

  provideFoldingRanges(document: vscode.TextDocument): vscode.FoldingRange[] {
    const ranges = (sections: readonly Section[]): vscode.FoldingRange[] =>
      sections.flatMap(({ start, end, children }) => [
        ...(end > start ? [new vscode.FoldingRange(start, end)] : []),
        ...ranges(children),
      ]);
    return ranges(this.textOf(document)?.sections ?? []);
  }

  provideDocumentSymbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
    const symbols = (sections: readonly Section[], kind: vscode.SymbolKind): vscode.DocumentSymbol[] =>
      sections.map(({ name, detail, start, end, children }) => {
        const range = document.validateRange(new vscode.Range(start, 0, end, Number.MAX_SAFE_INTEGER));
        const first = document.lineAt(start).range;
        const symbol = new vscode.DocumentSymbol(name, detail, kind, range, first);
        symbol.children = symbols(children, vscode.SymbolKind.Object);
        return symbol;
      });
    return symbols(this.textOf(document)?.sections ?? [], vscode.SymbolKind.Namespace);
  }

  /** Nothing while the document still has the text of an earlier answer. */
  private textOf(document: vscode.TextDocument): ComparisonText | undefined {
    const text = this.shown.get(document.uri.query);
    return text?.text === document.getText() ? text : undefined;
  }

  private async read(sides: ParamsOf<'diff'>): Promise<string> {
    const key = JSON.stringify(sides);
    const diff = this.ready.get(key) ?? (await this.latest(key, sides));
    // After a reload the document may be there before the bench's state is.
    if (!this.context.state) await this.context.refreshState();
    const text = comparisonText(diff, { sides, root: this.context.state?.root ?? '', atRevision });
    this.shown.set(key, text);
    return text.text;
  }

  /** Decisions come in quick succession: one question at a time, and one more where it was asked meanwhile. */
  private latest(key: string, sides: ParamsOf<'diff'>): Promise<BenchDiff> {
    const under = this.asking.get(key);
    if (under) {
      under.again = true;
      return under.answer;
    }
    const ask = async (): Promise<BenchDiff> => {
      for (;;) {
        const answer = await this.context.server.ask('diff', sides);
        if (!now.again) return answer;
        now.again = false;
      }
    };
    const now = { answer: Promise.resolve().then(ask), again: false };
    this.asking.set(key, now);
    return now.answer.finally(() => this.asking.delete(key));
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

/** As the editor's own git names it, which reads it when it is opened. */
function atRevision(file: string, ref: string): vscode.Uri | undefined {
  if (!vscode.extensions.getExtension('vscode.git')?.isActive) return undefined;
  const uri = vscode.Uri.file(file);
  return uri.with({ scheme: 'git', query: JSON.stringify({ path: uri.fsPath, ref }) });
}

/** The folder in the address tells the language, its last part what the tab shows. */
function comparisonUri(sides: ParamsOf<'diff'>): vscode.Uri {
  const name = `${sideName(sides.a)} → ${sideName(sides.b)}`;
  return vscode.Uri.from({
    scheme: SCHEME,
    path: `/heldout-comparison/${name}`,
    query: JSON.stringify(diffQuery.parse(sides)),
  });
}

function sideName(side: string): string {
  if (side === '.') return vscode.l10n.t('now');
  const name = side.startsWith('rev:') ? side.slice('rev:'.length) : path.basename(side);
  return name.replaceAll('/', '∕');
}
