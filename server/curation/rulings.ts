import type { Decision, PairVerdict, TemplateVerdict } from '../protocol.ts';

/** What people ruled, as it bears on tasks: only decisions in force. */
export interface Rulings {
  category: Map<string, string>;
  split: Map<string, string>;
  /** Task to the pair for whose sake it was removed. */
  removed: Map<string, { train: string; eval: string }>;
  /** Task to the names of its templates that alter it: they are left out of what is scanned, built and evaluated. */
  altering: Map<string, Set<string>>;
}

/** `inForce`: decisions that are neither taken back nor replaced; of contradicting ones none counts. */
export function rulingsOf(inForce: Iterable<Decision>): Rulings {
  const rulings: Rulings = { category: new Map(), split: new Map(), removed: new Map(), altering: new Map() };
  for (const { subject, verdict } of inForce) {
    if (subject.kind === 'task') rulings[subject.aspect].set(subject.task, verdict);
    if (subject.kind === 'template' && (verdict as TemplateVerdict) === 'alters') {
      const names = rulings.altering.get(subject.task) ?? new Set();
      rulings.altering.set(subject.task, names.add(subject.template));
    }
    if (subject.kind !== 'pair') continue;
    const { train, eval: evalTask } = subject;
    const pair = { train, eval: evalTask };
    if ((verdict as PairVerdict) === 'remove-train') rulings.removed.set(train, pair);
    if ((verdict as PairVerdict) === 'remove-eval') rulings.removed.set(evalTask, pair);
  }
  return rulings;
}
