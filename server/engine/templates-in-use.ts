import type { CatalogTask } from '../catalog/tasks.ts';
import type { Template } from '../collections/types.ts';
import type { Decision } from '../protocol.ts';

/** Task to the names of its templates that were ruled to alter it, with the ruling: their instances are not used. */
export function alteringTemplates(inForce: Iterable<Decision>): Map<string, Map<string, Decision>> {
  const altering = new Map<string, Map<string, Decision>>();
  for (const decision of inForce) {
    const { subject, verdict } = decision;
    if (subject.kind !== 'template' || verdict !== 'alters') continue;
    const names = altering.get(subject.task) ?? new Map();
    altering.set(subject.task, names.set(subject.template, decision));
  }
  return altering;
}

export function templatesInUse(
  task: CatalogTask,
  altering: ReadonlyMap<string, ReadonlyMap<string, unknown>>,
): Template[] {
  const names = altering.get(task.id);
  const { templates } = task.facts;
  return names ? templates.filter(({ name }) => !names.has(name)) : templates;
}
