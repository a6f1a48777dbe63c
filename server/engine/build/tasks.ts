import type { BuiltTask, ShardResult } from '../../curation/export/manifest.ts';
import type { TaskSelection } from '../selection.ts';
import type { Session } from '../session.ts';
import { sourceNames } from '../task-sources.ts';
import type { Unlabelled } from '../unlabelled.ts';

/** What the build says of every task of the bench, removed ones included; in the catalogue's order. */
export function builtTasks(
  session: Session,
  selections: readonly TaskSelection[],
  unlabelled: Unlabelled,
  results: readonly ShardResult[],
): BuiltTask[] {
  const written = new Map<string, ShardResult['tasks']>();
  for (const one of results.flatMap(({ tasks }) => tasks)) {
    const same = written.get(one.task);
    if (same) same.push(one);
    else written.set(one.task, [one]);
  }
  const chosen = new Map<string, TaskSelection[]>();
  for (const one of selections) chosen.set(one.task.id, [...(chosen.get(one.task.id) ?? []), one]);

  const altering = session.altering();
  return session.catalog.tasks().map((task) => {
    const { category, split, level } = session.placementOf(task.id);
    const altered = altering.get(task.id);
    const { templates, licence, url } = task.facts;
    const instances = { train: 0, dev: 0, test: 0 };
    const failed: Record<string, number> = {};
    let empty = 0;
    for (const one of written.get(task.id) ?? []) {
      instances[one.split] += one.instances;
      empty += one.empty;
      for (const [name, count] of Object.entries(one.failed)) failed[name] = (failed[name] ?? 0) + count;
    }
    const train = chosen.get(task.id)?.find((one) => one.split === 'train');
    const within = (example: number) => example < train!.portion.to;
    return {
      id: task.id,
      collection: task.collection,
      category,
      split,
      level,
      sources: sourceNames(task),
      licence: licence ?? null,
      url: url ?? null,
      templates: templates.filter(({ name }) => !altered?.has(name)).map(({ name }) => name),
      altering: templates.filter(({ name }) => altered?.has(name)).map(({ name }) => name),
      examples: task.examples,
      portions: (chosen.get(task.id) ?? []).map(({ portion }) => portion),
      unlabelled: (unlabelled.get(task.id) ?? []).reduce((sum, { from, to }) => sum + to - from, 0),
      demonstrationsAmong: chosen.get(task.id)?.[0]?.promptTask.shotPool ?? 0,
      removedExamples: train?.promptTask.removed?.filter(within).length ?? 0,
      instances,
      empty,
      failed,
    };
  });
}
