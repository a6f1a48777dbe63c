import * as z from 'zod';
import { location } from './words.ts';

export const origin = z.enum(['template', 'definition', 'field', 'choice', 'delimiter', 'demonstration']);
export const segment = z.object({ text: z.string(), origin, field: z.string().optional() });
export type Segment = z.infer<typeof segment>;

/** `cot`: the task's published chain-of-thought prompt, in place of its templates. */
export const promptStyle = z.enum(['plain', 'cot']);
export type PromptStyle = z.infer<typeof promptStyle>;

export const instanceQuery = z.object({
  task: z.string(),
  /** From 0, in the task's order. */
  example: z.int().min(0).default(0),
  /** By name; the task's first when absent. */
  template: z.string().optional(),
  prompts: promptStyle.default('plain'),
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
