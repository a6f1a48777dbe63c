import * as z from 'zod';
import { decision } from './decisions.ts';
import { level, split } from './words.ts';

export const buildFormat = z.enum(['jsonl', 'parquet']);
export type BuildFormat = z.infer<typeof buildFormat>;

export const buildQuery = z.object({
  /** The folder that it is written to, absolute. */
  out: z.string(),
  format: buildFormat.default('jsonl'),
  seed: z.int().min(0).default(0),
  /** Demonstrations before each example. */
  shots: z.int().min(0).max(100).default(0),
  /** Build although pairs above the threshold are undecided, or `splits` names what is not there. */
  allowOpen: z.boolean().default(false),
});
export type BuildQuery = z.infer<typeof buildQuery>;

export const buildReport = z.object({
  out: z.string(),
  format: buildFormat,
  seed: z.int(),
  shots: z.int(),
  tasks: z.int(),
  instances: z.object({ train: z.int(), dev: z.int(), test: z.int() }),
  /** Instances without a target, and those that their template failed on. */
  leftOut: z.object({ empty: z.int(), failed: z.int() }),
  files: z.int(),
  bytes: z.int(),
  /** Files of instances that stood there from before. */
  kept: z.int(),
  /** Pairs above the threshold that stood undecided. */
  openPairs: z.int(),
  seconds: z.number(),
  /** Absolute. */
  datasheet: z.string(),
});
export type BuildReport = z.infer<typeof buildReport>;

/** What a comparison names: a folder with a build, `rev:` and a git revision of the bench, or `.`, the bench as it is. */
export const diffQuery = z.object({ a: z.string(), b: z.string() });

export const taskChange = z.object({
  what: z.enum([
    'category',
    'split',
    'level',
    'templates',
    'examples',
    'removed-examples',
    'train',
    'dev',
    'test',
  ]),
  from: z.string(),
  to: z.string(),
});

/** A task that is not the same on both sides. */
export const taskDiff = z.object({
  task: z.string(),
  category: z.string(),
  split,
  level: level.nullable(),
  changes: z.array(taskChange),
  /** Whether the catalogue has it as things stand, so that it can be looked at. */
  here: z.boolean(),
  /** Decisions on it that are in force on one side alone; none: the bench's files did it. */
  by: z.array(
    decision
      .pick({ id: true, time: true, reviewer: true, subject: true, verdict: true, reason: true })
      .extend({
        /** Made after A, or no longer in force in B. */
        kind: z.enum(['made', 'gone']),
      }),
  ),
});
export type TaskDiff = z.infer<typeof taskDiff>;

export const benchDiff = z.object({
  a: z.string(),
  b: z.string(),
  /** Not in A's benchmark, in B's. */
  entered: z.array(taskDiff),
  left: z.array(taskDiff),
  changed: z.array(taskDiff),
  /** What two builds were made with, where it differs: it changes instances without any decision. */
  options: z.array(z.object({ what: z.enum(['seed', 'shots', 'format']), from: z.string(), to: z.string() })),
  /** Of revisions: files of the collections that git says differ, from the bench's folder, with the tasks they tell of. */
  files: z.array(
    z.object({
      file: z.string(),
      change: z.enum(['added', 'deleted', 'modified']),
      tasks: z.array(z.string()),
      /** Whether there is such a file as things stand. */
      here: z.boolean(),
    }),
  ),
  /** Of revisions: what could not be read on one side alone (line 0: a whole file), from the bench's folder. */
  unread: z.array(
    z.object({ side: z.enum(['a', 'b']), file: z.string(), line: z.int(), reason: z.string() }),
  ),
  /** Tasks that are the same. */
  same: z.int(),
  /** Instances in all, where both sides are builds. */
  instances: z
    .object({
      a: z.object({ train: z.int(), dev: z.int(), test: z.int() }),
      b: z.object({ train: z.int(), dev: z.int(), test: z.int() }),
    })
    .optional(),
});
export type BenchDiff = z.infer<typeof benchDiff>;
