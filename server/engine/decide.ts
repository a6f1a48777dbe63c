import { InputError } from '../base/problem.ts';
import { type Decision, type PairVerdict, split } from '../protocol.ts';
import { pairRow } from './pair-rows.ts';
import type { Session } from './session.ts';
import { findTask } from './task-rows.ts';

/** Rules on pairs; returns when the decisions are on disk. */
export function decidePairs(
  session: Session,
  pairs: readonly { train: string; eval: string }[],
  verdict: PairVerdict,
  reason: string,
): Decision[] {
  const drafts = pairs.map(({ train, eval: evalTask }) => {
    pairRow(session, train, evalTask);
    const evidence = session.catalog.overlap()!.pair(train, evalTask)!.evidence;
    return { subject: { kind: 'pair' as const, train, eval: evalTask }, verdict, reason, evidence };
  });
  return session.log.append(drafts, session.reviewer);
}

/** Puts tasks into another category or split; `none` leaves them out of the bench. */
export function moveTasks(
  session: Session,
  tasks: readonly string[],
  aspect: 'category' | 'split',
  to: string,
  reason: string,
): Decision[] {
  if (aspect === 'split' && !(split.options as readonly string[]).includes(to)) {
    throw new InputError(
      `a task can be put in train, dev or test, or in none to leave it out, not in "${to}"`,
    );
  }
  if (to.trim() === '') throw new InputError('a category needs a name');
  const drafts = tasks.map((task) => {
    findTask(session, task);
    return { subject: { kind: 'task' as const, task, aspect }, verdict: to, reason, evidence: '' };
  });
  return session.log.append(drafts, session.reviewer);
}

/** Takes decisions back: those named, or the reviewer's last one with all that was decided together with it. */
export function undo(session: Session, ids: readonly string[] | undefined): Decision[] {
  return session.log.undo(ids, session.reviewer);
}
