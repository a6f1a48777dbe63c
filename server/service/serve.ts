import {
  CodeActionKind,
  type Connection,
  LSPErrorCodes,
  ResponseError,
  TextDocumentSyncKind,
  TextDocuments,
  WorkDoneProgress,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type * as z from 'zod';
import { InputError, messageOf } from '../base/problem.ts';
import { measured, type OnStep, rateAndTimeLeft } from '../base/progress.ts';
import { importBench } from '../catalog/import.ts';
import { overlapIsOld, updateOverlap } from '../engine/overlap-run.ts';
import {
  initializationOptions,
  type JobsChanged,
  notifications,
  type RequestName,
  requests,
} from '../protocol.ts';
import type { Call } from './call.ts';
import { publishProblems } from './diagnostics.ts';
import { handlers, signalOf } from './handlers.ts';
import { Later } from './later.ts';
import { LeftBehindDiagnostics } from './left-behind.ts';
import { LiveOverlapDiagnostics } from './live-overlap.ts';
import { PublishedDiagnostics } from './published.ts';
import { RunSpecLanguage } from './run-specs/language.ts';
import { TEMPLATE_CAPABILITIES, TemplateLanguage } from './templates/language.ts';
import { openText } from './templates/open-text.ts';
import { Workspace } from './workspace.ts';

/** Verdicts come in quick succession: what rests on them is made anew when nothing came for this long. */
const RULINGS_QUIET_MS = 2000;

/** The server: standard LSP for what editors know, and the requests of protocol.ts for the rest. */
export function serve(connection: Connection): void {
  const published = new PublishedDiagnostics(connection);
  const documents = new TextDocuments(TextDocument);
  let workspace: Workspace | undefined;
  const templates = new TemplateLanguage(
    connection,
    documents,
    published,
    () => workspace,
    () => showProblems(),
  );
  const onProblem = (message: string) => connection.console.error(message);
  const left = new LeftBehindDiagnostics(published, () => workspace?.session, onProblem);
  const showProblems = () => {
    if (workspace) publishProblems(published, workspace, (file) => templates.has(file));
    left.wake();
  };
  const runSpecs = new RunSpecLanguage({ documents, published, onProblem });
  let liveOverlap: LiveOverlapDiagnostics | undefined;

  const rulings = new Later(RULINGS_QUIET_MS, () => {
    if (workspace?.session && overlapIsOld(workspace.session)) void importQuietly(connection, workspace, []);
  });

  connection.onInitialize(({ initializationOptions: given, capabilities }) => {
    const options = initializationOptions.parse(given);
    workspace = new Workspace(
      options.folder,
      options.reviewer,
      options.trusted,
      (changed) => {
        void connection.sendNotification(notifications.changed.method, changed);
        showProblems();
        templates.onChanged(changed.what);
        if (changed.what.includes('pairs')) liveOverlap?.refresh();
        // Templates may have been left out or taken back, tasks moved to the other side: what is shared is another.
        if (changed.what.includes('decisions')) rulings.wake();
      },
      (ids) =>
        void connection.sendNotification(notifications.jobsChanged.method, { ids } satisfies JobsChanged),
      (paths) => void importQuietly(connection, workspace!, paths),
      (message) => connection.console.warn(message),
    );
    templates.refreshLenses = capabilities.workspace?.codeLens?.refreshSupport === true;
    liveOverlap = new LiveOverlapDiagnostics({
      documents,
      published,
      session: () => workspace!.session,
      megabytes: options.liveOverlapMegabytes,
      onError: (message) => connection.console.error(message),
    });
    return {
      capabilities: {
        textDocumentSync: TextDocumentSyncKind.Incremental,
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
        ...TEMPLATE_CAPABILITIES,
      },
      serverInfo: { name: 'heldout' },
    };
  });
  connection.onInitialized(async () => {
    await workspace!.open();
    // A bench that was imported before is brought up to date; the first import is the person's to start.
    if (workspace!.session && workspace!.session.catalog.tasks().length > 0)
      void importQuietly(connection, workspace!);
  });
  connection.onCodeAction(async ({ textDocument, range, context }) => [
    ...(await templates.codeActions(textDocument.uri, range)),
    ...left.codeActions(context.diagnostics),
    ...liveOverlap!.codeActions(textDocument.uri, context.diagnostics),
  ]);
  connection.onHover(({ textDocument: { uri }, position }) =>
    runSpecs.has(uri) ? runSpecs.hover(uri, position) : templates.hover(uri, position),
  );
  connection.onCompletion(({ textDocument: { uri }, position }) =>
    runSpecs.has(uri) ? runSpecs.completion(uri, position) : templates.completion(uri, position),
  );
  connection.onCodeLens(({ textDocument: { uri } }) =>
    runSpecs.has(uri) ? runSpecs.codeLenses(uri) : templates.codeLenses(uri),
  );
  // The client watches results files.
  connection.onDidChangeWatchedFiles(() => templates.lensesChanged());
  connection.onShutdown(() => {
    runSpecs.close();
    rulings.close();
    liveOverlap?.close();
    workspace?.close();
  });

  for (const name of Object.keys(requests) as RequestName[]) {
    connection.onRequest(requests[name].method, (params: unknown, token) =>
      answer(connection, name, params, { ...ownCall(workspace!), signal: signalOf(token) }),
    );
  }
  documents.listen(connection);
  connection.listen();

  /** A call that no client made. */
  function ownCall(of: Workspace): Call {
    return {
      workspace: of,
      openText: (file) => openText(documents, file),
      signal: new AbortController().signal,
      onStep: () => {},
    };
  }
}

async function answer(
  connection: Connection,
  name: RequestName,
  params: unknown,
  call: Call,
): Promise<unknown> {
  const checked = requests[name].params.safeParse(params ?? {});
  if (!checked.success) {
    throw new ResponseError(LSPErrorCodes.RequestFailed, `${name}: ${checked.error.issues[0]!.message}`);
  }
  const token = (checked.data as { workDoneToken?: string | number }).workDoneToken;
  const progress = token === undefined ? undefined : reporting(connection, token);
  try {
    const handler = handlers[name] as (
      params: z.output<(typeof requests)[typeof name]['params']>,
      call: Call,
    ) => unknown;
    return await handler(checked.data, progress ? { ...call, onStep: progress.onStep } : call);
  } catch (error) {
    if (call.signal.aborted) throw new ResponseError(LSPErrorCodes.RequestCancelled, messageOf(error));
    if (!(error instanceof InputError))
      connection.console.error(error instanceof Error ? String(error.stack) : String(error));
    throw new ResponseError(
      LSPErrorCodes.RequestFailed,
      error instanceof InputError ? error.toString() : messageOf(error),
    );
  } finally {
    progress?.end();
  }
}

/** Work-done progress on the client's token: percent, rate and time left. */
function reporting(connection: Connection, token: string | number): { onStep: OnStep; end: () => void } {
  void connection.sendProgress(WorkDoneProgress.type, token, {
    kind: 'begin',
    title: '',
    percentage: 0,
    cancellable: true,
  });
  const onStep = measured((progress) => {
    const percentage = progress.total > 0 ? Math.floor((progress.done / progress.total) * 100) : 100;
    const message = `${progress.message} · ${rateAndTimeLeft(progress)}`;
    void connection.sendProgress(WorkDoneProgress.type, token, { kind: 'report', percentage, message });
  });
  return { onStep, end: () => void connection.sendProgress(WorkDoneProgress.type, token, { kind: 'end' }) };
}

/** Benches of which an import after a change failed: what was to be read is not known any longer. */
const unsure = new WeakSet<Workspace>();

/**
 * Imports what changed on disk, without a person asking, and brings an overlap scan that was made before up
 * to date: only what changed is scanned again. A fault is told in the log and in the problems.
 */
async function importQuietly(
  connection: Connection,
  workspace: Workspace,
  paths?: readonly string[],
): Promise<void> {
  const quiet = { signal: new AbortController().signal, onStep: () => {} };
  try {
    await workspace.alone(async () => {
      const { session } = workspace;
      if (!session) return;
      const changed = unsure.has(workspace) ? undefined : paths;
      unsure.add(workspace);
      await importBench(session.bench, session.catalog, { ...quiet, changed });
      unsure.delete(workspace);
      if (overlapIsOld(session)) await updateOverlap(session, { ...quiet, onProblem: workspace.onProblem });
    });
    workspace.changed('state', 'tasks', 'pairs');
  } catch (error) {
    connection.console.error(`import after a change: ${messageOf(error)}`);
  }
}
