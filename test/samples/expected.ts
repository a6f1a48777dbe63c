import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const split = z.enum(['train', 'dev', 'test']);

const schema = z.strictObject({
  collections: z.array(
    z.strictObject({ name: z.string(), format: z.string(), tasks: z.int(), examples: z.int() }),
  ),
  tasks: z.array(
    z.strictObject({
      id: z.string(),
      collection: z.string(),
      category: z.string(),
      split,
      level: z.enum(['fully-supervised', 'partially-held-out', 'fully-held-out']),
      examples: z.int(),
      /** By the split that the file's name says; `none` where it says nothing. */
      examplesBySplit: z.partialRecord(z.enum(['train', 'dev', 'test', 'none']), z.int()),
    }),
  ),
  /** Line 0 stands for the whole file. */
  skips: z.array(z.strictObject({ collection: z.string(), file: z.string(), line: z.int() })),
  pairs: z.array(
    z.strictObject({
      kind: z.string(),
      train: z.string(),
      eval: z.string(),
      evalExamples: z.int(),
      overlapping: z.int(),
      overlappingContent: z.int(),
      shortMatches: z.int(),
      sameSource: z.boolean(),
    }),
  ),
  templates: z.array(
    z.strictObject({
      task: z.string(),
      template: z.string(),
      file: z.string(),
      line: z.int(),
      /** What the file declares. */
      originalTask: z.boolean(),
      /** What is true. */
      altersTask: z.boolean(),
      alteration: z.string().optional(),
      fault: z.string().optional(),
    }),
  ),
});

export type Expected = z.infer<typeof schema>;

/** samples/expected.json: what is true of the sample bench. */
export function readExpected(): Expected {
  const path = join(import.meta.dirname, '..', '..', 'samples', 'expected.json');
  return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
}
