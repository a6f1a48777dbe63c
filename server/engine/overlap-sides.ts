import { InputError } from '../base/problem.ts';
import type { OverlapRun, ScannedTask } from '../catalog/overlap-store.ts';
import type { CatalogTask } from '../catalog/tasks.ts';
import type { Session } from './session.ts';

/** The tasks that are compared. */
export interface Sides {
  train: CatalogTask[];
  evaluated: CatalogTask[];
}

/**
 * The tasks with examples by side. Those removed for a pair's sake are among them, so that the verdict can be
 * taken back; those left out for themselves are not.
 */
export function sidesOf(session: Session): Sides {
  const placements = session.placements();
  const train: CatalogTask[] = [];
  const evaluated: CatalogTask[] = [];
  for (const task of session.catalog.tasks()) {
    if (task.examples === 0) continue;
    const { side, leftOut } = placements.get(task.id)!;
    if (leftOut) continue;
    (side === 'train' ? train : evaluated).push(session.taskInUse(task));
  }
  return { train, evaluated };
}

/** Throws InputError where there is nothing to compare. */
export function checkSides(session: Session, { train, evaluated }: Sides): void {
  if (train.length + evaluated.length === 0)
    throw new InputError('no task has examples: import the bench first');
  const missing = train.length === 0 ? 'train' : evaluated.length === 0 ? 'eval' : undefined;
  if (!missing) return;
  const how = `set "use: ${missing}" on a collection, or "splits"`;
  throw new InputError(`no task stands on the ${missing} side: ${how} in heldout.yaml`, {
    file: `${session.root}/heldout.yaml`,
    ...session.bench.at(['collections']),
  });
}

/** The tasks as a run writes them down. */
export function scannedTasks({ train, evaluated }: Sides): Map<string, ScannedTask> {
  const entry =
    (side: ScannedTask['side']) =>
    (task: CatalogTask): [string, ScannedTask] => [task.id, { hash: task.hash, side }];
  return new Map([...train.map(entry('train')), ...evaluated.map(entry('eval'))]);
}

/** What changed since a run, and what is as it was: each task's id is in one of them. */
export interface SinceRun {
  /** Changed, or no longer on this side. */
  gone: { train: Set<string>; eval: Set<string> };
  settled: { train: Set<string>; eval: Set<string> };
  /** Nothing changed, came or went. */
  same: boolean;
}

export function changesSince(last: OverlapRun, now: ReadonlyMap<string, ScannedTask>): SinceRun {
  const gone = { train: new Set<string>(), eval: new Set<string>() };
  const settled = { train: new Set<string>(), eval: new Set<string>() };
  for (const [id, { hash, side }] of Object.entries(last.tasks)) {
    const task = now.get(id);
    (task?.hash === hash && task.side === side ? settled : gone)[side].add(id);
  }
  const same = settled.train.size + settled.eval.size === now.size && gone.train.size + gone.eval.size === 0;
  return { gone, settled, same };
}
