import type { BenchDiff, Decision, Level, Split, TaskDiff } from '../protocol.ts';

/** A task as one side of a comparison has it; what that side doesn't know is undefined. */
export interface SnapshotTask {
  id: string;
  category: string;
  /** `none`: removed. */
  split: Split;
  level: Level | null;
  /** Names of those in use. */
  templates: readonly string[];
  examples: number;
  removedExamples?: number;
  instances?: { train: number; dev: number; test: number };
}

/** One side of a comparison: a build, or the bench at some time. */
export interface Snapshot {
  name: string;
  tasks: readonly SnapshotTask[];
  /** Decisions in force. */
  decisions: readonly Decision[];
  /** What a build was made with. */
  options?: { seed: number; shots: number; format: string };
  instances?: { train: number; dev: number; test: number };
}

/** What entered, left or changed from A to B, and by whose decision; tasks by their ids. */
export function diffSnapshots(a: Snapshot, b: Snapshot): BenchDiff {
  const before = new Map(a.tasks.map((task) => [task.id, task]));
  const after = new Map(b.tasks.map((task) => [task.id, task]));
  const by = decisionsByTask(a, b);
  const options = optionsOf(a, b);
  const diff: BenchDiff = {
    a: a.name,
    b: b.name,
    entered: [],
    left: [],
    changed: [],
    options,
    files: [],
    unread: [],
    same: 0,
  };
  if (a.instances && b.instances) diff.instances = { a: a.instances, b: b.instances };

  for (const id of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [old, now] = [before.get(id), after.get(id)];
    const was = old !== undefined && old.split !== 'none';
    const is = now !== undefined && now.split !== 'none';
    const { category, split, level } = is ? now : (old ?? now)!;
    const changes = old && now ? changesOf(old, now) : [];
    if (old?.removedExamples === undefined || now?.removedExamples === undefined) {
      const [from, to] = [removedFor(a, id), removedFor(b, id)];
      if (from !== to) changes.push({ what: 'removed-examples', from, to });
    }
    // Whether it is there now, who knows the catalogue says.
    const here = false;
    const task: TaskDiff = { task: id, category, split, level, changes, here, by: by.get(id) ?? [] };
    if (!was && is) diff.entered.push(task);
    else if (was && !is) diff.left.push(task);
    else if (was && is && changes.length > 0) diff.changed.push(task);
    else if (was && is) diff.same++;
  }
  return diff;
}

function optionsOf({ options: a }: Snapshot, { options: b }: Snapshot): BenchDiff['options'] {
  if (!a || !b) return [];
  return (['seed', 'shots', 'format'] as const)
    .filter((what) => a[what] !== b[what])
    .map((what) => ({ what, from: String(a[what]), to: String(b[what]) }));
}

function changesOf(a: SnapshotTask, b: SnapshotTask): TaskDiff['changes'] {
  const changes: TaskDiff['changes'] = [];
  const compare = (
    what: TaskDiff['changes'][number]['what'],
    from: string | number | undefined,
    to: string | number | undefined,
  ) => {
    if (from === undefined || to === undefined || from === to) return;
    changes.push({ what, from: String(from), to: String(to) });
  };
  compare('category', a.category, b.category);
  compare('split', a.split, b.split);
  compare('level', a.level ?? 'none', b.level ?? 'none');
  const only = (these: readonly string[], others: readonly string[]) =>
    these.filter((name) => !others.includes(name)).join(', ');
  const [gone, come] = [only(a.templates, b.templates), only(b.templates, a.templates)];
  if (gone !== '' || come !== '') changes.push({ what: 'templates', from: gone, to: come });
  compare('examples', a.examples, b.examples);
  compare('removed-examples', a.removedExamples, b.removedExamples);
  for (const split of ['train', 'dev', 'test'] as const)
    compare(split, a.instances?.[split], b.instances?.[split]);
  return changes;
}

/** The eval tasks for whose sake examples of a train task leave; "none" where there are none. */
function removedFor({ decisions }: Snapshot, train: string): string {
  const held = decisions.flatMap(({ subject, verdict }) =>
    subject.kind === 'pair' && subject.train === train && verdict === 'remove-examples' ? [subject.eval] : [],
  );
  return held.sort().join(', ') || 'none';
}

/** Decisions in force on one side alone, by the tasks that they bear on. */
function decisionsByTask(a: Snapshot, b: Snapshot): Map<string, TaskDiff['by']> {
  const byTask = new Map<string, TaskDiff['by']>();
  const before = new Map(a.tasks.map(({ id, category }) => [id, category]));
  const pairOf = (pair: { train: string; eval: string }) => [pair.train, pair.eval];
  const ruled = new Set(
    [...a.decisions, ...b.decisions].flatMap(({ subject, verdict }) =>
      subject.kind === 'pair' && verdict !== 'retain' ? [pairOf(subject).join(' ')] : [],
    ),
  );
  // A category that got another name bears on the tasks that were in it, or are now.
  const changed = b.tasks.flatMap(({ id, category }) => {
    const old = before.get(id);
    return old === undefined || old === category ? [] : [{ id, categories: [old, category] }];
  });
  const tasksOf = (subject: Decision['subject'], verdict: string): string[] => {
    if (subject.kind === 'pair') {
      // Retaining changes a task only where it took the place of a verdict that had.
      if (verdict === 'retain') return ruled.has(`${subject.train} ${subject.eval}`) ? pairOf(subject) : [];
      return [verdict === 'remove-eval' ? subject.eval : subject.train];
    }
    if (subject.kind === 'source') return [];
    if (subject.kind !== 'category') return [subject.task];
    const names = [subject.category, verdict];
    return changed
      .filter(({ categories }) => categories.some((one) => names.includes(one)))
      .map(({ id }) => id);
  };
  const note = (some: readonly Decision[], others: readonly Decision[], kind: 'made' | 'gone') => {
    const known = new Set(others.map(({ id }) => id));
    for (const { id, time, reviewer, subject, verdict, reason } of some) {
      if (known.has(id)) continue;
      for (const task of tasksOf(subject, verdict)) {
        const one = { id, time, reviewer, subject, verdict, reason, kind };
        byTask.set(task, [...(byTask.get(task) ?? []), one]);
      }
    }
  };
  note(a.decisions, b.decisions, 'gone');
  note(b.decisions, a.decisions, 'made');
  return byTask;
}
