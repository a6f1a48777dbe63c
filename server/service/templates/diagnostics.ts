import { type Diagnostic, DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver';
import { rowsOf } from '../../engine/template-rows.ts';
import type { TemplateCheck } from '../../protocol.ts';
import type { Finding, Severity } from '../../templates/types.ts';
import type { BenchContext } from './context.ts';
import { lspRange, TOO_LARGE } from './documents.ts';
import type { LiveResult, LiveTask } from './live-check.ts';

const SEVERITY: Record<Severity, DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
};

/** What stands in the text as a finding, with the reason in words. */
export function diagnosticsOf({ open, tasks }: LiveResult, bench: BenchContext): Diagnostic[] {
  if (open.tooLarge) return [tooLarge()];
  return [
    ...open.file.faults.map(diagnosticOf),
    ...tasks.flatMap((task) => {
      const ruled = ruledTemplates(task, bench);
      return [
        ...allFindings(task)
          .filter((finding) => !isSettled(finding, ruled))
          .map(diagnosticOf),
        ...leftOut(task, ruled),
      ];
    }),
  ];
}

/** Every finding on a task, each once. */
export function allFindings({ checked }: LiveTask): Finding[] {
  return [...new Set([...checked.findings, ...checked.templates.flatMap(({ findings }) => findings)])];
}

export function diagnosticOf(finding: Finding): Diagnostic {
  const { code, severity, score, message } = finding;
  const sure = code === 'alters-semantics' || code === 'task-inverted';
  return {
    range: lspRange(finding),
    severity: SEVERITY[severity],
    code,
    source: 'heldout',
    message: sure ? `${message} (${Math.round(score * 100)} % sure)` : message,
  };
}

/** What people ruled on the templates, as the text stands now. */
function ruledTemplates({ checked, used }: LiveTask, { session }: BenchContext): Map<string, TemplateCheck> {
  if (!session || used.length === 0) return new Map();
  const decided = rowsOf(session, checked).filter(({ state }) => state === 'decided');
  return new Map(decided.map((row) => [row.template, row]));
}

/** A doubt that a person ruled on is none any more. */
function isSettled({ code, template }: Finding, ruled: ReadonlyMap<string, TemplateCheck>): boolean {
  return code === 'alters-semantics' && template !== undefined && ruled.has(template);
}

function leftOut({ placed }: LiveTask, ruled: ReadonlyMap<string, TemplateCheck>): Diagnostic[] {
  return placed.templates.flatMap(({ template, at }): Diagnostic[] => {
    const [ruling] = ruled.get(template.name)?.rulings ?? [];
    if (ruling?.verdict !== 'alters') return [];
    const reason = ruling.reason ? `: ${ruling.reason}` : '';
    return [
      {
        range: lspRange(at),
        severity: DiagnosticSeverity.Hint,
        tags: [DiagnosticTag.Unnecessary],
        source: 'heldout',
        message: `left out of the bench by ${ruling.reviewer}${reason}`,
      },
    ];
  });
}

function tooLarge(): Diagnostic {
  const start = { line: 0, character: 0 };
  return {
    range: { start, end: { line: 0, character: 1 } },
    severity: DiagnosticSeverity.Information,
    code: 'file-too-large',
    source: 'heldout',
    message: `larger than ${TOO_LARGE / 1048576} MB: not checked while it is open; "heldout check" reads it`,
  };
}
