import { InputError } from '../base/problem.ts';
import { nearest } from '../bench/nearest.ts';
import type { CatalogTask } from '../catalog/catalog.ts';
import type { GroupBy, TaskDetail, TaskFilter, TaskGroup, TaskRow } from '../protocol.ts';
import { pairCounts } from './pair-rows.ts';
import type { Session } from './session.ts';
import { knownSources, sourceOf } from './task-sources.ts';

const LEVEL_LABELS = {
  'fully-held-out': 'Fully held-out',
  'partially-held-out': 'Partially held-out',
  'fully-supervised': 'Fully supervised',
} as const;

export function taskRows(session: Session): TaskRow[] {
  const open = pairCounts(session);
  const skips = skipsByTask(session);
  const found = session.findings;
  const placements = session.placements();
  return session.catalog.tasks().map((task) => {
    const { category, split, level, decision } = placements.get(task.id)!;
    return {
      id: task.id,
      collection: task.collection,
      name: task.name,
      category,
      source: sourceOf(task),
      split,
      level,
      examples: task.examples,
      templates: task.templates,
      findings: (skips.get(task.id) ?? 0) + (found.get(task.id) ?? 0),
      openPairs: open.get(task.id) ?? 0,
      decision,
    };
  });
}

/** The catalogue's task, or an InputError that names the nearest one. */
export function findTask(session: Session, id: string): CatalogTask {
  const task = session.catalog.task(id);
  if (task) return task;
  const ids = session.catalog.tasks().map((each) => each.id);
  const guess = nearest(id, ids);
  const hint = guess
    ? `did you mean "${guess}"?`
    : ids.length > 0
      ? '"heldout tasks" lists them'
      : 'import the bench first';
  throw new InputError(`there is no task "${id}": ${hint}`);
}

export function taskDetail(session: Session, id: string): TaskDetail {
  const task = findTask(session, id);
  const row = taskRows(session).find((each) => each.id === id)!;
  return {
    row,
    definition: task.facts.definition,
    templates: task.facts.templates.map((template) => ({
      name: template.name,
      originalTask: template.originalTask,
      location: session.catalog.templateLocation(task, template),
    })),
    files: task.files.map(({ path, examples }) => ({ file: path, examples })),
  };
}

/** Tasks that pass the filter, grouped; groups and tasks in the order of their labels. */
export function taskGroups(session: Session, groupBy: GroupBy, filter: TaskFilter): TaskGroup[] {
  const groups = new Map<string, TaskGroup>();
  for (const row of taskRows(session)) {
    if (!passes(row, filter)) continue;
    const { key, label } = groupBy === 'source' ? sourceGroup(session, row) : groupOf(row, groupBy);
    const group = groups.get(key) ?? { key, label, examples: 0, tasks: [] };
    groups.set(key, group);
    group.tasks.push(row);
    group.examples += row.examples;
  }
  const ordered = [...groups.values()].sort((a, b) => a.label.localeCompare(b.label, 'en'));
  const byNumber = new Intl.Collator('en', { numeric: true });
  for (const group of ordered) group.tasks.sort((a, b) => byNumber.compare(a.id, b.id));
  return ordered;
}

export function passes(row: TaskRow, filter: TaskFilter): boolean {
  const allows = <T>(wanted: readonly T[] | undefined, value: T | null) =>
    !wanted || wanted.length === 0 || (value !== null && wanted.includes(value));
  if (!allows(filter.split, row.split) || !allows(filter.level, row.level)) return false;
  if (!allows(filter.collection, row.collection) || !allows(filter.category, row.category)) return false;
  if (filter.only === 'open-pairs' && row.openPairs === 0) return false;
  if (filter.only === 'findings' && row.findings === 0) return false;
  if (filter.only === 'decided' && row.decision === null) return false;
  const words = filter.search?.toLowerCase().split(/\s+/u).filter(Boolean) ?? [];
  const text = `${row.id} ${row.category} ${row.source ?? ''}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function sourceGroup(session: Session, row: TaskRow): { key: string; label: string } {
  const sources = knownSources(session.catalog.task(row.id)!);
  if (sources.length === 0) return { key: '', label: 'No data source named' };
  return {
    key: sources.map(({ key }) => key).join(', '),
    label: sources.map(({ name }) => name).join(', '),
  };
}

function groupOf(row: TaskRow, groupBy: Exclude<GroupBy, 'source'>): { key: string; label: string } {
  if (groupBy === 'collection') return { key: row.collection, label: row.collection };
  if (groupBy === 'category') return { key: row.category, label: row.category };
  if (row.split === 'none') return { key: 'removed', label: 'Removed' };
  if (row.split === 'train') return { key: 'train', label: 'Train (fully supervised)' };
  return { key: row.level ?? '', label: row.level ? LEVEL_LABELS[row.level] : 'No level' };
}

/** Records skipped in the files of each task. */
function skipsByTask(session: Session): Map<string, number> {
  const perFile = new Map<string, number>();
  for (const skip of session.catalog.skipped()) perFile.set(skip.file, (perFile.get(skip.file) ?? 0) + 1);
  const counts = new Map<string, number>();
  for (const task of session.catalog.tasks()) {
    let count = 0;
    for (const { path } of task.files) count += perFile.get(path) ?? 0;
    if (count > 0) counts.set(task.id, count);
  }
  return counts;
}
