import type { CatalogTask } from '../catalog/tasks.ts';
import type { Record as ExampleRecord } from '../collections/types.ts';
import { type Portion, portionsOf } from '../curation/portions.ts';
import { TemplateError, textOf } from '../prompts/types.ts';
import { instancesOf } from './instances.ts';
import type { Session } from './session.ts';

/** Examples looked at: a split has its labels, or it has none. */
const LOOKED_AT = 8;

/** Portions that have no labels, by task. */
export type Unlabelled = ReadonlyMap<string, readonly Portion[]>;

export function labelled(unlabelled: Unlabelled, task: string, portion: Portion): boolean {
  return !holds(unlabelled.get(task) ?? [], portion);
}

export function holds(portions: readonly Portion[], { from, to }: Portion): boolean {
  return portions.some((portion) => portion.from === from && portion.to === to);
}

/**
 * What would be evaluated on but can't be: parts of tasks whose first examples all lack a label. Those have
 * an empty target by every template, or `label: -1`, by which published data sets mark a label that is kept
 * secret.
 */
export async function unlabelledPortions(session: Session, signal: AbortSignal): Promise<Unlabelled> {
  const unlabelled = new Map<string, Portion[]>();
  for (const task of session.catalog.tasks()) {
    const found = await unlabelledOf(session, task, signal);
    if (found.length > 0) unlabelled.set(task.id, found);
  }
  return unlabelled;
}

/** The same for one task. */
export async function unlabelledOf(
  session: Session,
  task: CatalogTask,
  signal: AbortSignal,
): Promise<Portion[]> {
  const { split } = session.placementOf(task.id);
  if (split === 'none' || task.templates === 0) return [];
  const unlabelled: Portion[] = [];
  // Each portion that is found to be unlabelled may bring up another.
  for (;;) {
    const found: Portion[] = [];
    for (const portion of portionsOf(task, split, (one) => !holds(unlabelled, one))) {
      if (portion.split === 'train' || (await isLabelled(session, task, portion, signal))) continue;
      found.push(portion);
    }
    if (found.length === 0) return unlabelled;
    unlabelled.push(...found);
  }
}

async function isLabelled(
  session: Session,
  task: CatalogTask,
  { from, to }: Portion,
  signal: AbortSignal,
): Promise<boolean> {
  const range = { from, to: Math.min(to, from + LOOKED_AT) };
  for await (const { record } of session.catalog.iterate(task.id, range, signal)) {
    if (hasLabel(session, task, record)) return true;
  }
  return false;
}

function hasLabel(session: Session, task: CatalogTask, record: ExampleRecord): boolean {
  if (record.fields.label === -1) return false;
  return task.facts.templates.some((template) => {
    try {
      return textOf(instancesOf(session).instantiate(template, record).target).trim() !== '';
    } catch (error) {
      if (error instanceof TemplateError) return false;
      throw error;
    }
  });
}
