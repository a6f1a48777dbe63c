import type { SplitFinding, SplitRemedy } from '../../protocol.ts';
import {
  type CheckedPair,
  counted,
  inEval,
  inTrain,
  listed,
  type PlacedTask,
  type SplitGround,
} from './ground.ts';

interface Sides {
  /** As its tasks name it. */
  name: string;
  /** Tasks that do not declare it: their name tells it, or the suite that they are of. */
  told: Set<string>;
  train: PlacedTask[];
  evaluated: PlacedTask[];
}

/** Data sources with tasks on both sides, unless every such pair was ruled to stay or the source was allowed. */
export function sourcesOnBothSides(ground: SplitGround): SplitFinding[] {
  const pairs = new Map((ground.pairs ?? []).map((pair) => [keyOf(pair.train, pair.eval), pair]));
  const findings: SplitFinding[] = [];
  for (const [source, { name, told, train, evaluated }] of sidesBySource(ground)) {
    const open = train.flatMap(({ id: one }) =>
      evaluated
        .filter(({ id: other }) => !pairs.get(keyOf(one, other))?.decided)
        .map(({ id: other }) => ({ train: one, eval: other })),
    );
    const [trained, held] = [
      [...new Set(open.map((pair) => pair.train))],
      [...new Set(open.map((pair) => pair.eval))],
    ];
    if (open.length === 0) continue;
    if (
      ground.allows(
        source,
        [...train, ...evaluated].map(({ id }) => id),
      )
    )
      continue;
    const sides = `${counted(trained.length, 'train task')} (${listed(trained)}) and ${counted(held.length, 'eval task')} (${listed(held)})`;
    const undeclared = [...trained, ...held].filter((id) => told.has(id));
    const how =
      undeclared.length > 0
        ? ` (told by the ${undeclared.length === 1 ? 'name' : 'names'} of ${listed(undeclared)})`
        : '';
    findings.push({
      code: 'source-on-both-sides',
      message: `the data source ${name} stands on both sides, in ${sides}${how}: look at the pairs, allow it with a reason, or leave the train ${trained.length === 1 ? 'task' : 'tasks'} out`,
      tasks: [...trained, ...held],
      remedies: [
        ...reviewOf(open, pairs),
        { kind: 'allow-source', source },
        { kind: 'leave-out', tasks: trained },
        { kind: 'move-tasks', tasks: trained, to: 'test' },
      ],
    });
  }
  return findings;
}

/** The tasks that an allowance of a source is given for: all that have it, by id. */
export function tasksOfSource(ground: SplitGround, source: string): { train: string[]; evaluated: string[] } {
  const sides = sidesBySource(ground).get(source);
  const ids = (tasks: readonly PlacedTask[] = []) => tasks.map(({ id }) => id);
  return { train: ids(sides?.train), evaluated: ids(sides?.evaluated) };
}

function sidesBySource(ground: SplitGround): Map<string, Sides> {
  const bySource = new Map<string, Sides>();
  for (const task of ground.tasks) {
    const side = inTrain(task) ? 'train' : inEval(task) ? 'evaluated' : undefined;
    if (!side || task.portions.length === 0) continue;
    for (const { key, name, evidence } of ground.sourcesOf(task)) {
      const sides = bySource.get(key) ?? { name, told: new Set(), train: [], evaluated: [] };
      bySource.set(key, sides);
      if (evidence !== 'declared') sides.told.add(task.id);
      sides[side].push(task);
    }
  }
  return bySource;
}

/** Pair Review on the first pair that the queue has. */
function reviewOf(
  open: readonly { train: string; eval: string }[],
  pairs: ReadonlyMap<string, CheckedPair>,
): SplitRemedy[] {
  const queued = open.find((pair) => pairs.has(keyOf(pair.train, pair.eval)));
  return queued ? [{ kind: 'review-pair', ...queued }] : [{ kind: 'find-overlaps' }];
}

function keyOf(train: string, evaluated: string): string {
  return `${train}\n${evaluated}`;
}
