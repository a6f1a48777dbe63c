import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { appendDurably } from '../base/files.ts';
import { InputError, messageOf, type Problem } from '../base/problem.ts';
import type { Decision, Subject } from '../protocol.ts';
import { batchOf, newIds } from './decision-id.ts';
import { readDecisionLines } from './decision-lines.ts';
import { DecisionState, type SubjectState, subjectKey, UNDO } from './decision-state.ts';

export { type SubjectState, subjectKey } from './decision-state.ts';

/** A decision to be made. */
export interface DecisionDraft {
  subject: Subject;
  verdict: string;
  reason: string;
  evidence: string;
  /** The decisions that the reviewer saw; the heads of the subject when left out. */
  replaces?: string[];
}

const LINE_FEED = 0x0a;

/**
 * A person's decisions, one JSON line each in an append-only text file. Lines that others append (another
 * process, git) are noticed before each answer.
 */
export class DecisionLog {
  readonly path: string;
  #stamp = '';
  #version = 0;
  #decisions = new Map<string, Decision>();
  #problems: Problem[] = [];
  #state: DecisionState | undefined;

  private constructor(path: string) {
    this.path = resolve(path);
  }

  /** A log whose file is not there yet is empty; the file is made by the first decision. */
  static open(path: string): DecisionLog {
    const log = new DecisionLog(path);
    log.refresh();
    return log;
  }

  /**
   * Makes decisions, one write for all of them, and returns when they are on disk. Together they
   * can be undone as one. Throws InputError where the file can't be written.
   */
  append(drafts: readonly DecisionDraft[], reviewer: string): Decision[] {
    if (drafts.length === 0) return [];
    // What the reviewer saw is what was loaded last, not what another process appended this moment.
    const seen = this.#state ?? this.#now();
    const now = Date.now();
    const time = new Date(now).toISOString();
    const ids = newIds(drafts.length, now);
    // Of two drafts on one subject the later replaces the earlier.
    const together = new Map<string, string>();
    const decisions = drafts.map((draft, place): Decision => {
      const { subject, verdict, reason, evidence } = draft;
      const id = ids[place]!;
      const key = subjectKey(subject);
      const earlier = together.get(key);
      const replaces = draft.replaces ?? (earlier ? [earlier] : seen.heads(subject).map((head) => head.id));
      together.set(key, id);
      return { id, time, reviewer, subject, verdict, reason, evidence, replaces };
    });
    this.#write(decisions);
    return decisions;
  }

  /**
   * Takes decisions back: those named, or else the reviewer's last ones (`lastOf`). Gives the undos, which are
   * decisions too; none where there is nothing to take back. Throws InputError on an unknown id.
   */
  undo(ids: readonly string[] | undefined, reviewer: string, reason = ''): Decision[] {
    const state = this.#now();
    const targets = ids
      ? ids.map((id) => {
          const found = state.get(id);
          if (!found) throw new InputError(`no decision has the id "${id}"`, { file: this.path });
          return found;
        })
      : this.lastOf(reviewer);
    const drafts = targets
      .filter(({ id }) => !state.isTakenBack(id))
      .map(({ id, subject }) => ({ subject, verdict: UNDO, reason, evidence: '', replaces: [id] }));
    return this.append(drafts, reviewer);
  }

  /** All decisions, undos included, by time. */
  all(): Decision[] {
    return this.#now().all();
  }

  /** The decisions that count: neither taken back nor replaced, and not contradicted. */
  inForce(): Decision[] {
    return this.#now().inForce();
  }

  /** The decisions on a subject that are neither taken back nor replaced; several when reviewers ruled apart. */
  heads(subject: Subject): Decision[] {
    return this.#now().heads(subject);
  }

  state(subject: Subject): SubjectState {
    return this.#now().state(subject);
  }

  /** Everything ever decided on a subject, undos included, by time. */
  history(subject: Subject): Decision[] {
    return this.#now().history(subject);
  }

  /** Subjects whose heads disagree. */
  conflicts(): { subject: Subject; decisions: Decision[] }[] {
    return this.#now().conflicts();
  }

  /** The reviewer's last decision that still stands, with all that were made together with it. */
  lastOf(reviewer: string): Decision[] {
    const state = this.#now();
    const own = state.all().filter((decision) => decision.reviewer === reviewer && state.isHead(decision));
    const last = own.at(-1);
    return last ? own.filter(({ id }) => batchOf(id) === batchOf(last.id)) : [];
  }

  /** The last different reasons, newest first. */
  recentReasons(count: number): string[] {
    const reasons = this.#now()
      .all()
      .filter(({ verdict, reason }) => verdict !== UNDO && reason !== '')
      .map(({ reason }) => reason);
    return [...new Set(reasons.reverse())].slice(0, count);
  }

  /** Lines that are no decisions, each with its line; the others count. */
  problems(): readonly Problem[] {
    this.refresh();
    return this.#problems;
  }

  /** Changes whenever the decisions do. */
  version(): string {
    this.refresh();
    return String(this.#version);
  }

  /** Reads the file again where it changed; true when it did. */
  refresh(): boolean {
    const stamp = this.#stampNow().text;
    if (stamp === this.#stamp) return false;
    let text = '';
    let problems: Problem[] = [];
    try {
      if (stamp !== MISSING) text = readFileSync(this.path, 'utf8');
    } catch (error) {
      problems = [{ file: this.path, message: `cannot be read (${messageOf(error)})`, severity: 'error' }];
    }
    const read = readDecisionLines(this.path, text);
    this.#decisions = read.decisions;
    this.#problems = [...problems, ...read.problems];
    this.#state = undefined;
    this.#stamp = stamp;
    this.#version++;
    return true;
  }

  #now(): DecisionState {
    this.refresh();
    this.#state ??= new DecisionState(this.#decisions.values());
    return this.#state;
  }

  #write(decisions: readonly Decision[]): void {
    const before = this.#stampNow();
    const lines = decisions.map((decision) => `${JSON.stringify(decision)}\n`).join('');
    let bytes: Buffer;
    try {
      // A line that a crash cut off stays as it is; ours starts on the next one.
      bytes = Buffer.from(endsLine(this.path) ? lines : `\n${lines}`);
      appendDurably(this.path, bytes);
    } catch (error) {
      throw new InputError(`the decision could not be written (${messageOf(error)}): make it again`, {
        file: this.path,
      });
    }
    // When only ours came since the last look, there is no need to read the file again.
    const after = this.#stampNow();
    if (before.text !== this.#stamp || after.size !== before.size + bytes.length) return;
    for (const decision of decisions) this.#decisions.set(decision.id, decision);
    this.#state = undefined;
    this.#stamp = after.text;
    this.#version++;
  }

  #stampNow(): { text: string; size: number } {
    const stat = statSync(this.path, { throwIfNoEntry: false, bigint: true });
    if (!stat) return { text: MISSING, size: 0 };
    return { text: `${stat.ino} ${stat.size} ${stat.mtimeNs}`, size: Number(stat.size) };
  }
}

const MISSING = 'missing';

/** Whether a file is missing, empty or ends in a line feed. */
function endsLine(path: string): boolean {
  if (!statSync(path, { throwIfNoEntry: false })) return true;
  const handle = openSync(path, 'r');
  try {
    const { size } = fstatSync(handle);
    const last = Buffer.alloc(1);
    return size === 0 || (readSync(handle, last, 0, 1, size - 1) === 1 && last[0] === LINE_FEED);
  } finally {
    closeSync(handle);
  }
}
