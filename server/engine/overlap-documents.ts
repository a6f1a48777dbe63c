import type { Catalog } from '../catalog/catalog.ts';
import type { CatalogTask } from '../catalog/tasks.ts';
import type { Record as ExampleRecord } from '../collections/types.ts';
import type { Document, DocumentSource } from '../overlap/types.ts';
import { type InstanceText, instanceText } from '../prompts/document.ts';
import type { InstanceBuilder } from '../prompts/instances.ts';
import { TemplateError } from '../prompts/types.ts';

/** Counts up whenever the same record and template give another text: kept results are of one number. */
const INSTANCES = 1;

/** A task as the overlap check reads it: every example through every template that is in use. */
export function documentSource(
  catalog: Catalog,
  instances: InstanceBuilder,
  task: CatalogTask,
): DocumentSource {
  return {
    task: task.id,
    examples: task.examples,
    fingerprint: `${INSTANCES}/${task.hash}`,
    documents: (signal) => documentsOf(catalog, instances, task, { from: 0, to: task.examples }, signal),
  };
}

export async function* documentsOf(
  catalog: Catalog,
  instances: InstanceBuilder,
  task: CatalogTask,
  range: { from: number; to: number },
  signal: AbortSignal,
): AsyncGenerator<{ example: number; document: Document }> {
  for await (const { number, record } of catalog.iterate(task.id, range, signal)) {
    for (const { text, content } of textsOf(instances, task, record)) {
      yield { example: number, document: { text, content } };
    }
  }
}

/**
 * The texts of one example, one per template. A template that fails on the record gives none; where all
 * fail, the record's own text stands in, so that no example goes unchecked.
 */
export function textsOf(
  instances: InstanceBuilder,
  task: CatalogTask,
  record: ExampleRecord,
): (InstanceText & { template: string })[] {
  const texts: (InstanceText & { template: string })[] = [];
  for (const template of task.facts.templates) {
    try {
      const bare = instances.instantiate(template, record);
      texts.push({ ...instanceText(task.facts, bare), template: template.name });
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
    }
  }
  if (texts.length > 0) return texts;
  const fields = Object.entries(record.fields).filter(([, value]) => typeof value === 'string');
  const segments = fields.flatMap(([field, value], at) => [
    ...(at > 0 ? [{ text: '\n', origin: 'template' as const, part: 'source' as const }] : []),
    { text: String(value), origin: 'field' as const, field, part: 'source' as const },
  ]);
  const text = segments.map((segment) => segment.text).join('');
  return [{ segments, text, content: [[0, Buffer.byteLength(text)]], template: '' }];
}
