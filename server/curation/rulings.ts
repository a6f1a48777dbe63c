import type { Decision, PairVerdict, TemplateVerdict } from '../protocol.ts';

/** What people ruled, as it bears on tasks: only decisions in force. */
export interface Rulings {
  /** Task to its category, under the name that the category has by now. */
  category: Map<string, string>;
  /** Categories that were renamed or merged, in the order in which it was decided. */
  renames: Rename[];
  split: Map<string, string>;
  /** Task to the pair for whose sake it was removed. */
  removed: Map<string, { train: string; eval: string }>;
  /** Task to the names of its templates that alter it: they are left out of what is scanned, built and evaluated. */
  altering: Map<string, Set<string>>;
  /** Data sources that may stand on both sides, by key, with the hashes of the tasks that this was ruled for. */
  sources: Map<string, Set<string>>;
}

export interface Rename {
  from: string;
  to: string;
}

/**
 * What a category that somebody named before all these decisions is called after them. Each one bears on what
 * has the name when it is made: two that exchange names leave no circle.
 */
export function renamed(category: string, renames: readonly Rename[]): string {
  return renames.reduce((name, { from, to }) => (name === from ? to : name), category);
}

/** `inForce`: decisions that are neither taken back nor replaced, by time; of contradicting ones none counts. */
export function rulingsOf(inForce: Iterable<Decision>): Rulings {
  const rulings: Rulings = {
    category: new Map(),
    renames: [],
    split: new Map(),
    removed: new Map(),
    altering: new Map(),
    sources: new Map(),
  };
  for (const { subject, verdict, evidence } of inForce) {
    if (subject.kind === 'task') rulings[subject.aspect].set(subject.task, verdict);
    if (subject.kind === 'category') {
      const rename = { from: subject.category, to: verdict };
      rulings.renames.push(rename);
      // A task that was moved there before goes along; one that is moved there later stays.
      for (const [task, category] of rulings.category)
        rulings.category.set(task, renamed(category, [rename]));
    }
    if (subject.kind === 'template' && (verdict as TemplateVerdict) === 'alters') {
      const names = rulings.altering.get(subject.task) ?? new Set();
      rulings.altering.set(subject.task, names.add(subject.template));
    }
    if (subject.kind === 'source') {
      const ruledFor = rulings.sources.get(subject.source) ?? new Set();
      rulings.sources.set(subject.source, ruledFor.add(evidence));
    }
    if (subject.kind !== 'pair') continue;
    const { train, eval: evalTask } = subject;
    const pair = { train, eval: evalTask };
    if ((verdict as PairVerdict) === 'remove-train') rulings.removed.set(train, pair);
    if ((verdict as PairVerdict) === 'remove-eval') rulings.removed.set(evalTask, pair);
  }
  return rulings;
}
