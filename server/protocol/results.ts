import * as z from 'zod';
import { estimate, resultsFile, scoredExample, shotsSetting } from './evaluation.ts';
import { promptStyle } from './instances.ts';
import { level } from './words.ts';

/** A results file as a list shows it; null where it can't be read, with the reason. */
export const resultsRow = z.object({
  file: z.string(),
  name: z.string(),
  summary: resultsFile
    .pick({ created: true, checkpoint: true, settings: true, counts: true, levels: true, selection: true })
    .nullable(),
  problem: z.string().nullable(),
});
export type ResultsRow = z.infer<typeof resultsRow>;

export const scoredQuery = z.object({
  /** The results file. */
  file: z.string(),
  task: z.string(),
  shots: shotsSetting,
  /** By name; all where left out. */
  template: z.string().optional(),
  /** The same examples as another run scored them. */
  beside: z.string().optional(),
  /** `differ`: the other run scored it otherwise. */
  only: z.enum(['all', 'right', 'wrong', 'failed', 'differ']).default('all'),
  start: z.int().min(0).default(0),
  count: z.int().min(1).max(200).default(25),
});
export const scoredPage = z.object({
  /** Examples that the query has, with those not on this page. */
  total: z.int(),
  rows: z.array(
    z.object({
      scored: scoredExample,
      /** By the metric of its task; null where it failed. */
      score: z.number().nullable(),
      beside: z.object({ scored: scoredExample, score: z.number().nullable() }).nullable(),
    }),
  ),
});
export type ScoredPage = z.infer<typeof scoredPage>;

export const exportQuery = z.object({
  files: z.array(z.string()).min(1),
  format: z.enum(['csv', 'markdown', 'latex']),
  /** Every task, not the levels and categories alone. */
  tasks: z.boolean().default(false),
  /** What each of the others scores against this one comes too. */
  against: z.string().optional(),
});

export const evaluateQuery = z.object({
  /** A folder, an .onnx file, absolute; or the address of a server. */
  checkpoint: z.string(),
  /** Task ids, globs over them, collections, categories; all where left out. */
  tasks: z.array(z.string()).optional(),
  /** This template alone, on each task's test examples or else its dev examples. */
  template: z.string().optional(),
  shots: z.array(shotsSetting).min(1),
  prompts: promptStyle.default('plain'),
  limit: z.int().min(1).nullable(),
  /** A tokenizer.json other than the checkpoint's. */
  tokenizer: z.string().optional(),
  /** The runner's interpreter. */
  python: z.string().optional(),
});
export const evaluateJobQuery = evaluateQuery.extend({
  launch: z.enum(['machine', 'slurm']).default('machine'),
});
/** Whether jobs can be submitted to Slurm from here, and the run spec that tells how it is asked. */
export const slurmPlace = z.object({ there: z.boolean(), spec: z.string().nullable() });
/** Every checkpoint of a training run, those that it still writes included; those with results are passed over. */
export const evaluateRunQuery = z.object({
  /** Its id. */
  run: z.string(),
  ...evaluateQuery.pick({ tasks: true, shots: true, prompts: true, limit: true, python: true }).shape,
});

/** A checkpoint of a training run that is on disk and can be evaluated. */
export const runCheckpoint = z.object({
  run: z.object({ id: z.string(), name: z.string() }),
  step: z.int(),
  /** The run's finished weights. */
  final: z.boolean(),
  /** Absolute. */
  folder: z.string(),
  /** When it was written, in milliseconds since 1970. */
  time: z.number(),
  /** Of the step that it was written after, where that is known. */
  loss: z.number().nullable(),
});
export type RunCheckpoint = z.infer<typeof runCheckpoint>;

export const evaluateReport = z.object({
  file: z.string(),
  name: z.string(),
  counts: resultsFile.shape.counts,
  /** The most frequent reason of failures. */
  failure: z.string().nullable(),
});
export type EvaluateReport = z.infer<typeof evaluateReport>;

/** What was scored last: by which checkpoint, in which results file. */
export const lastScore = z.object({
  file: z.string(),
  checkpoint: z.string(),
  created: z.string(),
  /** In the order of the evaluation. */
  scores: z.array(z.object({ shots: shotsSetting, estimate: estimate.nullable() })),
});
export type LastScore = z.infer<typeof lastScore>;

/** By task id; by category and by level only what a results file says of just the tasks that stand there scored. */
export const lastScores = z.object({
  tasks: z.record(z.string(), lastScore),
  categories: z.record(z.string(), lastScore),
  levels: z.partialRecord(level, lastScore),
});
export type LastScores = z.infer<typeof lastScores>;
