import { InputError } from '../base/problem.ts';
import type { OnStep } from '../base/progress.ts';
import { OverlapCache } from './cache.ts';
import { Pairing, type PairResult } from './figures.ts';
import { indexEval, sizeOf } from './index/eval-index.ts';
import { IndexShelf } from './index/shelf.ts';
import type { KernelName } from './kernel/load.ts';
import { isMarked, type MarkedSource } from './marks.ts';
import { DEFAULT_NGRAM, RULE_VERSION } from './rule.ts';
import type { Elsewhere } from './scan-elsewhere.ts';
import { isFew, scanTasks } from './scan-tasks.ts';
import type { DocumentSource, PairFigures, SharedExample } from './types.ts';

const MOST_NGRAM = 255;
/** Evidence kept for each pair. */
const EVIDENCE = 50;

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
  /** Has them scanned by other machines; every source needs a fingerprint. */
  elsewhere?: Elsewhere;
  workers?: number;
  kernel?: KernelName;
  signal?: AbortSignal;
  onStep?: OnStep;
  /** A folder where results are kept between scans; used when every source has a fingerprint. */
  cache?: string;
  /** The indexes of that folder, of one who keeps them open between scans. */
  shelf?: IndexShelf;
  /** Tasks that are as they were in a run whose pairs the caller has: pairs of two of them are neither scanned nor given. */
  settled?: Settled;
  /** Told in one line what went wrong without stopping the scan. */
  onProblem?: (message: string) => void;
}

export interface Settled {
  train: ReadonlySet<string>;
  eval: ReadonlySet<string>;
}

export interface OverlapResult {
  ngram: number;
  /** Every pair that shares a gram or a short text, by train, then eval task. */
  pairs: PairFigures[];
  /** Per pair of the same list: examples that share text, and all that is shared, as a number. */
  evidence: SharedExample[][];
  sets: number[];
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

interface Figured {
  figures: { train: string; eval: string };
}

/** By train task, then eval task, by code units. */
export function byTasks(x: Figured, y: Figured): number {
  const [a, b] = [x.figures, y.figures];
  if (a.train !== b.train) return a.train < b.train ? -1 : 1;
  return a.eval < b.eval ? -1 : a.eval > b.eval ? 1 : 0;
}

/** The indexes kept in a folder, for scans with these terms. Throws an InputError on an impossible `n`. */
export function openShelf(
  folder: string,
  n: number | undefined,
  onProblem: (message: string) => void,
): IndexShelf {
  return new IndexShelf(folder, [RULE_VERSION, checkedNgram(n)], onProblem);
}

/** Compares every train task with every eval task. Throws the signal's reason on abort. */
export async function scanOverlap(options: OverlapOptions): Promise<OverlapResult> {
  const n = checkedNgram(options.n);
  const signal = options.signal ?? new AbortController().signal;
  const { onStep = () => {}, onProblem = () => {} } = options;
  const budget = options.evidence ?? EVIDENCE;
  const kept = keptIn(options, n, budget, onProblem);
  const open = openHeld(options);
  const results = new Map<string, Map<string, PairResult | null>>();
  for (const { task } of options.train) {
    const read = kept?.train.get(task);
    results.set(task, kept && read && open(task).length > 0 ? kept.cache.read(read, kept.held) : new Map());
  }

  const make = (held: readonly DocumentSource[]) =>
    indexEval(held, n, signal, (done, task) =>
      onStep({ message: `indexing ${task}`, done, total: held.length, unit: 'tasks' }),
    );
  let size = { bytes: 0, grams: 0 };
  for (const part of openParts(options.train, results, open)) {
    const tasks = new Set(part.held.map(({ task }) => task));
    const indexes = kept
      ? await kept.shelf.cover(
          kept.held.filter(({ task }) => tasks.has(task)),
          make,
        )
      : [{ index: await make(part.held), tasks }];
    for (const shelved of indexes) {
      size = sizeOf(shelved.index);
      const pairing = new Pairing(shelved.index);
      await scanTasks(shelved.index, { ...options, train: part.train, signal, onStep }, (source, matches) => {
        const known = results.get(source.task)!;
        for (const task of shelved.tasks) known.set(task, null);
        for (const pair of pairing.pairs(source.task, source.examples, matches, budget)) {
          if (shelved.tasks.has(pair.figures.eval)) known.set(pair.figures.eval, pair);
        }
        if (kept) kept.cache.write(kept.train.get(source.task)!, kept.held, known);
      });
      // The threads' buffers stay in its memory.
      if (!isFew(part.train)) kept?.shelf.release(shelved.index);
    }
  }
  if (kept) tidy(kept, options.settled);
  const threshold = options.threshold ?? 0;
  const found = [...results].flatMap(([train, pairs]) =>
    open(train).flatMap(({ task }) => pairs.get(task) ?? []),
  );
  found.sort(byTasks);
  return {
    ngram: n,
    pairs: found.map(({ figures }) => figures),
    evidence: found.map(({ figures, evidence }) =>
      figures.fraction > threshold || figures.shortMatches > 0 ? evidence : [],
    ),
    sets: found.map(({ set }) => set),
    index: size,
  };
}

/** Results and indexes of earlier scans, where every source can be told from a changed one. */
interface Kept {
  cache: OverlapCache;
  shelf: IndexShelf;
  train: ReadonlyMap<string, MarkedSource>;
  held: readonly MarkedSource[];
}

function keptIn(
  options: OverlapOptions,
  n: number,
  budget: number,
  onProblem: (message: string) => void,
): Kept | undefined {
  const { cache: folder, train, eval: held } = options;
  if (folder === undefined || !train.every(isMarked) || !held.every(isMarked)) return undefined;
  // A folder that can't be written is told of once.
  let told = false;
  const tell = (message: string) => {
    if (!told) onProblem(message);
    told = true;
  };
  return {
    cache: new OverlapCache(folder, [RULE_VERSION, n, budget], tell),
    shelf: options.shelf ?? openShelf(folder, n, tell),
    train: new Map(train.map((source) => [source.task, source])),
    held,
  };
}

/** After a change of a few tasks there is little to remove: what went with others goes at the next whole scan. */
function tidy({ cache, shelf, train, held }: Kept, settled: Settled | undefined): void {
  if (!settled) cache.prune([...train.values()]);
  if (!settled || held.some(({ task }) => !settled.eval.has(task))) shelf.prune(held);
}

/** The eval tasks whose pairs with a train task aren't settled. */
function openHeld({ eval: held, settled }: OverlapOptions): (train: string) => readonly DocumentSource[] {
  const rest = held.filter(({ task }) => !settled?.eval.has(task));
  return (train) => (settled?.train.has(train) ? rest : held);
}

/** The pairs that aren't known yet, as train tasks that lack the same eval tasks. */
function openParts(
  train: readonly DocumentSource[],
  results: ReadonlyMap<string, ReadonlyMap<string, PairResult | null>>,
  open: (train: string) => readonly DocumentSource[],
): { train: DocumentSource[]; held: DocumentSource[] }[] {
  const parts = new Map<string, { train: DocumentSource[]; held: DocumentSource[] }>();
  for (const source of train) {
    const known = results.get(source.task)!;
    const missing = open(source.task).filter(({ task }) => !known.has(task));
    if (missing.length === 0) continue;
    const key = JSON.stringify(missing.map(({ task }) => task));
    const part = parts.get(key);
    if (part) part.train.push(source);
    else parts.set(key, { train: [source], held: missing });
  }
  return [...parts.values()];
}
