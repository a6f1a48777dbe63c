import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../base/problem.ts';
import type { PairResult } from './figures.ts';
import type { EvalIndex } from './index/eval-index.ts';
import { loadIndex, saveIndex } from './index/file.ts';
import { RULE_VERSION } from './rule.ts';
import type { DocumentSource } from './types.ts';

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
    }),
  ),
});
/** By eval task's key; null for a pair that shares nothing. */
const kept = z.record(z.string(), pairResult.nullable());

function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** A source whose documents can be told from changed ones. */
export type MarkedSource = DocumentSource & { fingerprint: string };

export function isMarked(source: DocumentSource): source is MarkedSource {
  return source.fingerprint !== undefined;
}

/**
 * Results of earlier scans in a folder of their own: a file per train task with its pairs, and the index of
 * the whole eval side. Deleting it loses only time. What no longer fits is not found, and is removed at the end.
 */
export class OverlapCache {
  private readonly folder: string;
  private readonly setting: readonly unknown[];
  private readonly onProblem: (message: string) => void;
  private readonly used = new Set<string>();
  private writable = true;

  /** `setting`: what else the results depend on. */
  constructor(folder: string, setting: readonly unknown[], onProblem: (message: string) => void) {
    this.folder = folder;
    this.setting = [RULE_VERSION, ...setting];
    this.onProblem = onProblem;
  }

  private keyOf(source: MarkedSource): string {
    return digest([source.task, source.examples, source.fingerprint]);
  }

  private pathOf(train: MarkedSource): string {
    const name = `pairs-${digest([...this.setting, this.keyOf(train)])}.json`;
    this.used.add(name);
    return join(this.folder, name);
  }

  /** The known pairs of a train task; null where it is known to share nothing, nothing where it isn't known. */
  read(train: MarkedSource, held: readonly MarkedSource[]): Map<string, PairResult | null> {
    const found = new Map<string, PairResult | null>();
    let results: z.infer<typeof kept>;
    try {
      results = kept.parse(JSON.parse(readFileSync(this.pathOf(train), 'utf8')));
    } catch {
      return found;
    }
    for (const source of held) {
      const result = results[this.keyOf(source)];
      if (result !== undefined) found.set(source.task, result);
    }
    return found;
  }

  /** Keeps all pairs of a train task, in place of what was kept before. */
  write(
    train: MarkedSource,
    held: readonly MarkedSource[],
    pairs: ReadonlyMap<string, PairResult | null>,
  ): void {
    const results: z.infer<typeof kept> = {};
    for (const source of held) results[this.keyOf(source)] = pairs.get(source.task) ?? null;
    this.attempt(() => {
      const path = this.pathOf(train);
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

  /** The index of the whole eval side: the saved one, or a new one, which is then saved. */
  async index(held: readonly MarkedSource[], make: () => Promise<EvalIndex>): Promise<EvalIndex> {
    const key = digest([...this.setting, ...held.map((source) => this.keyOf(source))]);
    const name = `index-${key}.bin`;
    this.used.add(name);
    const path = join(this.folder, name);
    const saved = loadIndex(path, key);
    if (saved) return saved;
    const index = await make();
    this.attempt(() => saveIndex(path, key, index));
    return index;
  }

  /** Removes what this run had no use for; the last index stays, for the next change. */
  prune(): void {
    const indexed = [...this.used].some((name) => name.startsWith('index-'));
    this.attempt(() => {
      for (const name of readdirSync(this.folder)) {
        if (this.used.has(name) || (name.startsWith('index-') && !indexed)) continue;
        if (/^(pairs|index)-/.test(name)) rmSync(join(this.folder, name), { force: true });
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
