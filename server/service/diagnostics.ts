import { pathToFileURL } from 'node:url';
import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver';
import type { Problem } from '../base/problem.ts';
import type { PublishedDiagnostics } from './published.ts';
import type { Workspace } from './workspace.ts';

const OWNER = 'problems';
const published = new WeakMap<Workspace, Set<string>>();

/** Faults of the bench's files and skipped records, in the Problems view at their lines. */
export function publishProblems(
  all: PublishedDiagnostics,
  workspace: Workspace,
  saidElsewhere: (file: string) => boolean,
): void {
  const byFile = new Map<string, Diagnostic[]>();
  for (const problem of problemsOf(workspace)) {
    if (saidElsewhere(problem.file)) continue;
    const diagnostics = byFile.get(problem.file) ?? [];
    byFile.set(problem.file, diagnostics);
    diagnostics.push(diagnosticOf(problem));
  }
  const before = published.get(workspace) ?? new Set();
  for (const file of before) if (!byFile.has(file)) all.set(OWNER, uriOf(file), []);
  for (const [file, diagnostics] of byFile) all.set(OWNER, uriOf(file), diagnostics);
  published.set(workspace, new Set(byFile.keys()));
}

function problemsOf(workspace: Workspace): Problem[] {
  if (workspace.fault) return [workspace.fault];
  const { session } = workspace;
  if (!session) return [];
  const skipped = session.catalog.skipped().map(
    ({ file, line, reason }): Problem => ({
      file,
      line,
      message: `skipped: ${reason}`,
      severity: 'warning',
    }),
  );
  return [...session.problems(), ...skipped];
}

function diagnosticOf({ line, column, message, severity, code }: Problem): Diagnostic {
  const at = { line: Math.max(0, (line ?? 1) - 1), character: Math.max(0, (column ?? 1) - 1) };
  return {
    // VS Code underlines the whole word where a fault begins and has no end.
    range: { start: at, end: { line: at.line, character: at.character + (column === undefined ? 1 : 0) } },
    message,
    severity: severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    source: 'heldout',
    code,
  };
}

function uriOf(file: string): string {
  return pathToFileURL(file).href;
}
