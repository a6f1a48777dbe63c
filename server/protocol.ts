import { z } from 'zod';

/**
 * Every message that crosses a process boundary: between the extension host and the server, between
 * a webview and the extension host, and the JSON documents of the command line. Whoever receives a
 * message checks it against its schema here.
 */

// ---------------------------------------------------------------- words

export const split = z.enum(['train', 'dev', 'test', 'none']);
export type Split = z.infer<typeof split>;

export const level = z.enum(['fully-held-out', 'partially-held-out', 'fully-supervised']);
export type Level = z.infer<typeof level>;

export const pairVerdict = z.enum(['remove-train', 'remove-eval', 'retain', 'remove-examples']);
export type PairVerdict = z.infer<typeof pairVerdict>;

/** Lines and columns count from 1; `line` 0 stands for the whole file. Paths are absolute. */
export const location = z.object({ file: z.string(), line: z.int() });
export type Location = z.infer<typeof location>;

// ---------------------------------------------------------------- the bench and its import

export const problem = z.object({
  file: z.string(),
  line: z.int().optional(),
  column: z.int().optional(),
  message: z.string(),
  severity: z.enum(['error', 'warning']),
});

export const benchState = z.object({
  /** Absent while the folder has no heldout.yaml. */
  root: z.string().optional(),
  collections: z.array(z.string()),
  imported: z.boolean(),
  /** Whether some files changed since they were imported. */
  overlapAt: z.string().optional(),
  tasks: z.int(),
  examples: z.int(),
  skipped: z.int(),
  openPairs: z.int(),
  decidedPairs: z.int(),
  conflicts: z.int(),
  problems: z.array(problem),
});
export type BenchState = z.infer<typeof benchState>;

export const skipped = z.object({
  collection: z.string(),
  file: z.string(),
  line: z.int(),
  reason: z.string(),
});
export type Skipped = z.infer<typeof skipped>;

export const collectionReport = z.object({
  name: z.string(),
  format: z.string(),
  tasks: z.int(),
  examples: z.int(),
  templates: z.int(),
  bytes: z.int(),
  /** Records found: examples kept and records skipped add up to it. */
  read: z.int(),
  /** Files read this time; the others had not changed. */
  filesRead: z.int(),
  files: z.int(),
  skipped: z.array(z.object({ file: z.string(), line: z.int(), reason: z.string() })),
});
export const importReport = z.object({ collections: z.array(collectionReport) });
export type ImportReport = z.infer<typeof importReport>;

export const proposedCollection = z.object({
  name: z.string(),
  format: z.string(),
  path: z.string(),
  use: z.enum(['train', 'eval']).optional(),
  /** Which column holds what, for tables with any columns. */
  fields: z
    .object({
      input: z.union([z.string(), z.array(z.string())]),
      target: z.string(),
      candidates: z.string(),
      task: z.string(),
      text: z.string(),
    })
    .partial()
    .optional(),
  /** promptsource: the folder with the records. */
  datasets: z.string().optional(),
  confidence: z.number(),
});
export const initReport = z.object({ file: z.string(), collections: z.array(proposedCollection) });
export type InitReport = z.infer<typeof initReport>;

// ---------------------------------------------------------------- tasks

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

// ---------------------------------------------------------------- categories

/** Why a task may belong to a category. */
export const categoryEvidence = z.object({
  /**
   * `tag`: its collection's own category reads so. `own`: its collection's category, which no known one answers
   * to. `name`: a phrase in its name. `data`: a data set that the category is known for. `collection`: the
   * collection's name. `instruction`: what it is asked for. `similar`: another task of the category.
   */
  kind: z.enum(['tag', 'own', 'name', 'data', 'collection', 'instruction', 'similar']),
  category: z.string(),
  confidence: z.number(),
  /** The tag, the phrase, the name, or the other task's id. */
  quote: z.string(),
  /** `similar`: how alike both tasks' texts are, from 0 to 1. */
  similarity: z.number().optional(),
});
export type CategoryEvidence = z.infer<typeof categoryEvidence>;

export const categoryProposal = z.object({
  task: z.string(),
  present: z.string(),
  /** Who says so: a decision, taxonomy.yaml, its collection's own word, or nobody. */
  presentBy: z.enum(['decision', 'taxonomy', 'collection', 'nobody']),
  /** Null where nothing is known of it. */
  proposed: z.string().nullable(),
  confidence: z.number(),
  /** For the category proposed, most telling first. */
  evidence: z.array(categoryEvidence),
  /** For others. */
  against: z.array(categoryEvidence),
});
export type CategoryProposal = z.infer<typeof categoryProposal>;

export const categoryProposals = z.object({ tasks: z.array(categoryProposal) });
export type CategoryProposals = z.infer<typeof categoryProposals>;

/** What renaming a category, or merging it into another, would do. */
export const categoryChange = z.object({
  category: z.string(),
  to: z.string(),
  /** Tasks in it, and in the other one. */
  tasks: z.int(),
  into: z.int(),
  /** Tasks that would stand in another split, since `splits` names one of both. */
  moved: z.array(z.object({ task: z.string(), from: split, to: split })),
});
export type CategoryChange = z.infer<typeof categoryChange>;

// ---------------------------------------------------------------- instances

export const origin = z.enum(['template', 'definition', 'field', 'choice', 'delimiter', 'demonstration']);
export const segment = z.object({ text: z.string(), origin, field: z.string().optional() });
export type Segment = z.infer<typeof segment>;

export const instanceQuery = z.object({
  task: z.string(),
  /** From 0, in the task's order. */
  example: z.int().min(0).default(0),
  /** By name; the task's first when absent. */
  template: z.string().optional(),
  shots: z.int().min(0).max(64).default(0),
  seed: z.int().default(0),
  /** Path of a tokenizer.json, absolute. Without one, words are counted. */
  tokenizer: z.string().optional(),
  /** Put together as MetaICL training does, with the loss on the target alone or on all from the first demonstration's. */
  metaicl: z.enum(['plain', 'suffix']).optional(),
});
export type InstanceQuery = z.input<typeof instanceQuery>;

export const tokenCount = z.object({
  unit: z.enum(['tokens', 'words']),
  source: z.int(),
  target: z.int(),
  /** Tokens of each source segment, in order; their sum may differ from `source` where a token spans two. */
  segments: z.array(z.int()),
});

export const instanceView = z.object({
  task: z.string(),
  example: z.int(),
  examples: z.int(),
  template: z.string(),
  templates: z.array(z.string()),
  shots: z.int(),
  seed: z.int(),
  source: z.array(segment),
  target: z.array(segment),
  demonstrations: z.array(z.object({ example: z.int(), source: z.array(segment), target: z.array(segment) })),
  candidates: z.array(z.string()).nullable(),
  references: z.array(z.string()),
  delimiter: z.string(),
  /** What training takes its loss on: UTF-16 ranges of source, joint and target as one text, end exclusive. */
  loss: z.array(z.tuple([z.int(), z.int()])),
  tokens: tokenCount,
  /** Where a limit of 2048 tokens would cut from the left: UTF-16 offset into the source; absent when it fits. */
  cut: z.int().optional(),
  record: location.optional(),
  templateAt: location.optional(),
  /** Why the template could not be rendered on this record; source and target are empty then. */
  error: z.string().optional(),
});
export type InstanceView = z.infer<typeof instanceView>;

/** `heldout prompt --json`. */
export const promptDocument = z.object({
  source: z.string(),
  target: z.string(),
  candidates: z.array(z.string()).nullable(),
  references: z.array(z.string()),
  demonstrations: z.array(z.object({ example: z.int(), source: z.string(), target: z.string() })),
  delimiter: z.string(),
  tokens: tokenCount.pick({ unit: true, source: true, target: true }),
});

// ---------------------------------------------------------------- mixture

/** What each train task is mixed in as. */
export const stream = z.enum(['instruction', 'reasoning', 'pretraining', 'dialogue']);

/** As heldout.yaml writes it; what is left out stands as the file has it. */
export const mixtureChange = z.object({
  max_examples: z.int().min(1).optional(),
  proportions: z.record(z.string(), z.number().min(0)).optional(),
  reasoning: z.number().min(0).max(1).optional(),
  pretraining: z.number().min(0).max(1).optional(),
  dialogue: z.number().min(0).max(1).optional(),
});
export type MixtureChange = z.infer<typeof mixtureChange>;

export const mixtureQuery = z.object({
  /** Training steps, and the examples of one: what epochs are reckoned for. */
  steps: z.int().min(1).default(4000),
  batch: z.int().min(1).default(256),
  seed: z.int().default(0),
  /** How many draws, from which one on. */
  samples: z.int().min(0).max(100_000).default(0),
  start: z.int().min(0).default(0),
  settings: mixtureChange.default({}),
});

/** Shares of all that is drawn. `before`: by examples; `capped`: by examples up to the maximum; `after`: as drawn. */
const shares = { before: z.number(), capped: z.number(), after: z.number() };

export const collectionShare = z.object({
  collection: z.string(),
  stream,
  /** Its weight in `proportions`; null where it is not named. */
  weight: z.number().nullable(),
  tasks: z.int(),
  hitCap: z.int(),
  examples: z.int(),
  ...shares,
  /** How often each of its examples is seen in so many steps. */
  epochs: z.number(),
});
export type CollectionShare = z.infer<typeof collectionShare>;

export const taskShare = z.object({
  id: z.string(),
  collection: z.string(),
  stream,
  /** Prompts: as many as it has train examples within its limits. */
  examples: z.int(),
  hitsCap: z.boolean(),
  ...shares,
  draws: z.number(),
  epochs: z.number(),
});

export const mixtureDraw = z.object({
  index: z.int(),
  task: z.string(),
  /** How often all its prompts have been drawn before. */
  pass: z.int(),
  example: z.int(),
  template: z.string(),
  shots: z.int(),
  /** As MetaICL training puts it together, where the bench does. */
  metaicl: z.enum(['plain', 'suffix']).optional(),
});
export type MixtureDraw = z.infer<typeof mixtureDraw>;

export const mixtureView = z.object({
  settings: z.object({
    maxExamples: z.int(),
    proportions: z.record(z.string(), z.number()),
    reasoning: z.number(),
    pretraining: z.number(),
    dialogue: z.number(),
    metaicl: z.object({ shape: z.number(), maxShots: z.int(), loss: z.enum(['plain', 'suffix']) }).optional(),
  }),
  seed: z.int(),
  steps: z.int(),
  batch: z.int(),
  examplesSeen: z.int(),
  collections: z.array(collectionShare),
  tasks: z.array(taskShare),
  examples: z.int(),
  /** Tasks with more examples than count. */
  hitCap: z.int(),
  /** The probability of 0, 1, 2… demonstrations; null without MetaICL. */
  shots: z.array(z.number()).nullable(),
  draws: z.array(mixtureDraw),
  /** Faults of heldout.yaml. */
  problems: z.array(problem),
});
export type MixtureView = z.infer<typeof mixtureView>;

/** Changes of a text file: lines and columns from 0, as editors count them, ends exclusive; none overlaps another. */
export const textEdits = z.object({
  file: z.string(),
  edits: z.array(
    z.object({
      start: z.object({ line: z.int(), character: z.int() }),
      end: z.object({ line: z.int(), character: z.int() }),
      text: z.string(),
    }),
  ),
});
export type TextEdits = z.infer<typeof textEdits>;

// ---------------------------------------------------------------- packing

export const packingQuery = z.object({
  /** Path of a tokenizer.json, absolute. */
  tokenizer: z.string(),
  /** The draw to begin with. */
  start: z.int().min(0).default(0),
  sequences: z.int().min(1).max(256).default(16),
  /** Tokens of a sequence. */
  length: z.int().min(16).max(32_768).default(2048),
  seed: z.int().default(0),
  /** The sequence whose tokens are given, from 0. */
  show: z.int().min(0).default(0),
});

/** Places in a sequence, in tokens, end exclusive. */
const places = z.tuple([z.int(), z.int()]);

export const packedDocument = z.object({
  draw: mixtureDraw,
  start: z.int(),
  /** With the separator. */
  tokens: z.int(),
  /** Tokens cut from its left. */
  cut: z.int(),
  /** What takes loss, the separator after the target included. */
  loss: z.array(places),
});
export type PackedDocument = z.infer<typeof packedDocument>;

export const packedToken = z.object({
  text: z.string(),
  /** Which of the sequence's documents it is of. */
  document: z.int(),
  loss: z.boolean(),
});
export type PackedToken = z.infer<typeof packedToken>;

export const packingView = z.object({
  length: z.int(),
  separator: z.string(),
  start: z.int(),
  /** The draw that the next sequence begins with. */
  next: z.int(),
  sequences: z.array(z.object({ documents: z.array(packedDocument), padding: z.int() })),
  examples: z.int(),
  /** Shares of all places. */
  padding: z.number(),
  loss: z.number(),
  truncated: z.int(),
  /** Draws whose template failed on their record: they are passed over. */
  failed: z.int(),
  /** The tokens of the sequence asked for. */
  tokens: z.array(packedToken),
});
export type PackingView = z.infer<typeof packingView>;

// ---------------------------------------------------------------- evaluation

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
  }),
  settings: z.object({
    shots: z.array(shotsSetting),
    seed: z.int(),
    /** Examples of a task at most; null for all. */
    limit: z.int().nullable(),
    split: z.enum(['dev', 'test']),
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

// ---------------------------------------------------------------- looking at results

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
  shots: z.array(shotsSetting).min(1),
  limit: z.int().min(1).nullable(),
  /** A tokenizer.json other than the checkpoint's. */
  tokenizer: z.string().optional(),
  /** The runner's interpreter. */
  python: z.string().optional(),
});
export const evaluateReport = z.object({
  file: z.string(),
  name: z.string(),
  counts: resultsFile.shape.counts,
  /** The most frequent reason of failures. */
  failure: z.string().nullable(),
});
export type EvaluateReport = z.infer<typeof evaluateReport>;

// ---------------------------------------------------------------- statistics

export const statisticsQuery = z.object({
  /** Path of a tokenizer.json, absolute. Without one, words are counted. */
  tokenizer: z.string().optional(),
  /** Prompts of one task whose length is counted, at most; drawn by seed. */
  sample: z.int().min(1).max(100_000).default(100),
  seed: z.int().default(0),
  /** Only these; all when absent. */
  collections: z.array(z.string()).optional(),
});

export const statisticsRow = z.object({
  /** Empty for all together. */
  collection: z.string(),
  categories: z.int(),
  tasks: z.int(),
  examples: z.int(),
  promptsPerTask: z.number(),
  /** Prompts counted, and those whose template failed on their record. */
  sampled: z.int(),
  failed: z.int(),
  /** Null where there is no prompt. */
  promptLength: z.object({ mean: z.number(), std: z.number(), longest: z.int() }).nullable(),
  /** The share of prompts in each bin. */
  histogram: z.array(z.number()),
});
export type StatisticsRow = z.infer<typeof statisticsRow>;

export const statisticsView = z.object({
  unit: z.enum(['tokens', 'words']),
  sample: z.int(),
  seed: z.int(),
  /** Where bins of lengths end, exclusive; the last bin has no end. */
  edges: z.array(z.int()),
  rows: z.array(statisticsRow),
  total: statisticsRow,
});
export type StatisticsView = z.infer<typeof statisticsView>;

// ---------------------------------------------------------------- overlap

export const pairFigures = z.object({
  train: z.string(),
  eval: z.string(),
  evalExamples: z.int(),
  overlapping: z.int(),
  fraction: z.number(),
  overlappingContent: z.int(),
  fractionContent: z.number(),
  short: z.int(),
  shortMatches: z.int(),
  sameSource: z.boolean(),
});
export type PairFigures = z.infer<typeof pairFigures>;

export const overlapReport = z.object({
  ngram: z.int(),
  pairs: z.array(pairFigures),
  seconds: z.number(),
  bytes: z.int(),
});
export type OverlapReport = z.infer<typeof overlapReport>;

/** A line that `overlap --pipe` writes for a record that shares text with the eval side. */
export const pipeHit = z.strictObject({
  train: z.string(),
  /** Where the record stands in what was read: its line, from 1, and its first byte. */
  line: z.int(),
  offset: z.int(),
  /** Entries of the index that it holds, as runs: the first one and how many. */
  entries: z.array(z.tuple([z.int(), z.int()])),
  /** Eval examples that hold them, by task; `more` when there are others. */
  eval: z.record(z.string(), z.array(z.int())),
  more: z.literal(true).optional(),
});
export type PipeHit = z.infer<typeof pipeHit>;

/** Its last line. Without it the process did not come to its end. */
export const pipeEnd = z.strictObject({
  train: z.string(),
  records: z.int(),
  skipped: z.int(),
  bytes: z.int(),
  /** The key of the index that the entries are of. */
  index: z.string(),
});
export type PipeEnd = z.infer<typeof pipeEnd>;

/** `stale`: decided, but the evidence has changed since. */
export const pairState = z.enum(['open', 'decided', 'conflict', 'stale']);
export type PairState = z.infer<typeof pairState>;

export const ruling = z.object({
  id: z.string(),
  verdict: z.string(),
  reason: z.string(),
  reviewer: z.string(),
  /** ISO 8601, UTC. */
  time: z.string(),
});
export type Ruling = z.infer<typeof ruling>;

export const taskSide = z.object({
  task: z.string(),
  category: z.string(),
  level: level.nullable(),
  source: z.string().nullable(),
});

export const pairRow = pairFigures.extend({
  state: pairState,
  /** One when decided, several when they disagree. */
  rulings: z.array(ruling),
  trainSide: taskSide,
  evalSide: taskSide,
});
export type PairRow = z.infer<typeof pairRow>;

export const pairOrder = z.enum(['fraction', 'content', 'source', 'size']);
export type PairOrder = z.infer<typeof pairOrder>;
export const pairFilter = z.object({
  search: z.string().optional(),
  state: z.array(pairState).optional(),
  sameSource: z.boolean().optional(),
  /** Only pairs all of whose shared text is boilerplate. */
  boilerplateOnly: z.boolean().optional(),
  /** Pairs of one task, on either side. */
  task: z.string().optional(),
  /** Pairs that share only this text: an evidence group's `texts`. */
  texts: z.string().optional(),
});
export type PairFilter = z.infer<typeof pairFilter>;

export const pairList = z.object({
  pairs: z.array(pairRow),
  decided: z.int(),
  total: z.int(),
  /** Seconds left at the pace of the last decisions; absent before there is a pace. */
  secondsLeft: z.number().optional(),
});
export type PairList = z.infer<typeof pairList>;

/** Two examples of a pair that share text. */
export const sharedExample = z.object({ evalExample: z.int(), trainExample: z.int(), short: z.boolean() });

/** Evidence grouped by the text that is shared. */
export const evidenceGroup = z.object({
  /** The longest shared text of the group. */
  text: z.string(),
  words: z.int(),
  boilerplate: z.boolean(),
  /** Eval examples of this pair that hold it, and other pairs that share it. */
  examples: z.int(),
  otherPairs: z.int(),
  /** All that the group's examples share, and the pairs of the queue that share only that, this one among them. */
  texts: z.string(),
  onlyPairs: z.int(),
  shared: z.array(sharedExample),
});
export type EvidenceGroup = z.infer<typeof evidenceGroup>;

export const pairDetail = z.object({
  row: pairRow,
  /** Most telling first. */
  groups: z.array(evidenceGroup),
  /** The last reasons given, newest first. */
  recentReasons: z.array(z.string()),
  /** The hash that a decision on this evidence records. */
  evidence: z.string(),
});
export type PairDetail = z.infer<typeof pairDetail>;

/** Where a span stands in an instance. */
export const place = z.enum(['input', 'target', 'template', 'mixed']);

export const spanView = z.object({
  /** UTF-16 offsets into the side's text (its segments joined), end exclusive. */
  train: z.tuple([z.int(), z.int()]),
  eval: z.tuple([z.int(), z.int()]),
  words: z.int(),
  boilerplate: z.boolean(),
  trainPlace: place,
  evalPlace: place,
});
export type SpanView = z.infer<typeof spanView>;

export const sideView = z.object({
  task: z.string(),
  example: z.int(),
  template: z.string(),
  /** Source, then target; no delimiter between. */
  segments: z.array(segment.extend({ part: z.enum(['source', 'target']) })),
  record: location.optional(),
});
export type SideView = z.infer<typeof sideView>;

export const evidenceView = z.object({
  train: sideView,
  eval: sideView,
  spans: z.array(spanView),
  targetsAgree: z.boolean(),
  short: z.boolean(),
});
export type EvidenceView = z.infer<typeof evidenceView>;

// ---------------------------------------------------------------- templates

/** `keep`: it asks for the task's own output. `alters`: left out of what is built and evaluated. */
export const templateVerdict = z.enum(['keep', 'alters']);
export type TemplateVerdict = z.infer<typeof templateVerdict>;

export const severity = z.enum(['error', 'warning', 'information']);

/** Lines and columns (UTF-16) count from 1, the end is exclusive. */
export const range = z.object({ line: z.int(), column: z.int(), endLine: z.int(), endColumn: z.int() });

export const templateFinding = range.extend({
  file: z.string(),
  /** Absent where the finding is about the file. */
  task: z.string().optional(),
  template: z.string().optional(),
  code: z.string(),
  severity,
  /** How sure, from 0 to 1: calibrated for `alters-semantics`, 1 where it is a matter of fact. */
  score: z.number(),
  message: z.string(),
  /** How a template alters its task. */
  kind: z.string().optional(),
});
export type TemplateFinding = z.infer<typeof templateFinding>;

/** `heldout check --json`. */
export const checkReport = z.object({
  findings: z.array(templateFinding),
  /** With `--scores`: every template's, flagged or not. */
  scores: z
    .array(
      z.object({
        file: z.string(),
        line: z.int(),
        task: z.string(),
        template: z.string(),
        score: z.number(),
      }),
    )
    .optional(),
});
export type CheckReport = z.infer<typeof checkReport>;

/** A task's fields that are given and asked for: what is proposed, or what a person declared. */
export const taskDeclaration = z.object({
  state: z.enum(['proposed', 'declared', 'conflict']),
  inputs: z.array(z.string()),
  /** One to three; empty where none of the fields is the task's own output. */
  targets: z.array(z.string()),
  /** Of a proposal, from 0 to 1. */
  confidence: z.number().optional(),
  /** One when declared, several when they disagree. */
  rulings: z.array(ruling),
});
export type TaskDeclaration = z.infer<typeof taskDeclaration>;

/** `clean`: nothing was found that a person must rule on. `stale`: decided, but the template has changed since. */
export const templateState = z.enum(['clean', 'open', 'decided', 'conflict', 'stale']);
export type TemplateState = z.infer<typeof templateState>;

export const templateCheck = z.object({
  task: z.string(),
  template: z.string(),
  state: templateState,
  /** One when decided, several when they disagree. */
  rulings: z.array(ruling),
  originalTask: z.boolean().optional(),
  /** How likely it alters the task, from 0 to 1. */
  score: z.number(),
  /** How it phrases the task: its own words, one line, fields in braces. */
  phrase: z.string(),
  findings: z.array(templateFinding),
  /** Absent for the reader's own template. */
  location: location.optional(),
});
export type TemplateCheck = z.infer<typeof templateCheck>;

export const taskTemplates = z.object({
  task: z.string(),
  /** The records' fields with how they are filled: type in words, and a few values. */
  fields: z.array(z.object({ name: z.string(), type: z.string(), samples: z.array(z.string()) })),
  declaration: taskDeclaration,
  templates: z.array(templateCheck),
  /** About the whole task or its file. */
  findings: z.array(templateFinding),
});
export type TaskTemplates = z.infer<typeof taskTemplates>;

export const templateOrder = z.enum(['score', 'task', 'findings']);
export type TemplateOrder = z.infer<typeof templateOrder>;
export const templateFilter = z.object({
  search: z.string().optional(),
  state: z.array(templateState).optional(),
  task: z.string().optional(),
  code: z.string().optional(),
});
export type TemplateFilter = z.infer<typeof templateFilter>;

/** The queue of flagged templates. */
export const templateList = z.object({
  templates: z.array(templateCheck),
  decided: z.int(),
  total: z.int(),
  /** Seconds left at the pace of the last decisions; absent before there is a pace. */
  secondsLeft: z.number().optional(),
  /** Tasks checked so far, while the check of the bench goes on; its templates come as they are checked. */
  checking: z.object({ done: z.int(), total: z.int() }).optional(),
});
export type TemplateList = z.infer<typeof templateList>;

export const previewQuery = z.object({
  /** The task; or, for a file that is not of the bench, absent. */
  task: z.string().optional(),
  /** Absolute path of the file of templates; its text is the editor's where it is open. */
  file: z.string().optional(),
  template: z.string(),
  /** A second template of the same task, to compare. */
  against: z.string().optional(),
  from: z.int().min(0).default(0),
  count: z.int().min(1).max(50).default(8),
});
export type PreviewQuery = z.input<typeof previewQuery>;

/** What a template makes of a record. */
export const rendering = z.object({
  source: z.array(segment),
  target: z.array(segment),
  candidates: z.array(z.string()).nullable(),
  /** The template means to print nothing for this record; source and target are empty then. */
  leftOut: z.boolean().optional(),
  /** Why it can't be rendered; source and target are empty then. */
  error: z.object({ message: z.string(), at: range.optional() }).optional(),
});
export const previewRow = z.object({
  example: z.int(),
  /** Why the record stands so far ahead, in words: "`passage` is empty", "longest"; absent for the ordinary ones. */
  edge: z.string().optional(),
  record: location.optional(),
  rendered: rendering,
  against: rendering.optional(),
});
export const templatePreview = z.object({
  task: z.string().optional(),
  template: z.string(),
  /** The task's templates, by name, in the order of the file. */
  templates: z.array(z.string()),
  against: z.string().optional(),
  /** Records that can be paged through, edge cases first. */
  total: z.int(),
  from: z.int(),
  rows: z.array(previewRow),
  findings: z.array(templateFinding),
  /** Why there is nothing to show, in words: no such template, no records. */
  nothing: z.string().optional(),
  templateAt: location.optional(),
});
export type TemplatePreview = z.infer<typeof templatePreview>;

// ---------------------------------------------------------------- decisions

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

// ---------------------------------------------------------------- splits

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
  'demonstrations-from-eval',
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

// ---------------------------------------------------------------- the built benchmark

export const buildFormat = z.enum(['jsonl', 'parquet']);
export type BuildFormat = z.infer<typeof buildFormat>;

export const buildQuery = z.object({
  /** The folder that it is written to, absolute. */
  out: z.string(),
  format: buildFormat.default('jsonl'),
  seed: z.int().min(0).default(0),
  /** Demonstrations before each example. */
  shots: z.int().min(0).max(100).default(0),
  /** Build although pairs above the threshold are undecided. */
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

// ---------------------------------------------------------------- jobs

/** `cancelled`: stopped before its end, by a person or by its time limit. `lost`: whoever watched over it is gone, and how it ended is not known. */
export const jobState = z.enum(['queued', 'running', 'stopping', 'done', 'failed', 'cancelled', 'lost']);
export type JobState = z.infer<typeof jobState>;

export const jobKind = z.enum(['train', 'evaluate']);
export type JobKind = z.infer<typeof jobKind>;

/** What is asked of Slurm, in the words of a run spec. */
export const slurmOptions = z.strictObject({
  partition: z.string().optional(),
  account: z.string().optional(),
  qos: z.string().optional(),
  /** As sbatch takes it: `2-00:00:00`, minutes. */
  time: z.union([z.string(), z.int().min(1)]).optional(),
  nodes: z.int().min(1).default(1),
  /** One process of the work runs for each GPU; one a node where there are none. */
  gpus_per_node: z.int().min(0).default(0),
  cpus_per_task: z.int().min(1).optional(),
  /** Memory of a node, as sbatch takes it: `64G`. */
  memory: z.string().optional(),
  /** An image that the work runs in: by Apptainer, or by Pyxis where it is said so. */
  container: z
    .union([
      z.string(),
      z.strictObject({
        image: z.string(),
        runtime: z.enum(['apptainer', 'pyxis']).default('apptainer'),
        mounts: z.array(z.string()).default([]),
      }),
    ])
    .optional(),
  modules: z.array(z.string()).default([]),
  /** Array tasks, as sbatch takes them: `0-3`, `0-9%2`. */
  array: z
    .string()
    .regex(/^\d+(-\d+)?(:\d+)?(,\d+(-\d+)?(:\d+)?)*(%\d+)?$/, 'write array tasks as 0-3 or 0-9%2')
    .optional(),
  /** More arguments of sbatch (`--exclusive`), and lines of the script (`source ~/env.sh`). */
  extra: z.array(z.string()).default([]),
});
export type SlurmOptions = z.infer<typeof slurmOptions>;

export const launcher = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('machine'), gpus: z.int().min(0).default(0) }),
  slurmOptions.extend({ kind: z.literal('slurm') }),
]);
export type Launcher = z.infer<typeof launcher>;

/** Times in milliseconds since 1970. */
export const jobRow = z.object({
  id: z.string(),
  kind: jobKind,
  name: z.string(),
  launcher: z.enum(['machine', 'slurm']),
  /** The number that Slurm gave it. */
  slurmJob: z.string().nullable(),
  created: z.number(),
  state: jobState,
  /** Since when. */
  since: z.number(),
  /** Why it is in this state, in one line: what failed and what to do; why it waits. */
  reason: z.string().nullable(),
  /** From 1; one more at each resumption. */
  attempt: z.int(),
  step: z.int().nullable(),
  steps: z.int().nullable(),
  /** Of the last step: mean over its target tokens. */
  loss: z.number().nullable(),
  tokensPerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  /** What it does before, between and after steps: "reading weights 3 of 12 files". */
  activity: z.string().nullable(),
  /** Step of the last checkpoint. */
  checkpoint: z.int().nullable(),
});
export type JobRow = z.infer<typeof jobRow>;

export const jobList = z.object({
  /** Newest first. */
  jobs: z.array(jobRow),
  /** Folders of jobs that can't be read. */
  problems: z.array(problem),
});
export type JobList = z.infer<typeof jobList>;

/** One step, or several put together where there are many: means over them. */
export const jobPoint = z.object({
  /** The last one of those. */
  step: z.int(),
  count: z.int(),
  time: z.number(),
  loss: z.number().nullable(),
  lr: z.number().nullable(),
  gradNorm: z.number().nullable(),
  tokensPerSecond: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  /** Mean loss per target token by collection. */
  collections: z.record(z.string(), z.number()),
});
export type JobPoint = z.infer<typeof jobPoint>;

export const jobDetail = z.object({
  row: jobRow,
  /** Absolute. */
  folder: z.string(),
  launcher,
  command: z.array(z.string()),
  /** The spec's text as given, and its file; null where there was none. */
  spec: z.string(),
  specFile: z.string().nullable(),
  /** The text of run.json: every number explicit. */
  run: z.string().nullable(),
  device: z.string().nullable(),
  /** Processes that it runs in. */
  world: z.int().nullable(),
  parameters: z.number().nullable(),
  states: z.array(
    z.object({ time: z.number(), state: jobState, reason: z.string().nullable(), attempt: z.int() }),
  ),
  /** `folder` is absolute; `there`: still on disk. */
  checkpoints: z.array(
    z.object({
      time: z.number(),
      step: z.int(),
      folder: z.string(),
      seconds: z.number().nullable(),
      there: z.boolean(),
    }),
  ),
  /** Where the finished weights stand; null before. */
  final: z.string().nullable(),
  validations: z.array(
    z.object({
      time: z.number(),
      step: z.int(),
      levels: z.record(z.string(), z.object({ loss: z.number().nullable(), tokens: z.number() })),
    }),
  ),
  /** The last ones. */
  messages: z.array(
    z.object({ time: z.number(), severity: z.enum(['info', 'warning', 'error']), text: z.string() }),
  ),
  /**
   * In the order of the events, from the offset asked for. A point takes the place of every earlier point at
   * its step or a later one: after a resumption, steps are done again.
   */
  points: z.array(jobPoint),
  /** The offset to ask from next time. */
  next: z.int(),
  /** The last lines of the log. */
  log: z.array(z.string()),
});
export type JobDetail = z.infer<typeof jobDetail>;

/** From a job's guard to its supervisor, one JSON object a line: the work began; it ended. */
export const guardReport = z.union([
  z.object({ pid: z.int() }),
  z.object({ code: z.int().nullable(), signal: z.string().nullable() }),
]);
export type GuardReport = z.infer<typeof guardReport>;

/** A stretch of a job's log, in bytes. */
export const jobLog = z.object({ text: z.string(), from: z.int(), next: z.int(), size: z.int() });
export type JobLog = z.infer<typeof jobLog>;

// ---------------------------------------------------------------- training

/** Which interpreter runs the runner, as far as an editor knows: its setting, the Python extension's choice. */
export const interpreters = z.object({ setting: z.string().optional(), editor: z.string().optional() });
export type Interpreters = z.infer<typeof interpreters>;

export const runQuery = z.object({
  /** Absolute path of a run spec; its text is the editor's where it is open. */
  spec: z.string(),
  /** Where it is launched, whatever the spec says. */
  launch: z.enum(['machine', 'slurm']).optional(),
  python: interpreters.default({}),
});
export type RunQuery = z.input<typeof runQuery>;

/** What a run takes, before it is launched. */
export const runEstimate = z.object({
  name: z.string(),
  launcher: z.enum(['machine', 'slurm']),
  /** Processes that train, one a GPU. */
  devices: z.int(),
  device: z.string(),
  parameters: z.number(),
  trainedParameters: z.number(),
  steps: z.int(),
  batch: z.int(),
  micro_batch: z.int(),
  length: z.int(),
  /** Places of all sequences, padding among them. */
  tokens: z.number(),
  /** By the first sequences of the stream: examples in all, shares of padding and of tokens with loss, examples cut. */
  stream: z.object({
    sampled: z.int(),
    examples: z.number(),
    padding: z.number(),
    loss: z.number(),
    truncated: z.number(),
  }),
  /** How often each example of a collection is seen. */
  epochs: z.array(z.object({ collection: z.string(), examples: z.int(), epochs: z.number() })),
  /** Of one device, in bytes. */
  memory: z.object({
    bytes: z.number(),
    parts: z.array(z.object({ what: z.string(), bytes: z.number(), formula: z.string() })),
    /** What a device of this machine has; null where that is not known. */
    available: z.number().nullable(),
  }),
  time: z.object({
    /** Null where there is nothing to reckon it by. */
    seconds: z.number().nullable(),
    basis: z.enum(['measured', 'assumed', 'unknown']),
    /** What it rests on, in words. */
    rests: z.string(),
  }),
  /** What will go wrong, in words. */
  warnings: z.array(z.string()),
});
export type RunEstimate = z.infer<typeof runEstimate>;

/** What a person says of a first run; the rest is the preset's. */
export const firstRun = z.object({
  /** The spec's file, absolute. */
  file: z.string(),
  model: z.union([z.object({ folder: z.string() }), z.object({ shape: z.string() })]),
  tokenizer: z.string().optional(),
});
export type FirstRun = z.infer<typeof firstRun>;

/** A program, a package or a device that training needs. */
export const runnerPart = z.object({
  name: z.string(),
  /** What is there: a version, a device; null: missing. */
  found: z.string().nullable(),
  wanted: z.string().nullable(),
  state: z.enum(['fine', 'other', 'missing', 'optional']),
});
export const runnerReport = z.object({
  /** Nothing that is needed is missing. */
  ok: z.boolean(),
  /** Absolute path; null where there is none. */
  interpreter: z.string().nullable(),
  /** Who named it. */
  chosenBy: z.enum(['spec', 'setting', 'editor', 'setup', 'none']),
  parts: z.array(runnerPart),
  gpus: z.array(z.string()),
  problems: z.array(z.object({ text: z.string(), mend: z.string(), required: z.boolean() })),
});
export type RunnerReport = z.infer<typeof runnerReport>;

// ---------------------------------------------------------------- requests

interface Request<Params extends z.ZodType, Result extends z.ZodType> {
  method: string;
  params: Params;
  result: Result;
}

function request<Params extends z.ZodType, Result extends z.ZodType>(
  method: string,
  params: Params,
  result: Result,
): Request<Params, Result> {
  return { method: `heldout/${method}`, params, result };
}

const nothing = z.object({});
const pairKey = z.object({ train: z.string(), eval: z.string() });
const jobKey = z.object({ id: z.string() });

/** Long requests take a `workDoneToken` and report work-done progress on it. */
const long = z.object({ workDoneToken: z.union([z.string(), z.int()]).optional() });

export const requests = {
  state: request('state', nothing, benchState),
  /** Recognises what lies in `folder`; with `write`, writes the opened folder's heldout.yaml (`only`: these of the proposals). */
  init: request(
    'init',
    z.object({ folder: z.string(), write: z.boolean(), only: z.array(z.string()).optional() }),
    initReport,
  ),
  import: request('import', long, importReport),
  skipped: request('skipped', nothing, z.array(skipped)),
  tasks: request('tasks', z.object({ groupBy, filter: taskFilter }), z.array(taskGroup)),
  task: request('task', z.object({ id: z.string() }), taskDetail),
  moveTasks: request(
    'moveTasks',
    z.object({
      tasks: z.array(z.string()),
      aspect: z.enum(['category', 'split']),
      to: z.string(),
      reason: z.string(),
    }),
    z.array(decision),
  ),
  /** A category for every task, with the reasons; nothing is decided. */
  proposeCategories: request('proposeCategories', long, categoryProposals),
  /** Puts each task into the category named for it: one step for undo. */
  assignCategories: request(
    'assignCategories',
    z.object({ moves: z.array(z.object({ task: z.string(), to: z.string(), reason: z.string() })).min(1) }),
    z.array(decision),
  ),
  /** What `renameCategory` would do; nothing is decided. */
  categoryChange: request(
    'categoryChange',
    z.object({ category: z.string(), to: z.string() }),
    categoryChange,
  ),
  /** Another name for a category; where one is called so already, both become one. */
  renameCategory: request(
    'renameCategory',
    z.object({ category: z.string(), to: z.string(), reason: z.string() }),
    z.array(decision),
  ),
  splitBoard: request('splitBoard', nothing, splitBoard),
  /** Lets a data source stand on both sides. */
  allowSource: request(
    'allowSource',
    z.object({ source: z.string(), reason: z.string() }),
    z.array(decision),
  ),
  instance: request('instance', instanceQuery, instanceView),
  mixture: request('mixture', mixtureQuery, mixtureView),
  /** How heldout.yaml must change to say so; nothing is written. */
  mixtureEdits: request('mixtureEdits', mixtureChange, textEdits),
  packing: request('packing', packingQuery.extend(long.shape), packingView),
  evaluate: request('evaluate', evaluateQuery.extend(long.shape), evaluateReport),
  /** The same as a job of this machine; resolves once the job is watched over. */
  evaluateAsJob: request('evaluateAsJob', evaluateQuery, jobRow),
  /** The results kept with the bench, newest first. */
  results: request('results', nothing, z.array(resultsRow)),
  resultsOf: request('resultsOf', z.object({ file: z.string() }), resultsFile),
  scored: request('scored', scoredQuery, scoredPage),
  /** B against A, by the paths of their files. */
  compareResults: request('compareResults', z.object({ a: z.string(), b: z.string() }), comparison),
  exportResults: request('exportResults', exportQuery, z.object({ text: z.string() })),
  statistics: request('statistics', statisticsQuery.extend(long.shape), statisticsView),
  overlap: request('overlap', long, overlapReport),
  pairs: request('pairs', z.object({ order: pairOrder, filter: pairFilter }), pairList),
  pair: request('pair', pairKey, pairDetail),
  evidence: request(
    'evidence',
    pairKey.extend({ evalExample: z.int(), trainExample: z.int() }),
    evidenceView,
  ),
  decide: request(
    'decide',
    z.object({ pairs: z.array(pairKey), verdict: pairVerdict, reason: z.string() }),
    z.array(decision),
  ),
  /** Takes the reviewer's last decision (or bulk of decisions) back; empty when there is none. */
  undo: request('undo', z.object({ ids: z.array(z.string()).optional() }), z.array(decision)),
  /** The templates of a task, checked, with its declaration. */
  taskTemplates: request('taskTemplates', z.object({ task: z.string() }), taskTemplates),
  /** The queue of templates that findings or decisions bear on. */
  templates: request('templates', z.object({ order: templateOrder, filter: templateFilter }), templateList),
  preview: request('preview', previewQuery, templatePreview),
  decideTemplates: request(
    'decideTemplates',
    z.object({
      templates: z.array(z.object({ task: z.string(), template: z.string() })),
      verdict: templateVerdict,
      reason: z.string(),
    }),
    z.array(decision),
  ),
  /** Confirms or mends a task's declaration; no targets: none of its fields is its own output. */
  declare: request(
    'declare',
    z.object({
      task: z.string(),
      inputs: z.array(z.string()),
      targets: z.array(z.string()).max(3),
      reason: z.string(),
    }),
    z.array(decision),
  ),
  estimate: request('estimate', runQuery.extend(long.shape), runEstimate),
  /** Resolves a run spec and submits its job; resolves once the job is watched over. */
  train: request('train', runQuery.extend(long.shape), jobRow),
  /** What of the Python environment keeps a run from being started; null where nothing does. */
  environment: request('environment', runQuery, z.object({ problem: z.string().nullable() })),
  /** The run specs of the bench, newest first: absolute paths. */
  runSpecs: request('runSpecs', nothing, z.array(z.string())),
  /** Writes a run spec and gives its path; never over another file. */
  newRunSpec: request('newRunSpec', firstRun, z.string()),
  runnerDoctor: request('runnerDoctor', z.object({ python: interpreters.default({}) }), runnerReport),
  /** Makes the runner's environment, or goes on making it. */
  runnerSetup: request('runnerSetup', long, runnerReport),
  diff: request('diff', diffQuery, benchDiff),
  build: request('build', buildQuery.extend(long.shape), buildReport),
  decisions: request(
    'decisions',
    nothing,
    z.object({ decisions: z.array(decision), conflicts: z.array(conflict) }),
  ),
  jobs: request('jobs', nothing, jobList),
  /** `from`: the `next` of an earlier answer; then only the points since. `most`: points of an answer. */
  job: request(
    'job',
    jobKey.extend({ from: z.int().min(0).default(0), most: z.int().min(2).max(100_000).default(2000) }),
    jobDetail,
  ),
  /** Without `from`, the end of the log. */
  jobLog: request(
    'jobLog',
    jobKey.extend({ from: z.int().min(0).optional(), most: z.int().min(1).max(4_000_000).default(64_000) }),
    jobLog,
  ),
  /** Asks it to write a checkpoint and end; `firm`, or a second time, ends it at once. */
  cancelJob: request('cancelJob', jobKey.extend({ firm: z.boolean().default(false) }), jobRow),
  /** Goes on from the last checkpoint, in the same folder. */
  resumeJob: request('resumeJob', jobKey, jobRow),
  /** The same from the start, as a new job. */
  retryJob: request('retryJob', jobKey, jobRow),
  /** Deletes its folder, checkpoints included. */
  removeJob: request('removeJob', jobKey, nothing),
} as const;

export type RequestName = keyof typeof requests;
/** What a caller writes (defaults may be left out). */
export type ParamsOf<Name extends RequestName> = z.input<(typeof requests)[Name]['params']>;
/** What a handler gets (checked, defaults filled in). */
export type CheckedParamsOf<Name extends RequestName> = z.output<(typeof requests)[Name]['params']>;
export type ResultOf<Name extends RequestName> = z.output<(typeof requests)[Name]['result']>;

// ---------------------------------------------------------------- notifications from the server

export const changed = z.object({
  /** What a view must ask for again. */
  what: z.array(z.enum(['state', 'tasks', 'pairs', 'templates', 'decisions'])),
});
export type Changed = z.infer<typeof changed>;

/** Jobs that came, went, changed their state or went on; at most once a second. */
export const jobsChanged = z.object({ ids: z.array(z.string()) });
export type JobsChanged = z.infer<typeof jobsChanged>;

export const notifications = {
  changed: { method: 'heldout/changed', params: changed },
  jobsChanged: { method: 'heldout/jobsChanged', params: jobsChanged },
} as const;

/** What the extension host tells the server at `initialize`. */
export const initializationOptions = z.object({
  folder: z.string(),
  reviewer: z.string().optional(),
  trusted: z.boolean(),
  /** Of the largest file in which shared text is underlined as it is edited; 0: in none. */
  liveOverlapMegabytes: z.number().min(0).default(4),
});
export type InitializationOptions = z.input<typeof initializationOptions>;

// ---------------------------------------------------------------- between a webview and the extension host

export const pageName = z.enum([
  'inspector',
  'review',
  'template',
  'mixture',
  'statistics',
  'packing',
  'split-board',
  'run',
  'results',
]);
export type PageName = z.infer<typeof pageName>;

/** From a page: a request to the server by name, or something only the editor can do. */
export const fromPage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('request'), id: z.int(), name: z.string(), params: z.unknown() }),
  z.object({ type: z.literal('open'), location, column: z.int().optional() }),
  z.object({ type: z.literal('command'), command: z.string(), args: z.array(z.unknown()) }),
]);
export type FromPage = z.infer<typeof fromPage>;

/** `wanted`: what a person asked to see, until the page shows it. `evaluates`: whether checkpoints can be evaluated. */
export const shownRun = z.object({
  wanted: z.object({ id: z.string(), others: z.array(z.string()) }).optional(),
  evaluates: z.boolean(),
});
export type ShownRun = z.infer<typeof shownRun>;

/** To a page: an answer, a change on the server, or what it is to show. */
export const toPage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('answer'), id: z.int(), result: z.unknown() }),
  z.object({ type: z.literal('failure'), id: z.int(), message: z.string() }),
  z.object({ type: z.literal('changed'), what: changed.shape.what }),
  z.object({ type: z.literal('jobs'), ids: jobsChanged.shape.ids }),
  z.object({
    type: z.literal('show'),
    inspector: instanceQuery.optional(),
    pair: pairKey.optional(),
    preview: previewQuery.optional(),
    /** The order and filter of the queue that the person walks. */
    queue: z.object({ order: pairOrder, filter: pairFilter }).optional(),
    /** The same for the queue of templates. */
    templates: z.object({ order: templateOrder, filter: templateFilter }).optional(),
    run: shownRun.optional(),
    /** A results file, and others to stand beside it; without them, those that the page had. */
    results: z.object({ file: z.string(), others: z.array(z.string()).optional() }).optional(),
    settings: z.object({ advance: z.boolean(), tokenizer: z.string().optional() }),
  }),
]);
export type ToPage = z.infer<typeof toPage>;
