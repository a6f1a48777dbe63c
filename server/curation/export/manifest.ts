import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { firstFault } from '../../base/fault-words.ts';
import { InputError, messageOf } from '../../base/problem.ts';
import { buildFormat, level, split } from '../../protocol.ts';

export const MANIFEST = 'manifest.json';

const count = z.int().min(0);
const perSplit = z.object({ train: count, dev: count, test: count });
export type PerSplit = z.infer<typeof perSplit>;

/** What one finished file of instances holds. */
export const shardResult = z.object({
  /** Its path in the build. */
  file: z.string(),
  bytes: count,
  sha256: z.string(),
  tasks: z.array(
    z.object({
      task: z.string(),
      split: z.enum(['train', 'dev', 'test']),
      instances: count,
      /** Instances left out: no target; the template failed, by its name. */
      empty: count,
      failed: z.record(z.string(), count),
    }),
  ),
});
export type ShardResult = z.infer<typeof shardResult>;

export const builtTask = z.object({
  id: z.string(),
  collection: z.string(),
  category: z.string(),
  /** The side that the task stands on; `none`: it was removed. */
  split,
  level: level.nullable(),
  sources: z.array(z.string()),
  licence: z.string().nullable(),
  url: z.string().nullable(),
  /** Those that instances were made with, and those that were left out because they alter the task. */
  templates: z.array(z.string()),
  altering: z.array(z.string()),
  /** Examples in its files. */
  examples: count,
  /** Which examples went where: `from` up to (not with) `to`. */
  portions: z.array(z.object({ split: z.enum(['train', 'dev', 'test']), from: count, to: count })),
  /** Examples passed over for evaluation because they have no labels. */
  unlabelled: count,
  /** Demonstrations are drawn among so many examples, its first. */
  demonstrationsAmong: count,
  /** Train examples left out because they overlap. */
  removedExamples: count,
  instances: perSplit,
  empty: count,
  failed: z.record(z.string(), count),
});
export type BuiltTask = z.infer<typeof builtTask>;

const builtFile = z.object({ path: z.string(), bytes: count, sha256: z.string() });

/** What a build holds and rests on; the file `manifest.json` in it, written last. */
export const manifest = z.object({
  heldout: z.literal('build'),
  version: z.literal(1),
  /** The same for the same instances. */
  key: z.string(),
  format: buildFormat,
  seed: z.int(),
  shots: count,
  collections: z.array(z.string()),
  /** Pairs above the threshold that stood undecided. */
  openPairs: count,
  /** Whether the pairs were those of the tasks as they were built. */
  overlapKnown: z.boolean(),
  instances: perSplit,
  tasks: z.array(builtTask),
  /** What each file of instances holds. */
  shards: z.array(shardResult),
  /** Every file of the build but this one. */
  files: z.array(builtFile),
});
export type Manifest = z.infer<typeof manifest>;

/** The manifest of a finished build; undefined where there is none. Throws InputError where it is broken. */
export function readManifest(folder: string): Manifest | undefined {
  const file = join(folder, MANIFEST);
  if (!existsSync(file)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new InputError(`not the manifest of a build: ${messageOf(error)}`, { file });
  }
  const checked = manifest.safeParse(value);
  if (checked.success) return checked.data;
  throw new InputError(`not the manifest of a build: ${firstFault(checked.error, 'the file')}`, { file });
}
