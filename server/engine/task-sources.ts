import type { CatalogTask } from '../catalog/catalog.ts';
import { knownDataSet } from '../curation/sources/aliases.ts';
import { type DataSource, dataSources } from '../curation/sources/data-sources.ts';

/** The task's data sources as its collection declares them, else those that its suite or its name tells. */
export function sourceNames(task: CatalogTask): string[] {
  return task.sources.length > 0 ? [...task.sources] : knownSources(task).map(({ name }) => name);
}

export function sourceOf(task: CatalogTask): string | null {
  return sourceNames(task).join(', ') || null;
}

/** By the data itself, however its collections write it; a name that only its own task knows is no source. */
export function knownSources(task: CatalogTask): DataSource[] {
  return dataSources(task).filter(({ key, evidence }) => evidence !== 'task-name' || knownDataSet(key));
}
