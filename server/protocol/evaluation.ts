import * as z from 'zod';
import { promptStyle } from './instances.ts';
import { level } from './words.ts';

/** Demonstrations before each example; `fit`: as many as the context takes, 32 at most. */
export const shotsSetting = z.union([z.int().min(0).max(64), z.literal('fit')]);
export type ShotsSetting = z.infer<typeof shotsSetting>;

/** What a backend is asked: a line of a job's `requests.jsonl`. `group`: requests that begin alike. */
export const scoreRequest = z.discriminatedUnion('kind', [
  z.object({
    id: z.string(),
    kind: z.literal('rank'),
    prefix: z.string(),
    continuations: z.array(z.string()).min(1),
    group: z.string().optional(),
  }),
  z.object({
    id: z.string(),
    kind: z.literal('generate'),
    prefix: z.string(),
    max_tokens: z.int().min(1),
    group: z.string().optional(),
  }),
]);
export type ScoreRequest = z.infer<typeof scoreRequest>;

/** What it answers: a line of `scores.jsonl`. `truncated`: tokens cut from the left of the prompt. */
export const scoreAnswer = z.union([
  z.object({ id: z.string(), error: z.string() }),
  z.object({
    id: z.string(),
    /** Summed, natural logarithm, one for each continuation. */
    log_likelihoods: z.array(z.number()),
    /** Of each continuation. */
    tokens: z.array(z.int()),
    /** Whether greedy decoding would have written it. */
    greedy: z.array(z.boolean()).optional(),
    truncated: z.int().default(0),
  }),
  z.object({ id: z.string(), text: z.string(), tokens: z.int(), truncated: z.int().default(0) }),
]);
export type ScoreAnswer = z.output<typeof scoreAnswer>;

/** `evaluate.json` of a job that scores with PyTorch. */
export const evaluateJob = z.object({
  version: z.literal(1),
  /** A folder that transformers loads, and its tokenizer.json; absolute. */
  checkpoint: z.string(),
  tokenizer: z.string(),
  /** Tokens of one batch, padding included; tokens of the context, null for the model's own. */
  batch_tokens: z.int(),
  length: z.int().nullable(),
  device: z.enum(['auto', 'cuda', 'cpu']),
  precision: z.enum(['auto', 'fp32', 'bf16', 'fp16']),
  /** Whether the tokens that the tokenizer puts before a text are put there; what is trained here is trained without. */
  special_tokens: z.boolean(),
});
export type EvaluateJob = z.infer<typeof evaluateJob>;

/** What is measured of one example, each from 0 to 1. */
export const metricName = z.enum([
  'accuracy',
  'accuracyPerToken',
  'accuracyPerByte',
  'accuracyUnconditional',
  'exactMatch',
  'exactMatchNormalised',
  'finalAnswer',
  'lastNumber',
  'rougeL',
]);
export type MetricName = z.infer<typeof metricName>;

/** `content`: it shares a 13-gram that a record wrote with the train side, or repeats a short example whole. */
export const cleanness = z.enum(['clean', 'boilerplate', 'content']);
export type Cleanness = z.infer<typeof cleanness>;

/** One example as it was scored: a line of `*.heldout-examples.jsonl`. */
export const scoredExample = z.object({
  task: z.string(),
  example: z.int(),
  template: z.string(),
  shots: shotsSetting,
  /** Demonstrations that it was given: fewer than asked for where the task has no more, or no more fit. */
  shown: z.int(),
  kind: z.enum(['rank', 'generate']),
  /** What was predicted; its place among `candidates`. Null where the example failed. */
  prediction: z.string().nullable(),
  chosen: z.int().optional(),
  references: z.array(z.string()),
  candidates: z.array(z.string()).optional(),
  logLikelihoods: z.array(z.number()).optional(),
  unconditional: z.array(z.number()).optional(),
  tokens: z.array(z.int()),
  truncated: z.int(),
  /** Another candidate was as likely. */
  tied: z.boolean(),
  metrics: z.partialRecord(metricName, z.number()),
  /** Null where overlaps with the train side are not known. */
  overlap: cleanness.nullable(),
  /** Why it has no score; it counts as failed, never as wrong. */
  failed: z.string().optional(),
});
export type ScoredExample = z.infer<typeof scoredExample>;

/** A mean with its standard error (null where there is nothing to reckon it from) and how many it is of. */
export const estimate = z.object({ score: z.number(), error: z.number().nullable(), count: z.int() });
export type Estimate = z.infer<typeof estimate>;

/** On all examples; on those that share no 13-gram with the train side; on those that share none a record wrote. */
export const estimates = z.object({
  all: estimate.nullable(),
  clean: estimate.nullable(),
  cleanContent: estimate.nullable(),
});
export type Estimates = z.infer<typeof estimates>;

export const templateScore = z.object({
  template: z.string(),
  metric: metricName.nullable(),
  estimate: estimate.nullable(),
  examples: z.int(),
  failed: z.int(),
});

/** A task of the catalogue at one number of shots: the paper's subtask. */
export const subtaskScore = z.object({
  id: z.string(),
  /** The task that it is averaged into. */
  task: z.string(),
  collection: z.string(),
  category: z.string(),
  level,
  shots: shotsSetting,
  /** What its score is. */
  metric: metricName.nullable(),
  ...estimates.shape,
  metrics: z.partialRecord(metricName, z.number()),
  macroF1: z.number().nullable(),
  /** Over its templates' scores. */
  spread: z.object({ lowest: z.number(), highest: z.number(), deviation: z.number() }).nullable(),
  templates: z.array(templateScore),
  examples: z.int(),
  failed: z.int(),
  truncated: z.int(),
  tied: z.int(),
});
export type SubtaskScore = z.infer<typeof subtaskScore>;

const scoreRow = { shots: shotsSetting, ...estimates.shape, subtasks: z.int() };
export const taskScore = z.object({ task: z.string(), category: z.string(), level, ...scoreRow });
export type TaskScore = z.infer<typeof taskScore>;
export const categoryScore = z.object({ category: z.string(), level, tasks: z.int(), ...scoreRow });
export type CategoryScore = z.infer<typeof categoryScore>;
export const levelScore = z.object({ level, categories: z.int(), tasks: z.int(), ...scoreRow });
export type LevelScore = z.infer<typeof levelScore>;

export const scoreTables = z.object({
  levels: z.array(levelScore),
  categories: z.array(categoryScore),
  tasks: z.array(taskScore),
  subtasks: z.array(subtaskScore),
  /** By which models are chosen: the mean over 0 and 5 shots of each level's score, and of those over the levels. */
  selection: z.object({ score: z.number(), levels: z.partialRecord(level, z.number()) }).nullable(),
});
export type ScoreTables = z.infer<typeof scoreTables>;

/** A results file, `*.heldout-results.json`. */
export const resultsFile = z.object({
  heldout: z.literal('results'),
  version: z.literal(1),
  name: z.string(),
  /** ISO 8601, UTC. */
  created: z.string(),
  checkpoint: z.object({
    name: z.string(),
    /** A folder, a file or an address. */
    place: z.string(),
    /** Of its content; two runs of the same hash scored the same model. */
    hash: z.string(),
    kind: z.enum(['process', 'onnx', 'server']),
    /** The training step, where its folder tells it. */
    step: z.int().nullable(),
    /** The training run that wrote it, where a run of this bench did: its id and its name. */
    run: z.object({ id: z.string(), name: z.string() }).optional(),
  }),
  settings: z.object({
    /** Words that chose tasks; all where left out. */
    tasks: z.array(z.string()).optional(),
    shots: z.array(shotsSetting),
    /** Left out: plain. */
    prompts: promptStyle.optional(),
    seed: z.int(),
    /** Examples of a task at most; null for all. */
    limit: z.int().nullable(),
    split: z.enum(['dev', 'test']),
    /** Scored with this template alone; null for all of a task's. */
    template: z.string().nullable().default(null),
    maxTokens: z.int(),
    /** Tokens of the context, where the backend tells. */
    length: z.int().nullable(),
    unconditional: z.boolean(),
  }),
  /** What clean scores rest on: `none`: overlaps were not looked for; `old`: found before an import. */
  overlap: z.object({ state: z.enum(['known', 'old', 'none']), ngram: z.int(), at: z.string().nullable() }),
  /** The file with the examples, beside this one. */
  examples: z.string(),
  counts: z.object({
    examples: z.int(),
    failed: z.int(),
    truncated: z.int(),
    tied: z.int(),
    /** Shown fewer demonstrations than asked for: the task has no more. */
    fewer: z.int().default(0),
    /** Requests scored now, and those known from before. */
    scored: z.int(),
    known: z.int(),
  }),
  /** Why examples failed, most frequent first. */
  failures: z.array(
    z.object({
      reason: z.string(),
      count: z.int(),
      task: z.string(),
      example: z.int(),
      template: z.string(),
    }),
  ),
  seconds: z.number(),
  ...scoreTables.shape,
});
export type ResultsFile = z.infer<typeof resultsFile>;

/** B against A on the examples that both scored: differences are B − A. */
export const comparisonRow = z.object({
  what: z.enum(['level', 'category', 'task', 'subtask']),
  name: z.string(),
  level,
  shots: shotsSetting,
  a: z.number(),
  b: z.number(),
  difference: z.number(),
  /** 95 % interval of the difference by paired bootstrap, and the paired permutation test's p; null where no example is shared. */
  interval: z.tuple([z.number(), z.number()]).nullable(),
  p: z.number().nullable(),
  /** Examples that both scored. */
  examples: z.int(),
});
export type ComparisonRow = z.infer<typeof comparisonRow>;
export const comparison = z.object({ a: z.string(), b: z.string(), rows: z.array(comparisonRow) });
export type Comparison = z.infer<typeof comparison>;
