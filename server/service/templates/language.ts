import {
  type CodeAction,
  CodeLensRefreshRequest,
  type Connection,
  type Position,
  type Range,
  type ServerCapabilities,
  type TextDocuments,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Changed } from '../../protocol.ts';
import type { PublishedDiagnostics } from '../published.ts';
import type { Workspace } from '../workspace.ts';
import { BackgroundCheck } from './background.ts';
import { codeActions } from './code-actions.ts';
import { codeLenses } from './code-lenses.ts';
import { COMPLETION_TRIGGERS, completion } from './completion.ts';
import { BenchContext } from './context.ts';
import { definition } from './definition.ts';
import { diagnosticsOf } from './diagnostics.ts';
import { type OpenTemplates, templatesIn } from './documents.ts';
import { hover } from './hover.ts';
import { LiveCheck } from './live-check.ts';
import { PendingRenames } from './pending-renames.ts';
import { prepareRename, rename } from './rename.ts';
import { LEGEND, semanticTokens } from './semantic-tokens.ts';

const OWNER = 'templates';

export const TEMPLATE_CAPABILITIES: ServerCapabilities = {
  hoverProvider: true,
  completionProvider: { triggerCharacters: COMPLETION_TRIGGERS },
  definitionProvider: true,
  renameProvider: { prepareProvider: true },
  codeLensProvider: {},
  semanticTokensProvider: { legend: LEGEND, full: true },
};

/** Files of templates in an editor: what standard LSP asks of them, and their findings as they are typed. */
export class TemplateLanguage {
  readonly #connection: Connection;
  readonly #documents: TextDocuments<TextDocument>;
  readonly #workspace: () => Workspace | undefined;
  readonly #live: LiveCheck;
  readonly #background: BackgroundCheck;
  readonly #renames = new PendingRenames();
  /** Whether the client takes word that its CodeLenses are old. */
  refreshLenses = false;

  constructor(
    connection: Connection,
    documents: TextDocuments<TextDocument>,
    published: PublishedDiagnostics,
    workspace: () => Workspace | undefined,
    onOpenedOrClosed: () => void,
  ) {
    this.#connection = connection;
    this.#documents = documents;
    this.#workspace = workspace;
    const onProblem = (message: string) => connection.console.error(message);
    this.#background = new BackgroundCheck(workspace, onProblem);
    this.#live = new LiveCheck(
      documents,
      () => this.#bench(),
      (result) => published.set(OWNER, result.open.document.uri, diagnosticsOf(result, this.#bench())),
      onProblem,
    );
    documents.onDidChangeContent(({ document }) => this.#live.changed(document));
    documents.onDidOpen(({ document }) => {
      if (templatesIn(document)) onOpenedOrClosed();
    });
    documents.onDidClose(({ document }) => {
      this.#live.closed(document);
      published.set(OWNER, document.uri, []);
      if (templatesIn(document)) onOpenedOrClosed();
    });
    this.#answer();
  }

  /** Whether a file of templates is open: its faults are told as its text stands, not as it was imported. */
  has(file: string): boolean {
    return this.#documents.all().some((document) => templatesIn(document)?.path === file);
  }

  /** Quick fixes; an editor asks for those of all parts of the server at once. */
  async codeActions(uri: string, range: Range): Promise<CodeAction[]> {
    return (await this.#checked(uri, (result) => codeActions(result, range))) ?? [];
  }

  /** Views were told of a change: what is known of templates may be old. */
  onChanged(what: Changed['what']): void {
    const workspace = this.#workspace();
    if (workspace?.session && this.#renames.settle(workspace.session)) {
      workspace.changed('decisions', 'state', 'tasks', 'templates');
      return;
    }
    this.#background.wake();
    if (!what.some((one) => one === 'templates' || one === 'decisions' || one === 'tasks')) return;
    this.#live.benchChanged();
    this.lensesChanged();
  }

  /** Something that stands over the templates is old: their scores, when results came. */
  lensesChanged(): void {
    if (this.refreshLenses) void this.#connection.sendRequest(CodeLensRefreshRequest.type);
  }

  #bench(): BenchContext {
    return new BenchContext(this.#workspace()?.session);
  }

  hover(uri: string, position: Position) {
    return this.#in(uri, (open) => hover(open, this.#bench(), position));
  }

  completion(uri: string, position: Position) {
    return this.#in(uri, (open) => completion(open, this.#bench(), position));
  }

  codeLenses(uri: string) {
    return this.#checked(uri, (result) => codeLenses(result, this.#bench()));
  }

  #answer(): void {
    const connection = this.#connection;
    connection.onDefinition(({ textDocument, position }) =>
      this.#in(textDocument.uri, (open) => definition(open, this.#bench(), position)),
    );
    connection.onPrepareRename(({ textDocument, position }) =>
      this.#in(textDocument.uri, (open) => prepareRename(open, position)),
    );
    connection.onRenameRequest(({ textDocument, position, newName }) =>
      this.#in(textDocument.uri, (open) => rename(open, this.#bench(), this.#renames, position, newName)),
    );
    connection.languages.semanticTokens.on(({ textDocument }) => {
      const document = this.#documents.get(textDocument.uri);
      const open = document && templatesIn(document);
      return open ? semanticTokens(open) : { data: [] };
    });
  }

  #in<T>(uri: string, answer: (open: OpenTemplates) => T): T | null {
    const document = this.#documents.get(uri);
    const open = document && templatesIn(document);
    return open && !open.tooLarge ? answer(open) : null;
  }

  async #checked<T>(
    uri: string,
    answer: (result: NonNullable<Awaited<ReturnType<LiveCheck['current']>>>) => T,
  ): Promise<T | null> {
    const document = this.#documents.get(uri);
    const result = document && (await this.#live.current(document));
    return result ? answer(result) : null;
  }
}
