import * as z from 'zod';

export const split = z.enum(['train', 'dev', 'test', 'none']);
export type Split = z.infer<typeof split>;

export const level = z.enum(['fully-held-out', 'partially-held-out', 'fully-supervised']);
export type Level = z.infer<typeof level>;

export const pairVerdict = z.enum(['remove-train', 'remove-eval', 'retain', 'remove-examples']);
export type PairVerdict = z.infer<typeof pairVerdict>;

/** Lines and columns count from 1; `line` 0 stands for the whole file. Paths are absolute. */
export const location = z.object({ file: z.string(), line: z.int(), column: z.int().optional() });
export type Location = z.infer<typeof location>;
