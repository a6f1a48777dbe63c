import type { Db } from './database.ts';
import type { TaskEntry } from './tasks.ts';

/**
 * What imports have seen of tasks, those that are gone included: by it a task that comes under another name is
 * known again. `first`: the number of the import that saw it first. Made where it is missing: a catalogue from
 * before has to lose nothing for it.
 */
export const SEEN_TASKS = `CREATE TABLE IF NOT EXISTS seen_task (
  task TEXT PRIMARY KEY, first INTEGER NOT NULL, content TEXT NOT NULL, hash TEXT NOT NULL
) WITHOUT ROWID`;

export interface SeenTask {
  task: string;
  first: number;
  /** The same for tasks of one collection that differ in the names of their files alone. */
  content: string;
  /** As the catalogue gave it when the task was last seen. */
  hash: string;
}

/** Remembers the tasks that there are; those whose content can't be told are left out. */
export function rememberTasks(db: Db, tasks: readonly TaskEntry[]): void {
  const known = new Map(allSeen(db).map((seen) => [seen.task, seen]));
  const now = 1 + Math.max(0, ...[...known.values()].map(({ first }) => first));
  const put = db.prepare<[string, number, string, string]>(
    'INSERT OR REPLACE INTO seen_task (task, first, content, hash) VALUES (?, ?, ?, ?)',
  );
  const shared = sharedFiles(tasks);
  db.transaction(() => {
    for (const task of tasks) {
      const { id, content, hash } = task;
      // Of tasks in one file nothing tells whose records are whose.
      if (content === undefined || task.parts.some((part) => shared.has(part.id))) continue;
      const before = known.get(id);
      if (before?.content === content && before.hash === hash) continue;
      put.run(id, before?.first ?? now, content, hash);
    }
  }).immediate();
}

export function allSeen(db: Db): SeenTask[] {
  return db.prepare<[], SeenTask>('SELECT task, first, content, hash FROM seen_task').all();
}

function sharedFiles(tasks: readonly TaskEntry[]): Set<number> {
  const once = new Set<number>();
  const shared = new Set<number>();
  for (const { parts } of tasks) {
    for (const { id } of parts) (once.has(id) ? shared : once).add(id);
  }
  return shared;
}
