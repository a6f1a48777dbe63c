import { relative } from 'node:path';
import type { SplitFinding } from '../../protocol.ts';
import { type BenchGround, benchPlace, type PlacedTask } from './ground.ts';

/** A place in `splits` that puts a task somewhere. */
interface Claim {
  side: 'train' | 'dev' | 'test' | 'held_out' | 'partially_held_out';
  path: PropertyKey[];
  /** Named by itself, not through its category. */
  own: boolean;
}

/**
 * Tasks that the bench puts in two places that exclude each other: dev and test, held out with the whole
 * category and partially, train by `use` and evaluated on by name; and tasks that a published split names twice.
 */
export function namedTwice({ bench, now, tasks }: BenchGround): SplitFinding[] {
  const findings: SplitFinding[] = [];
  const uses = new Map(bench.collections.map(({ name, use }) => [name, use]));
  const claims = claimsOf(bench, now);
  const known = new Set<string>();
  for (const task of tasks) {
    const own = claims(task);
    const trained = uses.get(task.collection) === 'train';
    for (const [first, second, outcome] of excluding(own, trained)) {
      // A category in two lists is one fault, not one of each of its tasks.
      const key = `${second.path.join('\n')}\n${first?.path.join('\n') ?? 'use'}`;
      if (known.has(key)) continue;
      known.add(key);
      const what = second.own || first?.own ? `"${task.id}"` : `"${task.placement.category}"`;
      const { location, edit } = benchPlace(bench, second.path);
      const there = first
        ? `${first.side} (line ${bench.at(first.path).line})`
        : `train (its collection says use: train)`;
      findings.push({
        code: 'task-in-two-splits',
        message: `${what} stands in ${there} and in ${second.side}: ${outcome}; take it out of one`,
        tasks: [task.id],
        location,
        remedies: [edit],
      });
    }
  }
  return [...findings, ...listedTwice(bench, tasks)];
}

function claimsOf(bench: BenchGround['bench'], now: BenchGround['now']): (task: PlacedTask) => Claim[] {
  const { held_out, partially_held_out, dev, test } = bench.file.splits ?? {};
  const lists = [
    ['held_out', held_out ?? []],
    ['dev', dev ?? []],
    ['test', test ?? []],
  ] as const;
  const byName = new Map<string, Omit<Claim, 'own'>[]>();
  const note = (name: string, claim: Omit<Claim, 'own'>) =>
    byName.set(name, [...(byName.get(name) ?? []), claim]);
  for (const [side, names] of lists) {
    for (const [index, name] of names.entries()) note(now(name), { side, path: ['splits', side, index] });
  }
  const partial = new Map<string, Map<string, Claim>>();
  for (const [category, names] of Object.entries(partially_held_out ?? {})) {
    const claims = names.map((name, index): [string, Claim] => [
      name,
      { side: 'partially_held_out', path: ['splits', 'partially_held_out', category, index], own: true },
    ]);
    partial.set(now(category), new Map([...(partial.get(now(category)) ?? []), ...claims]));
  }
  return ({ id, name, placement: { category } }) => {
    const own = (byName.get(id) ?? []).map((claim) => ({ ...claim, own: true }));
    const through = (byName.get(category) ?? []).map((claim) => ({ ...claim, own: false }));
    const some = partial.get(category)?.get(id) ?? partial.get(category)?.get(name);
    return [...own, ...through, ...(some ? [some] : [])];
  };
}

/** Pairs of places that exclude each other, with what comes of it. */
function* excluding(
  claims: readonly Claim[],
  trained: boolean,
): Generator<[first: Claim | undefined, second: Claim, outcome: string]> {
  const of = (side: Claim['side']) => claims.find((claim) => claim.side === side);
  const [dev, test, whole, part] = [of('dev'), of('test'), of('held_out'), of('partially_held_out')];
  if (dev && test) yield [dev, test, 'dev counts'];
  if (whole && part) yield [whole, part, 'it is fully held out'];
  if (!trained) return;
  const named = claims.find(({ own }) => own);
  if (named) yield [undefined, named, 'it is trained on'];
}

/** Faults of the lists that a collection publishes. */
function listedTwice(bench: BenchGround['bench'], tasks: readonly PlacedTask[]): SplitFinding[] {
  const findings: SplitFinding[] = [];
  for (const [position, { name, lists }] of bench.collections.entries()) {
    for (const { task, places } of lists?.twice() ?? []) {
      const [first, second] = [places[0]!, places.at(-1)!];
      const id = `${name}/${task}`;
      const other = `${relative(bench.root, first.list.file)}:${first.line}`;
      const location = { file: second.list.file, line: second.line };
      findings.push({
        code: 'task-in-two-splits',
        message: `"${task}" stands in the lists ${first.list.name} (${other}) and ${second.list.name}: it is not trained on; take it out of one`,
        tasks: tasks.some((each) => each.id === id) ? [id] : [],
        location,
        remedies: [{ kind: 'edit-bench', location }],
      });
    }
    if (!lists) continue;
    const unlisted = tasks.filter(
      (task) => task.collection === name && task.placement.leftOut && lists.placesOf(task.name).length === 0,
    );
    if (unlisted.length === 0) continue;
    const { location, edit } = benchPlace(bench, ['collections', position, 'split_lists']);
    const ids = unlisted.map(({ id }) => id);
    findings.push({
      code: 'task-in-no-list',
      message: `${ids.length === 1 ? `"${ids[0]}" stands` : `${ids.length} tasks stand`} in none of the lists of "${name}": left out of the bench; name them in excluded_tasks.txt or in splits, or put them in train`,
      tasks: ids,
      location,
      remedies: [{ kind: 'move-tasks', tasks: ids, to: 'train' }, edit],
    });
  }
  return findings;
}
