import { type Instance, textOf } from '../../prompts/types.ts';
import type { Level } from '../../protocol.ts';

/** One instance as a build has it: a line of JSON, a row of Parquet. The keys stand in this order. */
export interface InstanceRecord {
  task: string;
  collection: string;
  category: string;
  level: Level | null;
  template: string;
  /** The example's number in its task. */
  example: number;
  /** All before the target: definition, demonstrations, the example, the delimiter. */
  source: string;
  target: string;
  /** The outputs to choose among; null where the task has none. */
  candidates: string[] | null;
  /** The right outputs. */
  references: string[];
  delimiter: string;
  /** Numbers of the examples shown, in order; -1 for one of the definition's own. */
  demonstrations: number[];
}

/** What a task's instances have in common. */
export interface TaskLabels {
  collection: string;
  category: string;
  level: Level | null;
}

export function recordOf(instance: Instance, labels: TaskLabels): InstanceRecord {
  return {
    task: instance.task,
    collection: labels.collection,
    category: labels.category,
    level: labels.level,
    template: instance.template,
    example: instance.example,
    source: textOf(instance.source),
    target: textOf(instance.target),
    candidates: instance.candidates ?? null,
    references: instance.references,
    delimiter: instance.delimiter,
    demonstrations: instance.demonstrations.map(({ example }) => example),
  };
}
