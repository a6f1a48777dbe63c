import type { OnStep } from '../base/progress.ts';
import type { CatalogTask } from '../catalog/catalog.ts';
import type { PromptTask } from '../prompts/instances.ts';
import { exampleRulings, removedExamples } from './removed-examples.ts';
import type { Session } from './session.ts';

/**
 * The task as prompt construction takes it, so that what is inspected is what is trained on: examples that
 * a ruling removed are no demonstrations. They are looked for only where demonstrations are asked for.
 */
export async function promptTaskOf(
  session: Session,
  task: CatalogTask,
  shots: number,
  work: { signal: AbortSignal; onStep: OnStep } = { signal: new AbortController().signal, onStep: () => {} },
): Promise<PromptTask> {
  if (shots === 0 || !exampleRulings(session).some(({ train }) => train.id === task.id)) return task;
  const removed = (await removedExamples(session, work)).get(task.id);
  const { id, facts, examples, trainExamples } = task;
  return { id, facts, examples, trainExamples, removed };
}
