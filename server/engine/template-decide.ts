import { InputError } from '../base/problem.ts';
import { nearest } from '../bench/nearest.ts';
import type { DecisionDraft } from '../catalog/decision-log.ts';
import type { Decision, TemplateVerdict } from '../protocol.ts';
import type { Session } from './session.ts';
import { findTask } from './task-rows.ts';
import { checksOf } from './template-checks.ts';

/** Rules on templates; returns when the decisions are on disk. Throws InputError where one of them is unknown. */
export async function decideTemplates(
  session: Session,
  templates: readonly { task: string; template: string }[],
  verdict: TemplateVerdict,
  reason: string,
): Promise<Decision[]> {
  const drafts: DecisionDraft[] = [];
  for (const { task: id, template: name } of templates) {
    const { templates: known } = await checksOf(session).check(findTask(session, id));
    const found = known.find(({ template }) => template.name === name);
    if (!found)
      throw unknown(
        id,
        name,
        known.map(({ template }) => template.name),
      );
    const subject = { kind: 'template' as const, task: id, template: name };
    drafts.push({ subject, verdict, reason, evidence: found.evidence });
  }
  return session.log.append(drafts, session.reviewer);
}

function unknown(task: string, name: string, names: readonly string[]): InputError {
  const guess = nearest(name, names);
  const hint = guess ? `did you mean "${guess}"?` : names.join(', ') || 'it has none';
  return new InputError(`${task} has no template "${name}": ${hint}`);
}
