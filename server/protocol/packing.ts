import * as z from 'zod';
import { mixtureDraw } from './mixture.ts';

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
