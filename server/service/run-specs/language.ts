import {
  type CodeLens,
  type CompletionItem,
  CompletionItemKind,
  type Diagnostic,
  DiagnosticSeverity,
  type Hover,
  type Position,
  type TextDocuments,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { messageOf, type Problem } from '../../base/problem.ts';
import { groundOf } from '../../engine/training/ground.ts';
import { isRunSpec, type ReadRunSpec, readRunSpec } from '../../jobs/run-spec/resolve.ts';
import { descriptionAt, keysAt, valuesAt } from '../../jobs/run-spec/words.ts';
import { Later } from '../later.ts';
import type { PublishedDiagnostics } from '../published.ts';
import { pathOfUri } from '../templates/open-text.ts';
import { resolvedWord } from './hover.ts';
import { placeAt } from './place.ts';

const OWNER = 'run specs';
/** A file is checked when nothing was typed for this long. */
const QUIET_MS = 200;

interface Parts {
  documents: TextDocuments<TextDocument>;
  published: PublishedDiagnostics;
  onProblem: (message: string) => void;
}

/** Run specs in an editor: faults as they are typed, what a key means and stands for, what may be written. */
export class RunSpecLanguage {
  readonly #parts: Parts;
  readonly #waiting = new Map<string, Later>();
  #ground: ReturnType<typeof groundOf> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { documents, published } = parts;
    documents.onDidChangeContent(({ document: { uri } }) => {
      if (!this.#specAt(uri)) return;
      const later = this.#waiting.get(uri) ?? new Later(QUIET_MS, () => void this.#check(uri));
      this.#waiting.set(uri, later);
      later.wake();
    });
    documents.onDidClose(({ document: { uri } }) => {
      this.#waiting.get(uri)?.close();
      if (this.#waiting.delete(uri)) published.set(OWNER, uri, []);
    });
  }

  /** Whether it answers for a document. */
  has(uri: string): boolean {
    return this.#specAt(uri) !== undefined;
  }

  async hover(uri: string, position: Position): Promise<Hover | null> {
    const open = this.#specAt(uri);
    if (!open) return null;
    const { document } = open;
    const line = document.getText().split('\n')[position.line] ?? '';
    const word = wordAt(line, position.character);
    if (!word) return null;
    const place = placeAt(document.getText(), document.offsetAt({ ...position, character: word.from }));
    if (!place) return null;
    const path = [...place.path, place.key ?? word.text];
    const description = descriptionAt(path);
    if (description === undefined) return null;
    const stands = resolvedWord(await this.#read(open), path);
    const value = stands === undefined ? description : `${description}\n\n\`${stands}\``;
    return { contents: { kind: 'markdown', value } };
  }

  completion(uri: string, position: Position): CompletionItem[] {
    const open = this.#specAt(uri);
    const place = open && placeAt(open.document.getText(), open.document.offsetAt(position));
    if (!place) return [];
    if (place.key !== undefined) {
      const words = valuesAt([...place.path, place.key]);
      return words.map((label) => ({ label, kind: CompletionItemKind.EnumMember }));
    }
    return keysAt(place.path).map(({ name, description }) => ({
      label: name,
      kind: CompletionItemKind.Property,
      insertText: `${name}: `,
      detail: description,
      ...(valuesAt([...place.path, name]).length > 0
        ? { command: { title: '', command: 'editor.action.triggerSuggest' } }
        : {}),
    }));
  }

  codeLenses(uri: string): CodeLens[] {
    const open = this.#specAt(uri);
    if (!open) return [];
    const start = { line: 0, character: 0 };
    return (
      [
        ['Train', 'heldout.train'],
        ['Train on Slurm', 'heldout.trainOnSlurm'],
        ['Estimate', 'heldout.estimate'],
      ] as const
    ).map(([title, command]) => ({
      range: { start, end: start },
      command: { title, command, arguments: [open.file] },
    }));
  }

  close(): void {
    for (const later of this.#waiting.values()) later.close();
  }

  async #check(uri: string): Promise<void> {
    const open = this.#specAt(uri);
    if (!open) return;
    const { version } = open.document;
    try {
      const { problems } = await this.#read(open);
      if (this.#specAt(uri)?.document.version === version)
        this.#parts.published.set(
          OWNER,
          uri,
          problems.map((problem) => diagnosticOf(problem, open.document)),
        );
    } catch (error) {
      this.#parts.onProblem(`${open.file}: ${messageOf(error)}`);
    }
  }

  async #read({ file, document }: { file: string; document: TextDocument }): Promise<ReadRunSpec> {
    // The GPUs of a machine don't change while a file is edited.
    this.#ground ??= groundOf(undefined);
    try {
      return readRunSpec(file, document.getText(), await this.#ground);
    } catch (error) {
      this.#ground = undefined;
      throw error;
    }
  }

  #specAt(uri: string): { file: string; document: TextDocument } | undefined {
    const file = pathOfUri(uri);
    const document = file && isRunSpec(file) ? this.#parts.documents.get(uri) : undefined;
    return file && document ? { file, document } : undefined;
  }
}

/** A fault covers the word that it stands at. */
function diagnosticOf({ line, column, message, severity }: Problem, document: TextDocument): Diagnostic {
  const start = { line: Math.max(0, (line ?? 1) - 1), character: Math.max(0, (column ?? 1) - 1) };
  const text = document.getText().split('\n')[start.line] ?? '';
  const length = /^[\w.-]+/u.exec(text.slice(start.character))?.[0].length ?? 1;
  return {
    range: { start, end: { line: start.line, character: start.character + length } },
    message,
    severity: severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    source: 'heldout',
  };
}

function wordAt(line: string, character: number): { text: string; from: number } | undefined {
  for (const { 0: text, index } of line.matchAll(/[\w.-]+/gu)) {
    if (index <= character && character <= index + text.length) return { text, from: index };
  }
  return undefined;
}
