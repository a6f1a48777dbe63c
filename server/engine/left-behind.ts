import { readFileSync } from 'node:fs';
import { type DecisionDraft, subjectKey } from '../catalog/decision-log.ts';
import type { SeenTask } from '../catalog/seen-tasks.ts';
import { RULE_VERSION } from '../overlap/rule.ts';
import type { Decision, LeftBehind, Subject } from '../protocol.ts';
import { evidenceHash } from './evidence-hash.ts';
import type { Session } from './session.ts';
import { checksOf } from './template-checks.ts';
import { carried } from './template-rename.ts';

/**
 * Tasks and templates that decisions speak of, that are gone, and that stand under another name: exactly one
 * other has the same content. What nobody has decided under the new name is named; nothing is done.
 */
export async function leftBehind(session: Session): Promise<LeftBehind[]> {
  const heads = standing(session);
  const renames = renamedTasks(session, heads);
  const tasks = [...renames].map(([task, to]): Moved => {
    const decisions = heads.filter(({ subject }) => tasksOf(subject).includes(task));
    return { task, to, decisions: decisions.filter((one) => isOpen(session, renamed(one.subject, renames))) };
  });
  const moved = [...tasks, ...(await renamedTemplates(session, heads))];
  return placed(
    session,
    moved.filter(({ decisions }) => decisions.length > 0),
  );
}

/**
 * Makes decisions again under the new names, as one step for undo, disagreements included. The old ones stay
 * in the log. Returns when they are on disk.
 */
export function carryOver(session: Session, moved: readonly LeftBehind[]): Decision[] {
  const renames = renamedTasks(session, standing(session));
  const drafts = new Map<string, DecisionDraft>();
  for (const { task, template, to, decisions } of moved) {
    for (const decision of decisions) {
      const subject =
        template === undefined
          ? renamed(decision.subject, renames)
          : { kind: 'template' as const, task, template: to };
      const evidence = evidenceUnder(session, decision, subject);
      drafts.set(decision.id, { ...carried(session, decision, subject, template ?? task), evidence });
    }
  }
  return session.log.append([...drafts.values()], session.reviewer);
}

type Moved = Pick<LeftBehind, 'task' | 'template' | 'to' | 'decisions'>;

/** Decisions that are neither taken back nor replaced, contradicting ones too. */
function standing({ log }: Session): Decision[] {
  return [...log.inForce(), ...log.conflicts().flatMap(({ decisions }) => decisions)];
}

function isOpen({ log }: Session, subject: Subject): boolean {
  return log.heads(subject).length === 0;
}

function tasksOf(subject: Subject): string[] {
  if (subject.kind === 'pair') return [subject.train, subject.eval];
  return 'task' in subject ? [subject.task] : [];
}

/** Of the tasks that decisions speak of and that are gone, each with the one that came later with its content. */
function renamedTasks({ catalog }: Session, heads: readonly Decision[]): Map<string, string> {
  const spoken = new Set(heads.flatMap(({ subject }) => tasksOf(subject)));
  const gone = [...spoken].filter((task) => !catalog.task(task));
  if (gone.length === 0) return new Map();
  const seen = catalog.seenTasks();
  const byTask = new Map(seen.map((one) => [one.task, one]));
  const here = grouped(
    seen.filter(({ task }) => catalog.task(task)),
    ({ content }) => content,
  );
  const claims = gone.flatMap((task): [string, string][] => {
    const old = byTask.get(task);
    const [only, ...more] = (old && here.get(old.content)) ?? [];
    return old && only && more.length === 0 && isLater(only, old) ? [[task, only.task]] : [];
  });
  return new Map(claimedOnce(claims, ([, to]) => to));
}

/** A copy that stood beside the task all along is no new name of it. */
function isLater(one: SeenTask, other: SeenTask): boolean {
  return one.first > other.first;
}

function renamed(subject: Subject, renames: ReadonlyMap<string, string>): Subject {
  const now = (task: string) => renames.get(task) ?? task;
  if (subject.kind === 'pair') return { ...subject, train: now(subject.train), eval: now(subject.eval) };
  return 'task' in subject ? { ...subject, task: now(subject.task) } : subject;
}

/** Of tasks that are here, the templates that rulings name and that are gone, by the text they were made on. */
async function renamedTemplates(session: Session, heads: readonly Decision[]): Promise<Moved[]> {
  const gone = new Map<string, { task: string; template: string; decisions: Decision[] }>();
  for (const decision of heads) {
    const { subject } = decision;
    if (subject.kind !== 'template') continue;
    const { task, template } = subject;
    const known = session.catalog.task(task)?.facts.templates;
    if (!known || known.some(({ name }) => name === template)) continue;
    const key = subjectKey(subject);
    gone.set(key, { task, template, decisions: [...(gone.get(key)?.decisions ?? []), decision] });
  }
  const moved: Moved[] = [];
  for (const one of gone.values()) {
    const { templates } = await checksOf(session).check(session.catalog.task(one.task)!);
    const same = templates.filter(
      ({ template, evidence }) =>
        one.decisions.some((decision) => decision.evidence === evidence) &&
        isOpen(session, { kind: 'template', task: one.task, template: template.name }),
    );
    if (same.length === 1) moved.push({ ...one, to: same[0]!.template.name });
  }
  return claimedOnce(moved, ({ task, to }) => JSON.stringify([task, to]));
}

/** Where two that are gone would become the same one, nothing tells which it was. */
function claimedOnce<T>(claims: readonly T[], to: (claim: T) => string): T[] {
  const claimed = grouped(claims, to);
  return claims.filter((claim) => claimed.get(to(claim))!.length === 1);
}

function grouped<T>(all: readonly T[], by: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(by(one), [...(groups.get(by(one)) ?? []), one]);
  return groups;
}

/**
 * A pair's evidence names both tasks: where only the names of what the verdict was made on changed, it holds
 * for the pair as it is called now. Else it stays, and the pair is shown as changed since it was decided.
 */
function evidenceUnder(session: Session, decision: Decision, now: Subject): string {
  const { subject, evidence } = decision;
  if (subject.kind !== 'pair' || now.kind !== 'pair') return evidence;
  const overlap = session.catalog.overlap();
  const pair = overlap?.pair(now.train, now.eval);
  if (!overlap || !pair) return evidence;
  const seen = new Map(session.catalog.seenTasks().map(({ task, hash }) => [task, hash]));
  const before = evidenceHash(
    { ...pair.figures, train: subject.train, eval: subject.eval },
    [seen.get(subject.train) ?? '', seen.get(subject.eval) ?? ''],
    overlap.ngram,
    RULE_VERSION,
  );
  return before === evidence ? pair.evidence : evidence;
}

function placed({ log }: Session, moved: readonly Moved[]): LeftBehind[] {
  if (moved.length === 0) return [];
  const lines = readFileSync(log.path, 'utf8').split('\n');
  return moved.map((one) => {
    const line = lines.findIndex((text) => text.includes(JSON.stringify(one.decisions[0]!.id)));
    return { ...one, file: log.path, line: Math.max(0, line) + 1 };
  });
}

/** In one line, for the Problems view and the command line. */
export function leftBehindInWords({ task, template, to, decisions }: LeftBehind): string {
  const count = decisions.length === 1 ? 'this decision' : `${decisions.length} decisions`;
  return template === undefined
    ? `the task ${task} of ${count} is gone, and ${to} has the same records: carry over what was decided, or leave it`
    : `the template "${template}" of ${task}, of ${count}, is gone, and "${to}" has the same text: carry over what was ruled, or leave it`;
}
