import * as z from 'zod';
import { level, location, split } from './words.ts';

/** What stands in the way of a clean split. */
export const splitFindingCode = z.enum([
  'task-in-two-splits',
  'task-outside-category',
  'task-in-no-list',
  'empty-split',
  'test-category-in-train',
  'source-on-both-sides',
  'undecided-pair',
  'pairs-not-searched',
  'no-demonstrations',
  'empty-level',
]);
export type SplitFindingCode = z.infer<typeof splitFindingCode>;

/** What a person can do about a finding. All but `review-pair`, `find-overlaps` and `edit-bench` are decisions. */
export const splitRemedy = z.discriminatedUnion('kind', [
  /** Puts the category's train tasks in test. */
  z.object({ kind: z.literal('hold-out-category'), category: z.string(), tasks: z.array(z.string()) }),
  z.object({
    kind: z.literal('move-tasks'),
    tasks: z.array(z.string()),
    to: z.enum(['train', 'dev', 'test']),
  }),
  z.object({ kind: z.literal('leave-out'), tasks: z.array(z.string()) }),
  z.object({
    kind: z.literal('rule-on-pair'),
    train: z.string(),
    eval: z.string(),
    verdict: z.enum(['remove-train', 'retain']),
  }),
  z.object({ kind: z.literal('review-pair'), train: z.string(), eval: z.string() }),
  z.object({ kind: z.literal('allow-source'), source: z.string() }),
  z.object({ kind: z.literal('find-overlaps') }),
  z.object({ kind: z.literal('edit-bench'), location }),
]);
export type SplitRemedy = z.infer<typeof splitRemedy>;

export const splitFinding = z.object({
  code: splitFindingCode,
  /** What is wrong and what to do, in one line. */
  message: z.string(),
  /** The tasks that it is about, train tasks first. */
  tasks: z.array(z.string()),
  /** Where heldout.yaml says so; absent where it does not stand there. */
  location: location.optional(),
  remedies: z.array(splitRemedy),
});
export type SplitFinding = z.infer<typeof splitFinding>;

/** `heldout split --check --json`. */
export const splitReport = z.object({ findings: z.array(splitFinding) });
export type SplitReport = z.infer<typeof splitReport>;

/** A task on the Split board. */
export const boardTask = z.object({
  id: z.string(),
  category: z.string(),
  split,
  level: level.nullable(),
  source: z.string().nullable(),
  /** Examples of it in each part of the benchmark, before limits and removals. */
  examples: z.object({ train: z.int(), dev: z.int(), test: z.int() }),
  decision: z.string().nullable(),
});
export type BoardTask = z.infer<typeof boardTask>;

export const splitBoard = z.object({
  tasks: z.array(boardTask),
  /** Categories that heldout.yaml holds out whole. */
  heldOut: z.array(z.string()),
  findings: z.array(splitFinding),
});
export type SplitBoard = z.infer<typeof splitBoard>;
