import { availableParallelism } from 'node:os';
import { InputError } from '../base/problem.ts';
import type { OnStep } from '../base/progress.ts';
import { isMarked, type MarkedSource, OverlapCache } from './cache.ts';
import { Pairing, type PairResult } from './figures.ts';
import { checkOrder, type EvalIndex, indexEval, sizeOf } from './index/eval-index.ts';
import type { KernelName } from './kernel/load.ts';
import { joinMatches, type Matches } from './matches.ts';
import { Pool } from './pool.ts';
import { DEFAULT_NGRAM } from './rule.ts';
import { Scanner } from './scanner.ts';
import type { DocumentSource, PairFigures, SharedExample } from './types.ts';

const MOST_NGRAM = 255;
/** Evidence kept for each pair. */
const EVIDENCE = 50;
/** Examples of a train task that a worker takes at once. */
const PART_EXAMPLES = 20_000;

export interface OverlapOptions {
  train: readonly DocumentSource[];
  eval: readonly DocumentSource[];
  n?: number;
  /** Pairs that share no more than this fraction of examples (and no short text) get no evidence. */
  threshold?: number;
  /** Evidence examples per pair. */
  evidence?: number;
  /** Opens the train tasks inside worker threads: a module's URL and what its `documents` is given. */
  open?: { module: string; data: unknown };
  workers?: number;
  kernel?: KernelName;
  signal?: AbortSignal;
  onStep?: OnStep;
  /** A folder where results are kept between scans; used when every source has a fingerprint. */
  cache?: string;
  /** Told in one line what went wrong without stopping the scan. */
  onProblem?: (message: string) => void;
}

export interface OverlapResult {
  ngram: number;
  /** Every pair that shares a gram or a short text, by train, then eval task. */
  pairs: PairFigures[];
  /** Per pair of the same list. */
  evidence: SharedExample[][];
  /** The last index that was made or loaded; zeros when every pair was known. */
  index: { bytes: number; grams: number };
}

/** The length of a gram, or an `InputError`. */
export function checkedNgram(n: number | undefined): number {
  const ngram = n ?? DEFAULT_NGRAM;
  if (!Number.isInteger(ngram) || ngram < 1 || ngram > MOST_NGRAM) {
    throw new InputError(`overlap: ngram is ${ngram}; it must be a whole number from 1 to ${MOST_NGRAM}`);
  }
  return ngram;
}

/** Threads to use: one a core, no more than there is work for. */
export function threads(wanted: number | undefined, jobs: number): number {
  return Math.max(1, Math.min(wanted ?? availableParallelism(), jobs));
}

/** By train task, then eval task, by code units. */
export function byTasks(x: PairResult, y: PairResult): number {
  const [a, b] = [x.figures, y.figures];
  if (a.train !== b.train) return a.train < b.train ? -1 : 1;
  return a.eval < b.eval ? -1 : a.eval > b.eval ? 1 : 0;
}

/** Compares every train task with every eval task. Throws the signal's reason on abort. */
export async function scanOverlap(options: OverlapOptions): Promise<OverlapResult> {
  const n = checkedNgram(options.n);
  const signal = options.signal ?? new AbortController().signal;
  const { onStep = () => {}, onProblem = () => {} } = options;
  const budget = options.evidence ?? EVIDENCE;
  const train = options.train;
  const held = options.eval;
  const cache =
    options.cache !== undefined && train.every(isMarked) && held.every(isMarked)
      ? { store: new OverlapCache(options.cache, [n, budget], onProblem), train, held }
      : undefined;
  const results = new Map<string, Map<string, PairResult | null>>();
  for (const source of train) results.set(source.task, new Map());
  for (const source of cache?.train ?? []) results.set(source.task, cache!.store.read(source, cache!.held));

  let index: { bytes: number; grams: number } = { bytes: 0, grams: 0 };
  for (const part of openParts(train, held, results)) {
    const make = () =>
      indexEval(part.held, n, signal, (done, task) =>
        onStep({ message: `indexing ${task}`, done, total: part.held.length, unit: 'tasks' }),
      );
    const whole = cache && part.held.length === held.length;
    const built = whole ? await cache.store.index(cache.held, make) : await make();
    index = sizeOf(built);
    const pairing = new Pairing(built);
    await scanPart(built, { ...options, train: part.train, signal, onStep }, (source, matches) => {
      const known = results.get(source.task)!;
      for (const { task } of part.held) known.set(task, null);
      for (const pair of pairing.pairs(source.task, source.examples, matches, budget)) {
        known.set(pair.figures.eval, pair);
      }
      if (cache) cache.store.write(source as MarkedSource, cache.held, known);
    });
  }
  cache?.store.prune();
  const threshold = options.threshold ?? 0;
  const found = [...results.values()].flatMap((pairs) => [...pairs.values()].filter((pair) => pair !== null));
  found.sort(byTasks);
  return {
    ngram: n,
    pairs: found.map(({ figures }) => figures),
    evidence: found.map(({ figures, evidence }) =>
      figures.fraction > threshold || figures.shortMatches > 0 ? evidence : [],
    ),
    index,
  };
}

/** The pairs that aren't known yet, as train tasks that lack the same eval tasks. */
function openParts(
  train: readonly DocumentSource[],
  held: readonly DocumentSource[],
  results: ReadonlyMap<string, ReadonlyMap<string, PairResult | null>>,
): { train: DocumentSource[]; held: DocumentSource[] }[] {
  const parts = new Map<string, { train: DocumentSource[]; held: DocumentSource[] }>();
  for (const source of train) {
    const known = results.get(source.task)!;
    const missing = held.filter(({ task }) => !known.has(task));
    if (missing.length === 0) continue;
    const key = JSON.stringify(missing.map(({ task }) => task));
    const part = parts.get(key);
    if (part) part.train.push(source);
    else parts.set(key, { train: [source], held: missing });
  }
  return [...parts.values()];
}

type ScanOptions = OverlapOptions & { signal: AbortSignal; onStep: OnStep };

function scanPart(index: EvalIndex, options: ScanOptions, finish: Finish): Promise<void> {
  const { open, train, signal, onStep, kernel } = options;
  if (open) return scanInWorkers(index, { ...options, open }, finish);
  return scanHere(index, train, signal, onStep, finish, kernel);
}

type Finish = (source: DocumentSource, matches: Matches) => void;

async function scanHere(
  index: EvalIndex,
  train: readonly DocumentSource[],
  signal: AbortSignal,
  onStep: OnStep,
  finish: Finish,
  kernel: KernelName | undefined,
): Promise<void> {
  const scanner = new Scanner(index.memory, index.n, kernel);
  const total = train.reduce((sum, source) => sum + source.examples, 0);
  let done = 0;
  for (const source of train) {
    let last = 0;
    for await (const { example, document } of source.documents(signal)) {
      signal.throwIfAborted();
      checkOrder(source, example, last);
      if (example > last && example % 256 === 0) {
        onStep({ message: `scanning ${source.task}`, done: done + example, total, unit: 'examples' });
      }
      last = example;
      scanner.scanDocument(example, document);
    }
    done += source.examples;
    finish(source, scanner.takeMatches(source.examples));
    onStep({ message: `scanning ${source.task}`, done, total, unit: 'examples' });
  }
}

async function scanInWorkers(
  index: EvalIndex,
  options: ScanOptions & { open: { module: string; data: unknown } },
  finish: Finish,
): Promise<void> {
  const { train, open, signal, kernel, onStep } = options;
  const total = train.reduce((sum, source) => sum + source.examples, 0);
  let done = 0;
  const jobs = train.reduce((sum, source) => sum + Math.ceil(source.examples / PART_EXAMPLES), 0);
  const workers = threads(options.workers, jobs);
  const pool = new Pool({ memory: index.memory, n: index.n, workers, kernel, signal });
  try {
    const tasks = train.map(async (source) => {
      const parts = [];
      for (let from = 0; from < source.examples; from += PART_EXAMPLES) {
        const to = Math.min(source.examples, from + PART_EXAMPLES);
        const part = pool
          .run({ kind: 'source', ...open, task: source.task, from, to })
          .then(({ matches }) => {
            done += to - from;
            onStep({ message: `scanning ${source.task}`, done, total, unit: 'examples' });
            return matches;
          });
        parts.push(part);
      }
      finish(source, joinMatches(await Promise.all(parts), 'through'));
    });
    await Promise.all(tasks);
  } finally {
    await pool.close();
  }
}
