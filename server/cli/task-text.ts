import type { TaskRow } from '../protocol.ts';
import { printTable } from './output.ts';

/** A task as `tasks --json` shows it. */
export function taskDocument({
  id,
  collection,
  category,
  source,
  split,
  level,
  examples,
  templates,
  decision,
}: TaskRow) {
  return { id, collection, category, source, split, level, examples, templates, decision };
}

export function taskTable(tasks: readonly TaskRow[]): void {
  printTable(
    ['task', 'category', 'source', 'split', 'level', 'examples', 'templates', 'decision'],
    tasks.map((task) => [
      task.id,
      task.category,
      task.source ?? '',
      task.split,
      task.level ?? '',
      task.examples,
      task.templates,
      task.decision ?? '',
    ]),
  );
}
