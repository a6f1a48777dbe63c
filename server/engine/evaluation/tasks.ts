import { InputError } from '../../base/problem.ts';
import { nearest } from '../../bench/nearest.ts';
import type { CatalogTask } from '../../catalog/tasks.ts';
import { includes } from '../../collections/globs.ts';
import type { Placed } from '../../evaluation/aggregate.ts';
import { selectionOf } from '../../prompts/selection.ts';
import type { TaskSelection } from '../selection.ts';
import type { Session } from '../session.ts';

/** Formats whose files are subtasks of one published task. */
const ONE_TASK = new Set(['mmlu', 'bbh', 'raft', 'gsm8k']);
/** Formats whose answer stands at the end of what is written. */
const FINAL_ANSWER = new Set(['bbh', 'gsm8k']);

/**
 * Where a task's scores go: subjects of MMLU, the files of BBH, RAFT and GSM8K each count as one task; else tasks of one
 * category that name the same data source do, else those with the same first part of their name (`dataset/subset`).
 */
export function placedTask(session: Session, { task, placement, templates }: TaskSelection): Placed {
  const format = session.bench.collections.find(({ name }) => name === task.collection)?.format ?? '';
  return {
    id: task.id,
    task: ONE_TASK.has(format) ? task.collection : nameOf(task),
    collection: task.collection,
    category: placement.category,
    level: placement.level ?? 'fully-held-out',
    generated: FINAL_ANSWER.has(format) || templates[0]?.chain ? 'finalAnswer' : 'rougeL',
  };
}

function nameOf({ sources, name }: CatalogTask): string {
  return sources.length === 1 ? sources[0]! : name.split('/')[0]!;
}

/** Whether a word names a task: its id or a glob over ids, its collection, its category. */
export function isNamed(
  word: string,
  { id, collection, category }: { id: string; collection: string; category: string },
): boolean {
  return id === word || collection === word || category === word || includes(id, [word], undefined);
}

/** The selections that are asked for: by task id, a glob over ids, collection or category. Throws InputError on a word that names none. */
export function wantedTasks(
  session: Session,
  selections: readonly TaskSelection[],
  words: readonly string[] | undefined,
): TaskSelection[] {
  if (!words || words.length === 0) return [...selections];
  const wanted = new Set<TaskSelection>();
  for (const word of words) {
    const named = selections.filter(({ task: { id, collection }, placement: { category } }) =>
      isNamed(word, { id, collection, category }),
    );
    if (named.length === 0) throw new InputError(unknown(session, selections, word));
    for (const one of named) wanted.add(one);
  }
  return selections.filter((one) => wanted.has(one));
}

function unknown(session: Session, selections: readonly TaskSelection[], word: string): string {
  if (session.catalog.task(word)) {
    const { split } = session.placementOf(word);
    const why = split === 'none' ? 'it was removed' : `it stands on the ${split} side, or has no such split`;
    return `${word} is not evaluated: ${why}; "heldout split" tells where tasks stand`;
  }
  const names = selections.flatMap(({ task, placement }) => [task.id, task.collection, placement.category]);
  const guess = nearest(word, [...new Set(names)]);
  const hint = guess ? `did you mean "${guess}"?` : '"heldout split" lists them';
  return `no task, collection or category to evaluate is called "${word}": ${hint}`;
}

/** Of each task its test examples, or where it has none its dev examples. */
export function heldOut(selections: readonly TaskSelection[]): TaskSelection[] {
  const having = selections.filter(({ instances }) => instances.count > 0);
  const tested = new Set(having.filter(({ split }) => split === 'test').map(({ task }) => task.id));
  return having.filter(({ split, task }) => split === (tested.has(task.id) ? 'test' : 'dev'));
}

/**
 * The selections with one template alone, one that was ruled to alter its task included: it was asked for by its
 * name. Tasks that don't have it fall away. Throws InputError where none has.
 */
export function withTemplate(selections: readonly TaskSelection[], name: string): TaskSelection[] {
  const narrowed = selections.flatMap((one) => {
    const template = one.task.facts.templates.find((each) => each.name === name);
    if (!template) return [];
    const choice = { ...one.choice, pool: { ...one.choice.pool, templates: 1 } };
    return [{ ...one, templates: [template], choice, instances: selectionOf(choice) }];
  });
  if (narrowed.length > 0) return narrowed;
  const names = selections.flatMap(({ task }) => task.facts.templates.map((each) => each.name));
  const guess = nearest(name, [...new Set(names)]);
  const hint = guess ? `did you mean "${guess}"?` : 'is the file saved, and the bench imported?';
  throw new InputError(`no task to evaluate has a template "${name}": ${hint}`);
}
