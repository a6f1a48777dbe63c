import type { Bench } from '../bench/bench.ts';
import type { CatalogTask } from '../catalog/catalog.ts';
import type { Placement } from '../curation/placement.ts';
import { mixtureSettings } from './settings.ts';
import { type Stream, streamOf } from './streams.ts';

/** A train task as the mixture sees it. */
export interface MixtureTask {
  id: string;
  collection: string;
  stream: Stream;
  /** Prompts that it gives: as many as it has train examples within its limits. */
  examples: number;
}

/** The tasks that stand in train, by what is known without reading: limits and removed examples don't count. */
export function tasksInTrain(
  bench: Bench,
  tasks: readonly CatalogTask[],
  placements: ReadonlyMap<string, Placement>,
): MixtureTask[] {
  const { proportions } = mixtureSettings(bench.file.mixture);
  const formats = new Map(bench.collections.map(({ name, format }) => [name, format]));
  return tasks.flatMap(({ id, collection, templates, trainExamples }): MixtureTask[] => {
    const format = formats.get(collection);
    if (!format || placements.get(id)?.split !== 'train') return [];
    const stream = streamOf(collection, format, proportions);
    return [{ id, collection, stream, examples: templates > 0 ? trainExamples : 0 }];
  });
}
