import type { Record as ExampleRecord, Template } from '../collections/types.ts';
import { type CompiledTemplate, LeftOutError, type Segment, TemplateError, textOf } from './types.ts';

/** One record put through one template: source and target, before delimiter and demonstrations. */
export interface Instantiated {
  source: Segment[];
  target: Segment[];
  candidates: string[] | undefined;
  references: string[];
}

/** Throws TemplateError where the template can't make a source and a target of this record. */
export function instantiate(
  template: Template,
  compiled: CompiledTemplate,
  record: ExampleRecord,
): Instantiated {
  const rendered = compiled.render(record.fields);
  const [source, target] = rendered.parts;
  if (!target && textOf(source ?? []).trim() === '') throw new LeftOutError();
  if (!source || !target) throw new TemplateError('there is no "|||" between source and target');

  // A collection's own template says what the output is; a reader's template only prints the
  // record, whose references may be several.
  const written = template.file !== undefined;
  const references = written || record.references.length === 0 ? [textOf(target)] : record.references;
  return {
    source,
    target,
    // A chain of thought is written, not chosen.
    candidates: template.chain
      ? undefined
      : ((written ? rendered.answerChoices : undefined) ?? record.candidates),
    references,
  };
}
