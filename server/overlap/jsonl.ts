import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputError, messageOf } from '../base/problem.ts';
import type { OnStep } from '../base/progress.ts';
import { Pairing, type PairResult } from './figures.ts';
import { FileScan, type ScannedFile } from './file-scan.ts';
import { sizeOf } from './index/eval-index.ts';
import { identityOf } from './index/kept.ts';
import { indexFolder, JsonlShelf } from './jsonl-index.ts';
import type { KernelName } from './kernel/load.ts';
import { lineNumbers } from './lines.ts';
import { byTasks, checkedNgram } from './pairs.ts';
import type { Fill, Partition } from './partitions/partition.ts';
import { PartitionStore } from './partitions/store.ts';
import { DEFAULT_NGRAM } from './rule.ts';
import { digest, isFileError, type OnSkip, partitionsOf, type TaskFile, taskFiles } from './task-files.ts';
import { threads } from './threads.ts';
import type { PairFigures } from './types.ts';

/** Bytes of a train file that a worker takes at once. */
const PART_BYTES = 32 << 20;
/** Train files that are under way at once: more than there are cores, few enough for their results to fit. */
const FILES_AT_ONCE = 64;

export interface JsonlOptions {
  /** Folders whose `.jsonl` files, at any depth, are the tasks; a task's name is its path without the ending. */
  trainDir: string;
  evalDir: string;
  n?: number;
  workers?: number;
  kernel?: KernelName;
  /** Bytes of a partition. */
  partBytes?: number;
  /** A folder where the index and partitions' results are kept, so that a scan that ended early goes on from there. */
  cache?: string;
  /** Has the partitions scanned elsewhere first; needs `cache`. */
  fill?: Fill;
  signal?: AbortSignal;
  onStep?: OnStep;
  onSkip?: OnSkip;
  /** Told in one line what went wrong without stopping the scan. */
  onProblem?: (message: string) => void;
}

export interface JsonlResult {
  ngram: number;
  /** Every pair that shares a gram or a short text, by train, then eval task. Raw text names no data source. */
  pairs: (PairFigures & { sameSource: false })[];
  seconds: number;
  /** Of both sides. */
  bytes: number;
  index: { bytes: number; grams: number };
}

/** Compares raw JSONL, a file a task; a line is `{"text"}` or `{"inputs", "targets"}`. */
export async function scanJsonl(options: JsonlOptions): Promise<JsonlResult> {
  const started = performance.now();
  const n = checkedNgram(options.n);
  const { onStep = () => {}, onSkip = () => {}, onProblem = () => {} } = options;
  const { trainDir, evalDir, fill, kernel } = options;
  const { partBytes = PART_BYTES, signal = new AbortController().signal } = options;
  const folder = options.cache === undefined ? undefined : folderOf(options.cache, options);
  if (folder !== undefined && fill) makeFolder(folder);
  const onWriteError = once((error) =>
    onProblem(`partitions' results are not kept for the next run: ${messageOf(error)}`),
  );
  const shelf = folder === undefined ? undefined : new JsonlShelf(folder, onWriteError);

  let train = await taskFiles(trainDir, onSkip);
  const held = await indexFolder(evalDir, n, { signal, onStep, shelf });
  for (const skip of held.skipped) onSkip(skip);
  const { index } = held;
  const store = folder === undefined ? undefined : new PartitionStore(folder, identityOf(index));
  if (fill && store && shelf) {
    const listed = () => taskFiles(trainDir, () => {});
    const partitions = async () => (await listed()).flatMap((file) => partitionsOf(file, partBytes));
    await fill({ store, index: shelf.path, partitions, unit: 'bytes', signal, onStep });
    // That may have taken hours.
    train = await listed();
  }

  const pairing = new Pairing(index);
  const found: PairResult[] = [];
  const used: Partition[] = [];
  const total = train.reduce((bytes, file) => bytes + file.bytes, 0);
  let done = 0;
  const parts = train.reduce((count, file) => count + Math.ceil(file.bytes / partBytes), 0);
  const scan = new FileScan(index, {
    partBytes,
    workers: threads(options.workers, parts),
    kernel,
    signal,
    keeping: store && { store, onWriteError },
    onBytes: (file, bytes) => {
      done += bytes;
      const message = `${fill ? 'merging' : 'scanning'} ${file.task}`;
      onStep({ message, done: Math.min(done, total), total, unit: 'bytes' });
    },
  });
  const scanTask = async (file: TaskFile) => {
    const scanned = await scan.file(file);
    if (!scanned) {
      onSkip({ file: file.path, line: 0, reason: 'the file kept changing while it was scanned; run again' });
      return;
    }
    used.push(...scanned.partitions);
    await tellFaults(file, scanned, onSkip);
    found.push(...pairing.pairs(file.task, scanned.matches.examples, scanned.matches));
  };
  try {
    await eachOf(train, FILES_AT_ONCE, (file) =>
      scanTask(file).catch((error: unknown) => {
        if (signal.aborted || !isFileError(error)) throw error;
        onSkip({ file: file.path, line: 0, reason: messageOf(error) });
      }),
    );
  } finally {
    await scan.close();
  }
  try {
    store?.prune(used);
  } catch (error) {
    onWriteError(error);
  }
  found.sort(byTasks);
  return {
    ngram: n,
    pairs: found.map(({ figures }) => ({ ...figures, sameSource: false as const })),
    seconds: (performance.now() - started) / 1000,
    bytes: total + held.bytes,
    index: sizeOf(index),
  };
}

/** A folder of its own for each two sides: what a scan has no use for it removes there. */
function folderOf(cache: string, { trainDir, evalDir, n }: JsonlOptions): string {
  return join(cache, digest([resolve(trainDir), resolve(evalDir), n ?? DEFAULT_NGRAM]).slice(0, 12));
}

/** Other machines write there: without the folder nothing can be done. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new InputError(`can't write the folder for partitions' results: ${messageOf(error)}`, {
      file: folder,
    });
  }
}

/** Calls through the first time only. */
function once(work: (error: unknown) => void): (error: unknown) => void {
  let done = false;
  return (error) => {
    if (!done) work(error);
    done = true;
  };
}

/** Runs `work` on every item, `limit` at a time; the first failure ends it. */
async function eachOf<T>(items: readonly T[], limit: number, work: (item: T) => Promise<void>) {
  let next = 0;
  const lane = async () => {
    while (next < items.length) await work(items[next++]!);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
}

async function tellFaults(
  file: TaskFile,
  { faults, moreFaults }: ScannedFile,
  onSkip: OnSkip,
): Promise<void> {
  if (faults.length === 0) return;
  const lines = await lineNumbers(
    file.path,
    faults.map((fault) => fault.offset),
  );
  faults.forEach(({ reason }, at) => {
    onSkip({ file: file.path, line: lines[at]!, reason });
  });
  if (moreFaults > 0) onSkip({ file: file.path, line: 0, reason: `${moreFaults} more records left out` });
}
