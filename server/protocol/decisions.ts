import * as z from 'zod';

export const subject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pair'), train: z.string(), eval: z.string() }),
  z.object({ kind: z.literal('task'), task: z.string(), aspect: z.enum(['category', 'split']) }),
  z.object({ kind: z.literal('template'), task: z.string(), template: z.string() }),
  /** The verdict is JSON: `{inputs: [field…], targets: [field…]}`, one to three targets, or none. */
  z.object({ kind: z.literal('declaration'), task: z.string() }),
  /**
   * The verdict is what it is called from now on: a new name, or another category that it is merged into.
   * `since`: the decision that took the name from an earlier category, where another one has got it since.
   */
  z.object({ kind: z.literal('category'), category: z.string(), since: z.string().optional() }),
  /** A data source by its key; the verdict `allow` lets it stand on both sides. */
  z.object({ kind: z.literal('source'), source: z.string() }),
]);
export type Subject = z.infer<typeof subject>;

/** One line of decisions.jsonl. */
export const decision = z.object({
  id: z.string(),
  time: z.string(),
  reviewer: z.string(),
  subject,
  /** A pair's verdict, a task's new category or split, or `undo`. */
  verdict: z.string(),
  reason: z.string(),
  /** Hash of the evidence that it was made on; empty where there is none. */
  evidence: z.string(),
  /** Ids of the decisions on this subject that the reviewer saw and replaces; with `undo`, the ones taken back. */
  replaces: z.array(z.string()),
});
export type Decision = z.infer<typeof decision>;

export const conflict = z.object({ subject, decisions: z.array(decision) });

/**
 * A task that decisions speak of and that is gone, or a template of a task (`template`), where exactly one
 * other has the same content: what it was renamed to, by all that can be told.
 */
export const leftBehind = z.object({
  task: z.string(),
  template: z.string().optional(),
  /** The other task's id, or the template's name. */
  to: z.string(),
  /** The decisions that nobody has made on the other one. */
  decisions: z.array(decision),
  /** Where the first of them stands. */
  file: z.string(),
  line: z.int(),
});
export type LeftBehind = z.infer<typeof leftBehind>;
