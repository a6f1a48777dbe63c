import type { OnStep } from '../base/progress.ts';
import type { CatalogTask } from '../catalog/catalog.ts';
import { portionsOf, shotPool } from '../curation/portions.ts';
import type { PromptTask } from '../prompts/instances.ts';
import { exampleRulings, removedExamples } from './removed-examples.ts';
import type { Session } from './session.ts';
import { holds, unlabelledOf } from './unlabelled.ts';

/**
 * The task as prompt construction takes it, so that what is inspected is what is trained on and scored:
 * neither examples that a ruling removed nor those that the task is evaluated on are demonstrations. They are
 * looked for only where demonstrations are asked for.
 */
export async function promptTaskOf(
  session: Session,
  task: CatalogTask,
  shots: number,
  work: { signal: AbortSignal; onStep: OnStep } = { signal: new AbortController().signal, onStep: () => {} },
): Promise<PromptTask> {
  const { id, facts, examples } = task;
  if (shots === 0) return { id, facts, examples, shotPool: 0 };
  const pool = await shotPoolOf(session, task, work.signal);
  if (!exampleRulings(session).some(({ train }) => train.id === id))
    return { id, facts, examples, shotPool: pool };
  const removed = (await removedExamples(session, work)).get(id);
  return { id, facts, examples, shotPool: pool, removed };
}

/** As `selectTasks` has it. A task that was left out is evaluated on nothing. */
async function shotPoolOf(session: Session, task: CatalogTask, signal: AbortSignal): Promise<number> {
  const { split } = session.placementOf(task.id);
  if (split === 'none') return task.trainExamples;
  const unlabelled = await unlabelledOf(session, task, signal);
  return shotPool(
    task,
    portionsOf(task, split, (portion) => !holds(unlabelled, portion)),
  );
}
