import * as z from 'zod';

/**
 * `heldout.yaml`, the bench file (DESIGN "The bench file"). Unknown keys are refused. The JSON Schema
 * that editors use is generated from this.
 */

const relativePath = z.string().min(1).describe('Path, relative to the folder of heldout.yaml');
const share = z.number().min(0).max(1);

export const FORMAT_NAMES = [
  'natural-instructions',
  'promptsource',
  'flan-templates',
  'flan-cot',
  'crossfit',
  'metaicl',
  'seqio',
  'unifiedskg',
  'prompt-completion',
  'mmlu',
  'bbh',
  'raft',
  'gsm8k',
  'parlai',
  'pretraining',
  'jsonl',
  'tsv',
  'csv',
  'parquet',
] as const;
export type FormatName = (typeof FORMAT_NAMES)[number];

const fieldMapping = z
  .strictObject({
    input: z
      .union([z.string(), z.array(z.string()).min(1)])
      .optional()
      .describe('Column or columns of the input'),
    target: z.string().optional().describe('Column of the right output'),
    candidates: z.string().optional().describe('Column with the outputs to choose among (a list)'),
    task: z.string().optional().describe('Column that names the task, where a file holds several'),
    text: z.string().optional().describe('Column of plain text, instead of input and target'),
  })
  .describe('Which column holds what (formats jsonl, tsv, csv, parquet)');

export const collectionSchema = z.strictObject({
  name: z.string().regex(/^[^/\s]+$/, 'a name without "/" or white space'),
  format: z.enum(FORMAT_NAMES),
  path: relativePath,
  use: z
    .enum(['train', 'eval'])
    .optional()
    .describe('The whole collection stands on this side, whatever splits says'),
  include: z.array(z.string()).optional().describe('Globs over task names: only these'),
  exclude: z.array(z.string()).optional().describe('Globs over task names: not these'),
  fields: fieldMapping.optional(),
  datasets: relativePath.optional().describe('promptsource: the folder with the records'),
  prompts: relativePath
    .optional()
    .describe('bbh: the folder of worked examples (cot-prompts), a text for each task'),
  split: z
    .enum(['train', 'dev', 'test'])
    .optional()
    .describe('The split of its files, where their names do not say'),
  split_lists: relativePath
    .optional()
    .describe(
      'Folder of train_tasks.txt, dev_tasks.txt, test_tasks.txt, excluded_tasks.txt: which task stands where, as published',
    ),
});

const names = z.array(z.string());

export const benchSchema = z
  .strictObject({
    collections: z.array(collectionSchema).min(1),
    categories: relativePath.optional().describe('The taxonomy: collection category to our category'),
    embeddings: relativePath
      .optional()
      .describe(
        'Folder of a sentence-embedding model (model.onnx, tokenizer.json): tells which tasks read alike, beside their words',
      ),
    splits: z
      .strictObject({
        held_out: names.optional().describe('Whole categories unseen in training'),
        partially_held_out: z
          .record(z.string(), names)
          .optional()
          .describe('Category to the tasks of it that are unseen in training'),
        dev: names.optional().describe('Categories or task ids used for development, not for test'),
        test: names.optional().describe('Categories or task ids used for test'),
      })
      .optional(),
    limits: z
      .strictObject({
        examples_per_task: z.int().min(1).optional(),
        per_collection: z.record(z.string(), z.int().min(1)).optional(),
      })
      .optional(),
    overlap: z
      .strictObject({
        ngram: z
          .int()
          .min(2)
          .max(64)
          .optional()
          .describe('Consecutive tokens that count as shared text (13)'),
        threshold: share.optional().describe('Fraction of eval examples above which a pair is queued (0.01)'),
      })
      .optional(),
    mixture: z
      .strictObject({
        max_examples: z
          .int()
          .min(1)
          .optional()
          .describe('Per-task maximum of examples-proportional mixing (4096)'),
        proportions: z
          .record(z.string(), z.number().min(0))
          .optional()
          .describe('Collection to its weight among those named; 0 leaves it out'),
        reasoning: share.optional().describe('Share of chain-of-thought tasks (0.01)'),
        pretraining: share.optional().describe('Share of plain text (0.05)'),
        dialogue: share.optional().describe('Share of dialogue text (0)'),
        metaicl: z
          .strictObject({
            shape: z.number().gt(0).describe('Of the Zipf distribution of demonstrations: 4, or 2 for more'),
            max_shots: z.int().min(1).max(64).optional().describe('Demonstrations at most (5)'),
            loss: z
              .enum(['plain', 'suffix'])
              .optional()
              .describe('plain: on the last target; suffix: on all from the first demonstration’s target'),
          })
          .optional()
          .describe('Demonstrations in training, a number drawn for each instance'),
      })
      .optional(),
  })
  .describe('A Heldout bench');

export type BenchFile = z.infer<typeof benchSchema>;
export type CollectionConfig = z.infer<typeof collectionSchema>;

export const taxonomySchema = z
  .strictObject({
    categories: z.record(
      z.string(),
      z.strictObject({
        from: z
          .record(z.string(), names)
          .optional()
          .describe('Collection to its own categories; "*" for all'),
        tasks: names.optional().describe('Single tasks by id; wins over from'),
      }),
    ),
  })
  .describe('Our categories and what goes into each');

export type Taxonomy = z.infer<typeof taxonomySchema>;
