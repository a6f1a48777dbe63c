import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../base/problem.ts';
import type { OnStep } from '../base/progress.ts';
import type { OverlapGroup, OverlapPair } from '../catalog/overlap-store.ts';
import type { CatalogTask } from '../catalog/tasks.ts';
import { sameSourcePairs } from '../curation/sources.ts';
import { scanOverlap } from '../overlap/pairs.ts';
import { RULE_VERSION } from '../overlap/rule.ts';
import type { PairFigures, SharedExample } from '../overlap/types.ts';
import type { OverlapReport } from '../protocol.ts';
import type { ScannedBench } from './documents-worker.ts';
import { evidenceHash } from './evidence-hash.ts';
import { documentSource } from './overlap-documents.ts';
import type { Session } from './session.ts';

export interface FindOverlap {
  ngram?: number;
  workers?: number;
  signal: AbortSignal;
  onStep: OnStep;
  /** Told in one line what went wrong without stopping the scan. */
  onProblem?: (message: string) => void;
}

/**
 * Scans the bench's train tasks against its eval tasks (dev and test), removed ones included so that a
 * verdict can be taken back, and keeps the pairs with their evidence. Throws InputError where there is
 * nothing to compare.
 */
export async function findOverlap(session: Session, options: FindOverlap): Promise<OverlapReport> {
  const started = performance.now();
  const { catalog, instances, bench } = session;
  const ngram = options.ngram ?? bench.ngram;
  const { train, evaluated } = sides(session);
  const scanned = await scanOverlap({
    train: train.map((task) => documentSource(catalog, instances, task)),
    eval: evaluated.map((task) => documentSource(catalog, instances, task)),
    n: ngram,
    open: { module: documentsModule().href, data: scannedBench(session) },
    workers: options.workers,
    cache: join(session.root, '.heldout', 'overlap'),
    onProblem: options.onProblem,
    signal: options.signal,
    onStep: options.onStep,
  });

  const shared = scanned.pairs.map((figures, at) => ({ figures, shared: scanned.evidence[at]! }));
  const pairs = withSameSource(shared, train, evaluated);
  const hashOf = new Map([...train, ...evaluated].map((task) => [task.id, task.hash]));
  const kept = pairs.map(({ figures, shared }): OverlapPair => {
    // Not the templates in use: where leaving one out changes a pair, the figures say so.
    const hashes = [catalog.taskHash(figures.train), catalog.taskHash(figures.eval)];
    return {
      figures,
      evidence: evidenceHash(figures, hashes, ngram, RULE_VERSION),
      shared,
      groups: groupsOf(shared),
    };
  });
  const seconds = (performance.now() - started) / 1000;
  const { bytes } = catalog.totals();
  const run = { at: new Date().toISOString(), ngram, threshold: bench.threshold, seconds, bytes };
  catalog.saveOverlap({ ...run, tasks: Object.fromEntries(hashOf) }, kept);
  return { ngram, pairs: kept.map(({ figures }) => figures), seconds, bytes };
}

/** Whether tasks changed, came or went since the last scan; false before the first. */
export function overlapIsOld(session: Session): boolean {
  const last = session.catalog.overlap();
  if (!last) return false;
  const now = session.catalog.tasks().filter((task) => task.examples > 0);
  return (
    now.length !== Object.keys(last.tasks).length ||
    now.some((task) => session.taskInUse(task).hash !== last.tasks[task.id])
  );
}

function sides(session: Session): { train: CatalogTask[]; evaluated: CatalogTask[] } {
  const tasks = session.catalog
    .tasks()
    .filter((task) => task.examples > 0)
    .map((task) => session.taskInUse(task));
  if (tasks.length === 0) throw new InputError('no task has examples: import the bench first');
  const train = tasks.filter((task) => session.placementOf(task.id).side === 'train');
  const evaluated = tasks.filter((task) => session.placementOf(task.id).side !== 'train');
  const missing = train.length === 0 ? 'train' : evaluated.length === 0 ? 'eval' : undefined;
  if (missing) {
    const how = `set "use: ${missing}" on a collection, or "splits"`;
    throw new InputError(`no task stands on the ${missing} side: ${how} in heldout.yaml`, {
      file: `${session.root}/heldout.yaml`,
      ...session.bench.at(['collections']),
    });
  }
  return { train, evaluated };
}

/** Marks the pairs of one data source and adds those that share no text. */
function withSameSource(
  found: { figures: PairFigures; shared: SharedExample[] }[],
  train: readonly CatalogTask[],
  evaluated: readonly CatalogTask[],
) {
  const key = (pair: { train: string; eval: string }) => `${pair.train}\n${pair.eval}`;
  const related = new Map(sameSourcePairs(train, evaluated).map((pair) => [key(pair), pair]));
  const pairs = found.map(({ figures, shared }) => ({
    figures: { ...figures, sameSource: related.delete(key(figures)) },
    shared,
  }));
  const examples = new Map(evaluated.map((task) => [task.id, task.examples]));
  for (const pair of related.values()) {
    const nothing = {
      overlapping: 0,
      fraction: 0,
      overlappingContent: 0,
      fractionContent: 0,
      short: 0,
      shortMatches: 0,
    };
    pairs.push({
      figures: { ...pair, evalExamples: examples.get(pair.eval)!, ...nothing, sameSource: true },
      shared: [],
    });
  }
  return pairs;
}

/** Shared text, most telling first; a group's text is read when a person looks at it. */
function groupsOf(shared: readonly SharedExample[]): OverlapGroup[] {
  const groups = new Map<number, OverlapGroup>();
  for (const one of shared) {
    const { entry, alike, evalExample, trainExample, short } = one;
    const group = groups.get(entry) ?? {
      key: String(entry),
      text: '',
      words: 0,
      boilerplate: !short && one.contentGrams === 0,
      examples: alike,
      shared: [],
    };
    groups.set(entry, group);
    group.shared.push({ evalExample, trainExample, short });
  }
  return [...groups.values()];
}

function scannedBench(session: Session): ScannedBench {
  return { root: session.root, altering: session.altering() };
}

/** What a scanning thread imports: beside this file in the sources, bundled under its own name otherwise. */
function documentsModule(): URL {
  const bundled = new URL('./documents-worker.js', import.meta.url);
  return existsSync(bundled) ? bundled : new URL('./documents-worker.ts', import.meta.url);
}
