import { InputError } from '../base/problem.ts';
import type { CatalogTask } from '../catalog/tasks.ts';
import type { Template } from '../collections/types.ts';
import { selectionOf } from '../prompts/selection.ts';
import type { TaskSelection } from './selection.ts';

/** What gives a task a chain-of-thought prompt. */
const WHERE =
  'BBH has them in its folder "cot-prompts" or the one that "prompts" of its collection names, GSM8K in its answers';

/** The template that asks for a task's chain of thought. Throws InputError where it has none. */
export function chainOf({ id, facts }: CatalogTask): Template {
  if (facts.chain) return facts.chain;
  throw new InputError(`${id} has no chain-of-thought prompt: ${WHERE}`);
}

/**
 * The same examples, each asked once, for its chain of thought; tasks that have no such prompt are left out. Throws
 * InputError where none has, or none of those that a word of `words` names by `named`.
 */
export function chainSelections(
  selections: readonly TaskSelection[],
  words: readonly string[] = [],
  named: (word: string) => readonly TaskSelection[] = () => [],
): TaskSelection[] {
  for (const word of words) {
    if (named(word).every(({ task }) => task.facts.chain === undefined))
      throw new InputError(`"${word}" names no task with a chain-of-thought prompt: ${WHERE}`);
  }
  const chained = selections.flatMap((selection): TaskSelection[] => {
    const { chain } = selection.task.facts;
    if (!chain) return [];
    const choice = { ...selection.choice, pool: { ...selection.choice.pool, templates: 1 } };
    return [{ ...selection, templates: [chain], choice, instances: selectionOf(choice) }];
  });
  if (chained.length === 0) throw new InputError(`no task has a chain-of-thought prompt: ${WHERE}`);
  return chained;
}
