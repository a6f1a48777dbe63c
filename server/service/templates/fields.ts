import type { Json } from '../../collections/types.ts';
import type { FieldFacts } from '../../engine/field-facts.ts';
import { fieldFacts } from '../../engine/field-facts.ts';
import type { TaskSample } from '../../engine/template-sample.ts';
import { analyse } from '../../templates/analysis/analyse.ts';
import type { PlacedTask } from '../../templates/files/template-file.ts';

/** The fields that can be named in a template: those of the records, else those that the task's templates use. */
export function fieldsFor(sample: TaskSample, task: PlacedTask): FieldFacts[] {
  if (sample.fields.length > 0) return sample.fields;
  const names = new Set(task.templates.flatMap(({ template }) => analyse(template).variables));
  return [...names].map((name) => ({ name, type: 'field', samples: [] }));
}

/** What stands below a path of names in the records: the keys of objects, of lists of objects too. */
export function fieldsBelow(sample: TaskSample, path: readonly string[]): FieldFacts[] {
  let values: Json[] = sample.records.map(({ record }) => record.fields);
  for (const name of path) {
    values = values.flatMap((value) => {
      const next = isObject(value) && Object.hasOwn(value, name) ? value[name]! : undefined;
      return next === undefined ? [] : [next];
    });
  }
  return fieldFacts(values.filter(isObject));
}

/** A field in Markdown: its type and a few values. */
export function fieldText({ name, type, samples }: FieldFacts): string {
  const values = samples.map((sample) => `- \`${sample.replaceAll('`', "'")}\``);
  return [`**${name}**: ${type}`, ...(values.length > 0 ? ['', ...values] : [])].join('\n');
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Number);
}
