import type { Bench } from '../bench/bench.ts';
import type { CatalogTask } from '../catalog/catalog.ts';
import type { Placement } from '../curation/placement.ts';
import { drawInstances, type Selection } from '../prompts/selection.ts';
import type { MixtureSettings } from './settings.ts';
import { type Stream, streamOf } from './streams.ts';

/** A task that stands in train after decisions. */
export interface TrainTask {
  task: CatalogTask;
  stream: Stream;
  /** Its prompts: N of its N train examples, within the limits. */
  selection: Selection;
}

/** Every task that training draws from. */
export function trainTasks(
  bench: Bench,
  tasks: readonly CatalogTask[],
  placements: ReadonlyMap<string, Placement>,
  { proportions }: Pick<MixtureSettings, 'proportions'>,
  seed: number,
): TrainTask[] {
  const formats = new Map(bench.collections.map(({ name, format }) => [name, format]));
  const { limits } = bench.file;
  return tasks.flatMap((task): TrainTask[] => {
    const format = formats.get(task.collection);
    if (!format || placements.get(task.id)?.split !== 'train') return [];
    const limit = limits?.per_collection?.[task.collection] ?? limits?.examples_per_task;
    const pool = { task: task.id, from: 0, to: task.trainExamples, templates: task.templates };
    const selection = drawInstances(pool, { seed, limit });
    return [{ task, stream: streamOf(task.collection, format, proportions), selection }];
  });
}

export interface MixtureTask {
  id: string;
  collection: string;
  stream: Stream;
  /** Prompts that it gives: as many as it has train examples within its limits. */
  examples: number;
}

export function mixtureTasks(tasks: readonly TrainTask[]): MixtureTask[] {
  return tasks.map(({ task, stream, selection }) => ({
    id: task.id,
    collection: task.collection,
    stream,
    examples: selection.count,
  }));
}
