import * as z from 'zod';
import { split } from './words.ts';

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
