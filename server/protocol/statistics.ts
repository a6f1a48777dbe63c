import * as z from 'zod';

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
