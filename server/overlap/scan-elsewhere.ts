import { join } from 'node:path';
import type { OnStep } from '../base/progress.ts';
import type { EvalIndex } from './index/eval-index.ts';
import { identityOf, writeIndex } from './index/kept.ts';
import type { KernelName } from './kernel/load.ts';
import { isMarked, markOf } from './marks.ts';
import { joinMatches, type Matches } from './matches.ts';
import type { Fill, Partition } from './partitions/partition.ts';
import { type Keeping, scanPartition } from './partitions/scan.ts';
import { PartitionStore } from './partitions/store.ts';
import { Pool } from './pool.ts';
import { threads } from './threads.ts';
import type { DocumentSource } from './types.ts';

/** Examples of a partition: enough to be worth an array task, few enough to lose little when it dies. */
export const PART_EXAMPLES = 200_000;

/** How train tasks are read on other machines: a module's URL and what its `documents` is given, fit for JSON. */
export interface OpenedElsewhere {
  module: string;
  data: unknown;
  /** What a thread holds in memory to read them. */
  threadBytes: number;
}

/** Has train tasks scanned by other machines, by partitions of their examples. */
export interface Elsewhere {
  fill: Fill;
  /** A folder that all of them see: for the index and the partitions' results. Who named it removes it. */
  folder: string;
  /** Asked for the train tasks that are to be scanned; throws what reading them here would throw at once. */
  open: (tasks: readonly string[]) => OpenedElsewhere;
  partExamples?: number;
}

export interface ElsewhereScan {
  train: readonly DocumentSource[];
  elsewhere: Elsewhere;
  kernel?: KernelName;
  signal: AbortSignal;
  onStep: OnStep;
}

/** Scans train tasks against an index on other machines; `finish` gets each task's matches. */
export async function scanElsewhere(
  index: EvalIndex,
  { train, elsewhere, kernel, signal, onStep }: ElsewhereScan,
  finish: (source: DocumentSource, matches: Matches) => void,
): Promise<void> {
  const { fill, folder, partExamples = PART_EXAMPLES } = elsewhere;
  const { threadBytes, ...open } = elsewhere.open(train.map(({ task }) => task));
  const key = identityOf(index);
  const store = new PartitionStore(folder, key);
  const saved = join(folder, `index-${key}.bin`);
  writeIndex(saved, index);
  const cut = train.map((source) => ({ source, parts: partitionsOf(source, open, partExamples) }));
  const all = cut.flatMap(({ parts }) => parts);
  const partitions = async () => all;
  await fill({ store, index: saved, partitions, unit: 'examples', threadBytes, signal, onStep });

  const total = all.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const keeping: Keeping = { store, onWriteError: () => {} };
  const workers = threads(undefined, store.missing(all).length);
  // For results that turn out to be broken.
  let pool: Pool | undefined;
  const scan = (work: Partition['work']) => {
    pool ??= new Pool({ memory: index.memory, n: index.n, workers, kernel, signal });
    return pool.run(work);
  };
  try {
    for (const { source, parts } of cut) {
      signal.throwIfAborted();
      const results = await Promise.all(
        parts.map((part) => scanPartition(part, scan, async ({ stamp }) => stamp, keeping)),
      );
      const matches = results.map((part) => part.matches);
      finish(source, joinMatches(matches, 'through'));
      done += source.examples;
      onStep({ message: `merging ${source.task}`, done, total, unit: 'examples' });
    }
  } finally {
    await pool?.close();
  }
}

/** A task cut by its examples. Its mark is their stamp: what they hold is read at the positions that it stands for. */
function partitionsOf(
  source: DocumentSource,
  open: { module: string; data: unknown },
  partExamples: number,
): Partition[] {
  if (!isMarked(source)) throw new Error(`${source.task} can't be told from a changed one`);
  const { task, examples } = source;
  const partitions: Partition[] = [];
  for (let from = 0; from < examples; from += partExamples) {
    const to = Math.min(examples, from + partExamples);
    partitions.push({
      name: JSON.stringify([task, from, to]),
      stamp: markOf(source),
      work: { kind: 'source', ...open, task, from, to },
      size: to - from,
    });
  }
  return partitions;
}
