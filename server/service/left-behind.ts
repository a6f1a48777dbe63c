import { pathToFileURL } from 'node:url';
import { type CodeAction, CodeActionKind, type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver';
import * as z from 'zod';
import { messageOf } from '../base/problem.ts';
import { leftBehind, leftBehindInWords } from '../engine/left-behind.ts';
import type { Session } from '../engine/session.ts';
import type { PublishedDiagnostics } from './published.ts';

const OWNER = 'left-behind';
const CODE = 'decision-left-behind';
const CARRY = 'heldout.carryDecisions';

/** What the quick fix hands to its command: the old name. */
const old = z.object({ task: z.string(), template: z.string().optional(), to: z.string() });

/** Decisions on tasks and templates that have another name by now, at their lines, with the step that mends it. */
export class LeftBehindDiagnostics {
  readonly #published: PublishedDiagnostics;
  readonly #session: () => Session | undefined;
  readonly #onError: (message: string) => void;
  /** What was looked at last. */
  #version: string | undefined;

  constructor(
    published: PublishedDiagnostics,
    session: () => Session | undefined,
    onError: (message: string) => void,
  ) {
    this.#published = published;
    this.#session = session;
    this.#onError = onError;
  }

  /** Something changed: looks again where it may be the bench, its tasks or its decisions. */
  wake(): void {
    const session = this.#session();
    const version = session && `${session.root} ${session.version()}`;
    if (version === this.#version) return;
    this.#version = version;
    if (!session) {
      this.#published.clear(OWNER);
      return;
    }
    this.#show(session, version!).catch((error: unknown) => {
      if (session.closing.aborted) return;
      this.#onError(`what was renamed since decisions were made can't be told: ${messageOf(error)}`);
    });
  }

  /** The quick fixes of the diagnostics that an editor names. */
  codeActions(diagnostics: readonly Diagnostic[]): CodeAction[] {
    return diagnostics.flatMap((diagnostic) => {
      const data = diagnostic.code === CODE ? old.safeParse(diagnostic.data) : undefined;
      if (!data?.success) return [];
      const title = `Carry the decisions over to ${data.data.to}`;
      const command = { title, command: CARRY, arguments: [data.data] };
      return [
        { title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], isPreferred: true, command },
      ];
    });
  }

  async #show(session: Session, version: string): Promise<void> {
    const found = await leftBehind(session);
    // Meanwhile something else may have changed, and be looked at already.
    if (this.#version !== version) return;
    const diagnostics = found.map((one): Diagnostic => {
      const { task, template, to, line } = one;
      const at = { line: line - 1, character: 0 };
      return {
        range: { start: at, end: { line, character: 0 } },
        message: leftBehindInWords(one),
        severity: DiagnosticSeverity.Warning,
        source: 'heldout',
        code: CODE,
        data: { task, template, to } satisfies z.infer<typeof old>,
      };
    });
    this.#published.set(OWNER, pathToFileURL(session.log.path).href, diagnostics);
  }
}
