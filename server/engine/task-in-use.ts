import { createHash } from 'node:crypto';
import type { CatalogTask } from '../catalog/tasks.ts';

/**
 * A task as its instances are made: without the templates that were ruled to alter it. Its hash tells so, so
 * that what was derived from it with other templates is seen to be old. Without such rulings, the task itself.
 */
export function taskInUse(task: CatalogTask, altering: ReadonlySet<string> | undefined): CatalogTask {
  if (!altering || altering.size === 0) return task;
  const { facts } = task;
  const templates = facts.templates.filter(({ name }) => !altering.has(name));
  if (templates.length === facts.templates.length) return task;
  const leftOut = facts.templates.filter(({ name }) => altering.has(name)).map(({ name }) => name);
  const mark = createHash('sha256').update(JSON.stringify(leftOut.sort())).digest('hex').slice(0, 8);
  return {
    id: task.id,
    collection: task.collection,
    name: task.name,
    format: task.format,
    categories: task.categories,
    sources: task.sources,
    templates: templates.length,
    examples: task.examples,
    trainExamples: task.trainExamples,
    examplesBySplit: task.examplesBySplit,
    files: task.files,
    facts: { ...facts, templates },
    hash: `${task.hash}-${mark}`,
  };
}
