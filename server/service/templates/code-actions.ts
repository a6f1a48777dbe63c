import { type CodeAction, CodeActionKind, type Diagnostic, type Range } from 'vscode-languageserver';
import type { Finding, Fix, TextEdit } from '../../templates/types.ts';
import { allFindings, diagnosticOf } from './diagnostics.ts';
import { lspRange, type OpenTemplates } from './documents.ts';
import type { LiveResult, LiveTask } from './live-check.ts';

/** Findings that a declaration would make precise. */
const ABOUT_THE_TASK = new Set(['alters-semantics', 'task-inverted', 'metadata-contradiction']);

/** The quick fixes of the findings in a range. */
export function codeActions({ open, tasks }: LiveResult, range: Range): CodeAction[] {
  const file = open.file.faults.filter((fault) => touches(lspRange(fault), range));
  return [
    ...file.flatMap((finding) => fixesOf(open, finding, undefined)),
    ...tasks.flatMap((task) => {
      const here = allFindings(task).filter((finding) => touches(lspRange(finding), range));
      return [...here.flatMap((finding) => fixesOf(open, finding, task)), ...declaring(task, here)];
    }),
  ];
}

function fixesOf(open: OpenTemplates, finding: Finding, task: LiveTask | undefined): CodeAction[] {
  const diagnostics = [diagnosticOf(finding)];
  return (finding.fixes ?? []).flatMap((fix) => {
    if (fix.kind === 'edit') return [edited(open, fix, diagnostics)];
    const used = task?.used.map(({ id }) => ({ task: id, template: finding.template! })) ?? [];
    if (used.length === 0 || finding.template === undefined) return [];
    return [
      {
        title: fix.title,
        kind: CodeActionKind.QuickFix,
        diagnostics,
        command: { title: fix.title, command: 'heldout.templates.markAltering', arguments: used },
      },
    ];
  });
}

function edited(
  { document }: OpenTemplates,
  { title, edits }: Extract<Fix, { kind: 'edit' }>,
  diagnostics: Diagnostic[],
): CodeAction {
  const changes = edits.map((edit: TextEdit) => ({ range: lspRange(edit), newText: edit.text }));
  return {
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics,
    edit: { changes: { [document.uri]: changes } },
  };
}

function declaring({ used }: LiveTask, here: readonly Finding[]): CodeAction[] {
  const about = here.filter(({ code }) => ABOUT_THE_TASK.has(code));
  if (about.length === 0) return [];
  return used.map(({ id }) => {
    const title = used.length > 1 ? `Declare what ${id} asks for…` : 'Declare what this task asks for…';
    return {
      title,
      kind: CodeActionKind.QuickFix,
      diagnostics: about.map(diagnosticOf),
      command: { title, command: 'heldout.templates.declare', arguments: [id] },
    };
  });
}

function touches(a: Range, b: Range): boolean {
  const before = (one: Range, other: Range) =>
    one.end.line < other.start.line ||
    (one.end.line === other.start.line && one.end.character < other.start.character);
  return !before(a, b) && !before(b, a);
}
