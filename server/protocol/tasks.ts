import * as z from 'zod';
import { level, location, split } from './words.ts';

export const taskRow = z.object({
  id: z.string(),
  collection: z.string(),
  name: z.string(),
  category: z.string(),
  /** The data source; several joined by ", ". */
  source: z.string().nullable(),
  split,
  level: level.nullable(),
  examples: z.int(),
  templates: z.int(),
  /** Findings on its templates and records that were skipped. */
  findings: z.int(),
  /** Pairs with this task that wait for a verdict. */
  openPairs: z.int(),
  /** What was ruled on the task, in words: "removed", "moved to Summarization". */
  decision: z.string().nullable(),
});
export type TaskRow = z.infer<typeof taskRow>;

export const groupBy = z.enum(['collection', 'category', 'level', 'source']);
export type GroupBy = z.infer<typeof groupBy>;

export const taskFilter = z.object({
  /** Words that must all stand in the task's id, category or source. */
  search: z.string().optional(),
  split: z.array(split).optional(),
  level: z.array(level).optional(),
  collection: z.array(z.string()).optional(),
  category: z.array(z.string()).optional(),
  /** Only tasks with open pairs, findings or a decision. */
  only: z.enum(['open-pairs', 'findings', 'decided']).optional(),
});
export type TaskFilter = z.infer<typeof taskFilter>;

export const taskGroup = z.object({
  key: z.string(),
  label: z.string(),
  examples: z.int(),
  tasks: z.array(taskRow),
});
export type TaskGroup = z.infer<typeof taskGroup>;

export const templateRow = z.object({
  name: z.string(),
  originalTask: z.boolean().optional(),
  /** Absolute path; absent for the reader's own template. */
  location: location.optional(),
});
export const taskDetail = z.object({
  row: taskRow,
  definition: z.string().optional(),
  templates: z.array(templateRow),
  files: z.array(z.object({ file: z.string(), examples: z.int() })),
});
export type TaskDetail = z.infer<typeof taskDetail>;
