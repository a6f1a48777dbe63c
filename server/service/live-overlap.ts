import { fileURLToPath } from 'node:url';
import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  DiagnosticSeverity,
  type TextDocuments,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import * as z from 'zod';
import { messageOf } from '../base/problem.ts';
import { type LiveOverlap, LiveOverlapFinder } from '../engine/live/live-overlap.ts';
import type { Session } from '../engine/session.ts';
import type { PublishedDiagnostics } from './published.ts';

const OWNER = 'overlap';
/** A document is looked at when nothing more was typed for this long. */
const QUIET_MS = 300;
/** Stretches shown in one file; of more their number is said. */
const MOST = 500;
const MEGABYTE = 1_000_000;

/** The pair that a diagnostic is about; comes back with it when an editor asks for quick fixes. */
const pairData = z.object({ train: z.string(), eval: z.string() });

/** The command of the extension that shows a pair; its argument is the pair and the file that was looked at. */
const REVIEW = 'heldout.reviewShared';

export interface LiveOverlapOptions {
  documents: TextDocuments<TextDocument>;
  published: PublishedDiagnostics;
  session: () => Session | undefined;
  /** Of the largest file that is looked at, in megabytes; 0 turns it off. */
  megabytes: number;
  onError: (message: string) => void;
}

/** While a person edits a train task's file, what it shares with eval tasks is underlined. */
export class LiveOverlapDiagnostics {
  readonly #options: LiveOverlapOptions;
  readonly #waiting = new Map<string, NodeJS.Timeout>();
  readonly #running = new Map<string, AbortController>();
  #finder: { session: Session; finder: LiveOverlapFinder } | undefined;

  constructor(options: LiveOverlapOptions) {
    this.#options = options;
    const { documents } = options;
    documents.onDidChangeContent(({ document }) => this.#soon(document.uri));
    documents.onDidClose(({ document }) => this.#forget(document.uri));
  }

  /** The eval tasks or what is known of the files may have changed: looks at every open document again. */
  refresh(): void {
    for (const { uri } of this.#options.documents.all()) this.#soon(uri);
  }

  /** The quick fixes of the diagnostics that an editor names. */
  codeActions(uri: string, diagnostics: readonly Diagnostic[]): CodeAction[] {
    return diagnostics.flatMap((diagnostic) => {
      const pair = diagnostic.code === OWNER ? pairData.safeParse(diagnostic.data) : undefined;
      if (!pair?.success) return [];
      const title = `Review the pair ${pair.data.train} → ${pair.data.eval}`;
      const command = { title, command: REVIEW, arguments: [{ ...pair.data, uri }] };
      return [{ title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], command }];
    });
  }

  close(): void {
    for (const timer of this.#waiting.values()) clearTimeout(timer);
    for (const running of this.#running.values()) running.abort();
  }

  #soon(uri: string): void {
    if (!uri.startsWith('file:') || this.#options.megabytes === 0) return;
    this.#running.get(uri)?.abort();
    clearTimeout(this.#waiting.get(uri));
    const look = () => {
      this.#waiting.delete(uri);
      this.#look(uri).catch((error: unknown) => this.#options.onError(`${uri}: ${messageOf(error)}`));
    };
    this.#waiting.set(uri, setTimeout(look, QUIET_MS));
  }

  #forget(uri: string): void {
    clearTimeout(this.#waiting.get(uri));
    this.#waiting.delete(uri);
    this.#running.get(uri)?.abort();
    if (uri.startsWith('file:')) this.#finder?.finder.forget(fileURLToPath(uri));
    this.#options.published.set(OWNER, uri, []);
  }

  async #look(uri: string): Promise<void> {
    const { documents, published, megabytes } = this.#options;
    const document = documents.get(uri);
    const finder = this.#finderNow();
    if (!document || !finder) return;
    const path = fileURLToPath(uri);
    if (!finder.concerns(path)) {
      published.set(OWNER, uri, []);
      return;
    }
    const source = document.getText();
    if (source.length > megabytes * MEGABYTE) {
      published.set(OWNER, uri, [tooLarge(source.length, megabytes)]);
      return;
    }
    const running = new AbortController();
    this.#running.set(uri, running);
    try {
      const found = await finder.find(path, source, running.signal);
      // What was found in an older text would be underlined at the wrong places.
      if (running.signal.aborted || documents.get(uri)?.version !== document.version) return;
      published.set(OWNER, uri, diagnosticsOf(found));
    } catch (error) {
      if (!running.signal.aborted) throw error;
    } finally {
      if (this.#running.get(uri) === running) this.#running.delete(uri);
    }
  }

  #finderNow(): LiveOverlapFinder | undefined {
    const session = this.#options.session();
    if (!session) return undefined;
    if (this.#finder?.session !== session) this.#finder = { session, finder: new LiveOverlapFinder(session) };
    return this.#finder.finder;
  }
}

function diagnosticsOf(found: readonly LiveOverlap[]): Diagnostic[] {
  const diagnostics = found.slice(0, MOST).map((one) => information(one.range, messageFor(one), one));
  const more = found.length - diagnostics.length;
  if (more > 0) {
    const start = { line: 1, column: 1, endLine: 1, endColumn: 2 };
    diagnostics.unshift(information(start, `${more} more stretches of this file stand in eval tasks too`));
  }
  return diagnostics;
}

function messageFor({ words, eval: held, example, others, boilerplate }: LiveOverlap): string {
  const rest = others === 0 ? '' : others === 1 ? ', and in 1 other eval task' : `, and in ${others} others`;
  const kind = boilerplate ? ' (boilerplate there: template text, or text of most of its examples)' : '';
  return `${words} words in a row stand in the eval task ${held} too, example ${example}${rest}${kind}`;
}

function information(
  { line, column, endLine, endColumn }: LiveOverlap['range'],
  message: string,
  pair?: Pick<LiveOverlap, 'train' | 'eval'>,
): Diagnostic {
  return {
    range: {
      start: { line: line - 1, character: column - 1 },
      end: { line: endLine - 1, character: endColumn - 1 },
    },
    message,
    severity: DiagnosticSeverity.Information,
    source: 'heldout',
    code: OWNER,
    ...(pair?.train ? { data: { train: pair.train, eval: pair.eval } } : {}),
  };
}

function tooLarge(length: number, megabytes: number): Diagnostic {
  const size = (length / MEGABYTE).toFixed(1);
  return information(
    { line: 1, column: 1, endLine: 1, endColumn: 2 },
    `shared text is not underlined in this file: it has ${size} million characters, the setting ` +
      `heldout.liveOverlap.maxMegabytes allows ${megabytes}; its pairs are found when it is saved`,
  );
}
