import type { OnStep } from '../base/progress.ts';
import type { CatalogTask } from '../catalog/tasks.ts';
import type { Template } from '../collections/types.ts';
import type { Placement } from '../curation/placement.ts';
import { type Portion, portionsOf, shotPool } from '../curation/portions.ts';
import type { PromptTask } from '../prompts/instances.ts';
import { type Choice, type Selection, selectionOf } from '../prompts/selection.ts';
import type { Split } from '../protocol.ts';
import { type RemovedExamples, removedExamples } from './removed-examples.ts';
import type { Session } from './session.ts';
import { labelled, type Unlabelled, unlabelledPortions } from './unlabelled.ts';

/** Examples of a task that are trained on at most (OPT-IML, section 2.4), unless the bench says otherwise. */
const MOST_EXAMPLES = 100_000;
/** Instances of a task for development. */
const MOST_DEV = 250;

/** What of one task goes to one part of the benchmark. */
export interface TaskSelection {
  task: CatalogTask;
  placement: Placement;
  split: Exclude<Split, 'none'>;
  portion: Portion;
  /** Those that instances are made with; `template` of an instance counts among them. */
  templates: readonly Template[];
  instances: Selection;
  /** The same as plain data. */
  choice: Choice;
  /** The task as prompt construction takes it: removed examples are no demonstrations. */
  promptTask: PromptTask;
}

/** What a selection rests on that has to be read from the examples. */
export interface SelectionGround {
  removed: RemovedExamples;
  unlabelled: Unlabelled;
}

export interface SelectionOptions {
  seed: number;
  ground: SelectionGround;
  /** Left out: all three. */
  splits?: readonly TaskSelection['split'][];
}

/** Reads what a selection rests on; holds for as long as the bench, its files and its decisions stay. */
export async function selectionGround(
  session: Session,
  options: { signal: AbortSignal; onStep: OnStep },
): Promise<SelectionGround> {
  return {
    removed: await removedExamples(session, options),
    unlabelled: await unlabelledPortions(session, options.signal),
  };
}

/**
 * The instances of the benchmark, task by task in the catalogue's order, after all decisions: N of N
 * examples for training, at most 250 a task for development, all for test. Tasks that were removed,
 * templates that alter their task and train examples that overlap and were ruled out are not there. Nothing
 * is read: a selection takes no memory to speak of.
 */
export function selectTasks(session: Session, options: SelectionOptions): TaskSelection[] {
  const selections: TaskSelection[] = [];
  for (const task of session.catalog.tasks()) {
    const placement = session.placementOf(task.id);
    if (placement.split === 'none') continue;
    const templates = session.taskInUse(task).facts.templates;
    const { removed: allRemoved, unlabelled } = options.ground;
    const isLabelled = (portion: Portion) => labelled(unlabelled, task.id, portion);
    const portions = portionsOf(task, placement.split, isLabelled);
    for (const portion of portions) {
      if (options.splits && !options.splits.includes(portion.split)) continue;
      const removed = allRemoved.get(task.id);
      const choice = chosen(session, task, portion, templates.length, removed, options.seed);
      selections.push({
        task,
        placement,
        split: portion.split,
        portion,
        templates,
        instances: selectionOf(choice),
        choice,
        promptTask: {
          id: task.id,
          facts: task.facts,
          examples: task.examples,
          shotPool: shotPool(task, portions),
          removed,
        },
      });
    }
  }
  return selections;
}

function chosen(
  session: Session,
  task: CatalogTask,
  { split, from, to }: Portion,
  templates: number,
  removed: Uint32Array | undefined,
  seed: number,
): Choice {
  // Each part draws for itself: `task` names the draw.
  const pool = { task: `${task.id}/${split}`, from, to, templates };
  if (split === 'test') return { kind: 'every', pool, seed };
  if (split === 'dev') return { kind: 'drawn', pool, drawing: { seed, most: MOST_DEV } };
  const drawing = { seed, limit: exampleLimit(session, task.collection) };
  return { kind: 'drawn', pool: { ...pool, removed }, drawing };
}

/** Examples of a task of the collection that are trained on at most. */
export function exampleLimit(session: Session, collection: string): number {
  const limits = session.bench.file.limits;
  return limits?.per_collection?.[collection] ?? limits?.examples_per_task ?? MOST_EXAMPLES;
}
