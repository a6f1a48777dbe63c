import * as z from 'zod';
import { problem } from './bench.ts';

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
