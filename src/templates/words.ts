import * as vscode from 'vscode';
import * as z from 'zod';
import type { Ruling, TaskDeclaration, TemplateCheck, TemplateFinding } from '../../server/protocol.ts';

/** A kind of finding in a few words; a code that is not known here stands for itself. */
export function codeWord(code: string): string {
  const words: Record<string, string> = {
    'alters-semantics': vscode.l10n.t('alters the task'),
    'task-inverted': vscode.l10n.t('whole task inverted'),
    'jinja-error': vscode.l10n.t('Jinja error'),
    'unknown-field': vscode.l10n.t('unknown field'),
    'no-separator': vscode.l10n.t('no |||'),
    'several-separators': vscode.l10n.t('several |||'),
    'empty-target': vscode.l10n.t('empty target'),
    'answer-in-source': vscode.l10n.t('answer in the source'),
    'choices-missing': vscode.l10n.t('choices missing'),
    'duplicate-template': vscode.l10n.t('duplicate'),
    'metadata-contradiction': vscode.l10n.t('metadata contradicts the text'),
    'template-incomplete': vscode.l10n.t('incomplete'),
    'yaml-error': vscode.l10n.t('YAML error'),
    'yaml-unknown-tag': vscode.l10n.t('unknown YAML tag'),
    'yaml-duplicate-key': vscode.l10n.t('duplicate YAML key'),
    'file-unreadable': vscode.l10n.t('file can’t be read'),
  };
  return words[code] ?? code;
}

/** How a template alters its task, in a few words. */
function kindWord(kind: string): string {
  const words: Record<string, string> = {
    inverted: vscode.l10n.t('asks for the input'),
    'generation-for-answer': vscode.l10n.t('asks for a text to be written'),
    'operation-on-target': vscode.l10n.t('operates on the target'),
    'choices-changed': vscode.l10n.t('changes the choices'),
    'other-field': vscode.l10n.t('asks for another field'),
  };
  return words[kind] ?? kind;
}

export function findingWord(finding: TemplateFinding): string {
  return finding.kind ? kindWord(finding.kind) : codeWord(finding.code);
}

const SEVERITIES: TemplateFinding['severity'][] = ['error', 'warning', 'information'];

/** The finding that matters most: the most severe; of those one about the meaning, then the surest. */
export function worstFinding({ findings }: Pick<TemplateCheck, 'findings'>): TemplateFinding | undefined {
  const rank = ({ severity, kind, score }: TemplateFinding) =>
    2 * SEVERITIES.indexOf(severity) - (kind === undefined ? 0 : 1) - score / 2;
  return findings.reduce<TemplateFinding | undefined>(
    (worst, finding) => (worst && rank(worst) <= rank(finding) ? worst : finding),
    undefined,
  );
}

/** "question, passage → answer"; what is not there is said. */
export function declarationFields({ inputs, targets }: Pick<TaskDeclaration, 'inputs' | 'targets'>): string {
  const names = (fields: readonly string[], none: string) => (fields.length > 0 ? fields.join(', ') : none);
  const given = names(inputs, vscode.l10n.t('nothing given'));
  return `${given} → ${names(targets, vscode.l10n.t('none of the fields'))}`;
}

const declared = z.object({ inputs: z.array(z.string()), targets: z.array(z.string()) });

/** What a ruling on a declaration says: its verdict is JSON. Undefined where it is none. */
export function declaredIn({ verdict }: Ruling): z.infer<typeof declared> | undefined {
  try {
    const parsed = declared.safeParse(JSON.parse(verdict));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

export function declarationState(state: TaskDeclaration['state']): string {
  switch (state) {
    case 'proposed':
      return vscode.l10n.t('proposed');
    case 'declared':
      return vscode.l10n.t('declared');
    case 'conflict':
      return vscode.l10n.t('reviewers disagree');
  }
}
