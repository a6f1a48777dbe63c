import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { messageOf } from '../base/problem.ts';
import type { PairResult } from './figures.ts';
import { digest, type MarkedSource, markOf } from './marks.ts';

const count = z.int().min(0);
const pairResult = z.object({
  figures: z.object({
    train: z.string(),
    eval: z.string(),
    evalExamples: count,
    overlapping: count,
    fraction: z.number(),
    overlappingContent: count,
    fractionContent: z.number(),
    short: count,
    shortMatches: count,
  }),
  evidence: z.array(
    z.object({
      evalExample: count,
      trainExample: count,
      grams: count,
      contentGrams: count,
      short: z.boolean(),
      entry: count,
      alike: count,
      set: count,
    }),
  ),
  set: count,
});
/** `of`: the train task's state and what else the results depend on. Pairs by eval task's mark; null for one that shares nothing. */
const kept = z.object({ of: z.string(), pairs: z.record(z.string(), pairResult.nullable()) });

/**
 * Results of earlier scans: a file per train task with its pairs. Deleting them loses only time. What no
 * longer fits is not found, and is written over.
 */
export class OverlapCache {
  private readonly folder: string;
  private readonly setting: readonly unknown[];
  private readonly onProblem: (message: string) => void;
  private writable = true;

  /** `setting`: what else the results depend on. */
  constructor(folder: string, setting: readonly unknown[], onProblem: (message: string) => void) {
    this.folder = folder;
    this.setting = setting;
    this.onProblem = onProblem;
  }

  private stateOf(train: MarkedSource): string {
    return digest([...this.setting, markOf(train)]);
  }

  /** The known pairs of a train task; null where it is known to share nothing, nothing where it isn't known. */
  read(train: MarkedSource, held: readonly MarkedSource[]): Map<string, PairResult | null> {
    const found = new Map<string, PairResult | null>();
    let results: z.infer<typeof kept>;
    try {
      results = kept.parse(JSON.parse(readFileSync(join(this.folder, nameOf(train)), 'utf8')));
    } catch {
      return found;
    }
    if (results.of !== this.stateOf(train)) return found;
    for (const source of held) {
      const result = results.pairs[markOf(source)];
      if (result !== undefined) found.set(source.task, result);
    }
    return found;
  }

  /** Keeps the known pairs of a train task, in place of what was kept before. */
  write(
    train: MarkedSource,
    held: readonly MarkedSource[],
    pairs: ReadonlyMap<string, PairResult | null>,
  ): void {
    const results: z.infer<typeof kept> = { of: this.stateOf(train), pairs: {} };
    for (const source of held) {
      const result = pairs.get(source.task);
      if (result !== undefined) results.pairs[markOf(source)] = result;
    }
    this.attempt(() => {
      const path = join(this.folder, nameOf(train));
      const aside = `${path}.${process.pid}.tmp`;
      mkdirSync(this.folder, { recursive: true });
      try {
        writeFileSync(aside, JSON.stringify(results));
        renameSync(aside, path);
      } catch (error) {
        rmSync(aside, { force: true });
        throw error;
      }
    });
  }

  /** Removes the results of tasks other than these. */
  prune(train: readonly MarkedSource[]): void {
    const used = new Set(train.map(nameOf));
    this.attempt(() => {
      for (const name of readdirSync(this.folder)) {
        if (name.startsWith('pairs-') && !used.has(name)) rmSync(join(this.folder, name), { force: true });
      }
    });
  }

  /** A cache that can't be written is no reason to stop: said once, then left alone. */
  private attempt(write: () => void): void {
    if (!this.writable) return;
    try {
      write();
    } catch (error) {
      this.writable = false;
      this.onProblem(`overlap results are not kept for the next run: ${messageOf(error)}`);
    }
  }
}

function nameOf(train: MarkedSource): string {
  return `pairs-${digest([train.task])}.json`;
}
