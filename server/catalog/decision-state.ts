import type { Decision, Subject } from '../protocol.ts';

/** The verdict of a decision that takes others back. */
export const UNDO = 'undo';

export interface SubjectState {
  /** Decisions that are neither taken back nor replaced. */
  heads: Decision[];
  /** The one verdict of all heads; undefined when there is none, or when they disagree. */
  verdict: string | undefined;
  conflict: boolean;
}

/** A subject as one text, for maps. */
export function subjectKey(subject: Subject): string {
  switch (subject.kind) {
    case 'pair':
      return JSON.stringify(['pair', subject.train, subject.eval]);
    case 'task':
      return JSON.stringify(['task', subject.task, subject.aspect]);
    case 'template':
      return JSON.stringify(['template', subject.task, subject.template]);
    case 'declaration':
      return JSON.stringify(['declaration', subject.task]);
    case 'category':
      return JSON.stringify(['category', subject.category, ...(subject.since ? [subject.since] : [])]);
    case 'source':
      return JSON.stringify(['source', subject.source]);
  }
}

/**
 * What a set of decisions comes to, whatever order they are given in:
 * - an `undo` that is itself not taken back takes back the decisions in `replaces`;
 * - a decision is replaced when one on the same subject that is not taken back has it in `replaces`, or has
 *   one there that does: who replaced B had seen that B replaced A;
 * - the heads of a subject are the decisions that are neither; different verdicts among them are a conflict.
 */
export class DecisionState {
  readonly #byId: ReadonlyMap<string, Decision>;
  readonly #bySubject = new Map<string, Decision[]>();
  readonly #takenBack: Set<string>;
  readonly #replaced = new Set<string>();

  constructor(decisions: Iterable<Decision>) {
    const all = [...decisions].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.#byId = new Map(all.map((decision) => [decision.id, decision]));
    this.#takenBack = takenBack(all);
    for (const decision of all) {
      const key = subjectKey(decision.subject);
      const same = this.#bySubject.get(key);
      if (same) same.push(decision);
      else this.#bySubject.set(key, [decision]);
    }
    for (const decision of all) {
      if (decision.verdict !== UNDO && !this.#takenBack.has(decision.id)) this.#replaceAllBefore(decision);
    }
  }

  isTakenBack(id: string): boolean {
    return this.#takenBack.has(id);
  }

  isHead(decision: Decision): boolean {
    const { id, verdict } = decision;
    return verdict !== UNDO && this.#byId.has(id) && !this.#takenBack.has(id) && !this.#replaced.has(id);
  }

  get(id: string): Decision | undefined {
    return this.#byId.get(id);
  }

  /** All decisions, undos included, by id (which is by time). */
  all(): Decision[] {
    return [...this.#byId.values()];
  }

  history(subject: Subject): Decision[] {
    return [...(this.#bySubject.get(subjectKey(subject)) ?? [])];
  }

  heads(subject: Subject): Decision[] {
    return this.#headsOf(subjectKey(subject));
  }

  state(subject: Subject): SubjectState {
    const heads = this.heads(subject);
    const verdicts = new Set(heads.map(({ verdict }) => verdict));
    return {
      heads,
      verdict: verdicts.size === 1 ? heads[0]!.verdict : undefined,
      conflict: verdicts.size > 1,
    };
  }

  conflicts(): { subject: Subject; decisions: Decision[] }[] {
    return this.#settled().flatMap(({ heads, conflict }) =>
      conflict ? [{ subject: heads[0]!.subject, decisions: heads }] : [],
    );
  }

  /** The decisions that count: heads of subjects on which they agree; by id. */
  inForce(): Decision[] {
    return this.#settled()
      .flatMap(({ heads, conflict }) => (conflict ? [] : heads))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  #settled(): SubjectState[] {
    return [...this.#bySubject.values()].map((same) => this.state(same[0]!.subject));
  }

  #headsOf(key: string): Decision[] {
    return (this.#bySubject.get(key) ?? []).filter((decision) => this.isHead(decision));
  }

  #replaceAllBefore(decision: Decision): void {
    const key = subjectKey(decision.subject);
    const seen = new Set([decision.id]);
    const open = [...decision.replaces];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const before = this.#byId.get(id);
      if (seen.has(id) || !before || subjectKey(before.subject) !== key) continue;
      seen.add(id);
      this.#replaced.add(id);
      if (before.verdict !== UNDO) open.push(...before.replaces);
    }
  }
}

/**
 * Ids of the decisions that a standing undo names. An undo may name an undo. Undos that name each other in
 * a circle, which only a hand-written log can hold, are judged from the smallest id on.
 */
function takenBack(all: readonly Decision[]): Set<string> {
  const undoneBy = new Map<string, string[]>();
  for (const { id, verdict, replaces } of all) {
    if (verdict !== UNDO) continue;
    for (const target of replaces) undoneBy.set(target, [...(undoneBy.get(target) ?? []), id]);
  }
  const standing = new Map<string, boolean>();
  const stands = (id: string): boolean => {
    const known = standing.get(id);
    if (known !== undefined) return known;
    standing.set(id, false);
    const result = !(undoneBy.get(id) ?? []).some(stands);
    standing.set(id, result);
    return result;
  };
  return new Set(all.filter(({ id }) => !stands(id)).map(({ id }) => id));
}
