import { InputError } from '../base/problem.ts';
import { nearest } from '../bench/nearest.ts';
import type { Decision, Ruling, TaskDeclaration } from '../protocol.ts';
import { type Proposal, parseDeclaration } from '../templates/declaration.ts';
import type { Declaration } from '../templates/types.ts';
import type { Session } from './session.ts';
import { findTask } from './task-rows.ts';
import { checksOf } from './template-checks.ts';

/** What people declared of a task; nothing counts while they disagree. */
export function declarationOf(session: Session, task: string): Declaration | undefined {
  const { verdict } = session.log.state({ kind: 'declaration', task });
  return verdict === undefined ? undefined : parseDeclaration(verdict);
}

/** The declaration as views show it: what was declared, or else what is proposed. */
export function declarationView(session: Session, task: string, proposal: Proposal): TaskDeclaration {
  const { heads, conflict } = session.log.state({ kind: 'declaration', task });
  const rulings = heads.map(rulingOf);
  const declared = declarationOf(session, task);
  if (declared) return { state: 'declared', ...declared, rulings };
  const { inputs, targets, confidence } = proposal;
  return { state: conflict ? 'conflict' : 'proposed', inputs, targets, confidence, rulings };
}

export function rulingOf({ id, verdict, reason, reviewer, time }: Decision): Ruling {
  return { id, verdict, reason, reviewer, time };
}

/** Declares a task's fields; returns when the decision is on disk. Throws InputError on a field that nothing knows. */
export async function declareTask(
  session: Session,
  id: string,
  given: Declaration,
  reason: string,
): Promise<Decision[]> {
  const task = findTask(session, id);
  const known = await checksOf(session).fieldNames(task);
  for (const name of [...given.inputs, ...given.targets]) checkField(id, name, known);
  if (given.targets.length > 3) throw new InputError(`${id}: a task has at most three targets`);
  // Sorted, so that two people who say the same agree.
  const sorted = (names: readonly string[]) => [...new Set(names)].sort();
  const verdict = JSON.stringify({ inputs: sorted(given.inputs), targets: sorted(given.targets) });
  const subject = { kind: 'declaration' as const, task: id };
  return session.log.append([{ subject, verdict, reason, evidence: '' }], session.reviewer);
}

/** A path (`answers.text`) is known by the field that it starts at. */
function checkField(task: string, name: string, known: readonly string[]): void {
  const root = name.split('.', 1)[0]!;
  if (known.includes(name) || known.includes(root)) return;
  const guess = nearest(root, known);
  const hint = guess ? `did you mean "${guess}"?` : `it has ${known.join(', ') || 'none that is known'}`;
  throw new InputError(`${task} has no field "${name}": ${hint}`);
}
