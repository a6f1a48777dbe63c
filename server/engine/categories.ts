import { InputError } from '../base/problem.ts';
import { nearest } from '../bench/nearest.ts';
import { placeTasks } from '../curation/placement.ts';
import { rulingsOf } from '../curation/rulings.ts';
import type { CategoryChange, Decision } from '../protocol.ts';
import type { Session } from './session.ts';
import { findTask } from './task-rows.ts';

/**
 * Gives a category another name; where one is called so already, both become one. Returns when the decision is
 * on disk. Throws InputError where no task is in the category.
 */
export function renameCategory(session: Session, category: string, to: string, reason: string): Decision[] {
  const { name } = checked(session, category, to);
  const since = lastRename(session, category);
  const subject = { kind: 'category' as const, category, ...(since !== undefined && { since }) };
  return session.log.append([{ subject, verdict: name, reason, evidence: '' }], session.reviewer);
}

/** What `renameCategory` would do. */
export function categoryChange(session: Session, category: string, to: string): CategoryChange {
  const { name, tasks, into } = checked(session, category, to);
  const rulings = rulingsOf([
    ...session.log.inForce(),
    {
      ...{ id: '', time: '', reviewer: '', reason: '', evidence: '', replaces: [] },
      subject: { kind: 'category', category },
      verdict: name,
    },
  ]);
  const { placements } = placeTasks(session.catalog.tasks(), session.bench, rulings);
  const moved = session.catalog.tasks().flatMap(({ id }) => {
    const [from, then] = [session.placementOf(id).split, placements.get(id)!.split];
    return from === then ? [] : [{ task: id, from, to: then }];
  });
  return { category, to: name, tasks, into, moved };
}

/** Puts tasks into categories, all in one step; returns when the decisions are on disk. */
export function assignCategories(
  session: Session,
  moves: readonly { task: string; to: string; reason: string }[],
): Decision[] {
  const drafts = moves.map(({ task, to, reason }) => {
    findTask(session, task);
    const subject = { kind: 'task' as const, task, aspect: 'category' as const };
    return { subject, verdict: nameOf(to), reason, evidence: '' };
  });
  return session.log.append(drafts, session.reviewer);
}

/** What is called so now has the name since an earlier category gave it up: the decision that says that. */
function lastRename(session: Session, category: string): string | undefined {
  return session.log
    .inForce()
    .findLast(({ subject }) => subject.kind === 'category' && subject.category === category)?.id;
}

function checked(session: Session, category: string, to: string) {
  const name = nameOf(to);
  const counts = new Map<string, number>();
  for (const { category: one } of session.placements().values()) counts.set(one, (counts.get(one) ?? 0) + 1);
  const tasks = counts.get(category);
  if (tasks === undefined) {
    const guess = nearest(category, [...counts.keys()]);
    const hint = guess ? `did you mean "${guess}"?` : 'see the Task Explorer for those that exist';
    throw new InputError(`no category is called "${category}": ${hint}`);
  }
  if (name === category) throw new InputError(`the category is called "${category}" already`);
  return { name, tasks, into: counts.get(name) ?? 0 };
}

function nameOf(to: string): string {
  const name = to.trim();
  if (name === '') throw new InputError('a category needs a name');
  return name;
}
