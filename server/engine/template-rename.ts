import type { DecisionDraft } from '../catalog/decision-log.ts';
import type { Decision, Subject } from '../protocol.ts';
import type { Session } from './session.ts';

/** A template that got another name in its file. */
export interface Renamed {
  task: string;
  from: string;
  to: string;
}

/**
 * Rulings name a template. After a rename, those that stand are made again under the new name, disagreements
 * included, on the evidence that they were made on; the old ones stay in the log. Nothing is done where the
 * new name was ruled on before.
 */
export function carryRulings(session: Session, { task, from, to }: Renamed): Decision[] {
  const old = session.log.heads({ kind: 'template', task, template: from });
  const subject = { kind: 'template' as const, task, template: to };
  if (session.log.heads(subject).length > 0) return [];
  const drafts = old.map((decision) => carried(session, decision, subject, from));
  return session.log.append(drafts, session.reviewer);
}

/** A decision to be made again under the name that its subject has got. */
export function carried(
  session: Session,
  { verdict, reason, reviewer, evidence }: Decision,
  subject: Subject,
  from: string,
): DecisionDraft {
  const who = reviewer === session.reviewer ? '' : `, ruled by ${reviewer}`;
  const words = `renamed from "${from}"${who}${reason ? `: ${reason}` : ''}`;
  return { subject, verdict, reason: words, evidence, replaces: [] };
}

/** Whether the catalogue knows a template under its new name; undefined where it knows neither name. */
export function renameArrived(session: Session, { task, from, to }: Renamed): boolean | undefined {
  const names = new Set(session.catalog.task(task)?.facts.templates.map(({ name }) => name));
  if (names.has(from)) return false;
  return names.has(to) ? true : undefined;
}
