import type { Fields, Template } from '../collections/types.ts';
import type { InstanceBuilder } from '../prompts/instances.ts';
import { LeftOutError, textOf } from '../prompts/types.ts';
import type { RenderTemplate } from '../templates/findings/context.ts';

type Outcome = { rendered: ReturnType<RenderTemplate> } | { error: unknown };

const KEPT = 1024;
/** A template that took this long on one record (ms) is not tried on another: the bound is for the sum. */
const TOO_SLOW = 200;

/**
 * Renders as the prompts are made, and remembers: while a person types in one template, the others are not
 * rendered again. A template that ran into its limits fails on every record at once.
 */
export function rememberingRender(instances: InstanceBuilder): RenderTemplate {
  const known = new Map<string, { results: WeakMap<Fields, Outcome>; hopeless?: Outcome }>();
  return (template, fields) => {
    const key = keyOf(template);
    const kept = known.get(key) ?? { results: new WeakMap() };
    known.delete(key);
    known.set(key, kept);
    if (known.size > KEPT) known.delete(known.keys().next().value!);
    let outcome = kept.hopeless ?? kept.results.get(fields);
    if (!outcome) {
      const start = performance.now();
      outcome = render(instances, template, fields);
      kept.results.set(fields, outcome);
      if ('error' in outcome && performance.now() - start > TOO_SLOW) kept.hopeless = outcome;
    }
    if ('error' in outcome) throw outcome.error;
    return outcome.rendered;
  };
}

function render(instances: InstanceBuilder, template: Template, fields: Fields): Outcome {
  try {
    const { source, target, candidates } = instances.instantiate(template, { fields, references: [] });
    return { rendered: { source: textOf(source), target: textOf(target), choices: candidates } };
  } catch (error) {
    if (error instanceof LeftOutError) return { rendered: { source: '', target: '', choices: undefined } };
    return { error };
  }
}

/** What of a template bears on what it makes of a record. */
function keyOf({ language, text, answerChoices, strip }: Template): string {
  return JSON.stringify([language, text, answerChoices, strip]);
}
