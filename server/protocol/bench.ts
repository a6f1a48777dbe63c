import * as z from 'zod';

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
  /** The folder of its published split. */
  splitLists: z.string().optional(),
  confidence: z.number(),
});
export const initReport = z.object({ file: z.string(), collections: z.array(proposedCollection) });
export type InitReport = z.infer<typeof initReport>;
