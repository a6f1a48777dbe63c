import type { Fields, Template } from '../collections/types.ts';
import type { InstanceBuilder } from '../prompts/instances.ts';
import { LeftOutError, textOf } from '../prompts/types.ts';
import type { RenderTemplate } from '../templates/findings/context.ts';

type Outcome = { rendered: NonNullable<ReturnType<RenderTemplate>> } | { error: unknown };

const KEPT = 1024;
/** Milliseconds for one template over all records of a sample. */
const TIME = 400;

/**
 * Renders as the prompts are made, and remembers: while a person types in one template, the others are not
 * rendered again. A template whose time is used up is not tried on further records.
 */
export function rememberingRender(instances: InstanceBuilder): RenderTemplate {
  const known = new Map<string, { results: WeakMap<Fields, Outcome>; spent: number }>();
  return (template, fields) => {
    const key = keyOf(template);
    const kept = known.get(key) ?? { results: new WeakMap(), spent: 0 };
    known.delete(key);
    known.set(key, kept);
    if (known.size > KEPT) known.delete(known.keys().next().value!);
    let outcome = kept.results.get(fields);
    if (!outcome) {
      if (kept.spent > TIME) return undefined;
      const start = performance.now();
      outcome = render(instances, template, fields);
      kept.results.set(fields, outcome);
      kept.spent += performance.now() - start;
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
