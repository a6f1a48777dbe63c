import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { OnStep } from '../base/progress.ts';
import type { OverlapGroup, OverlapPair } from '../catalog/overlap-store.ts';
import type { CatalogTask } from '../catalog/tasks.ts';
import { SOURCES, sameSourcePairs } from '../curation/sources/pairs.ts';
import type { IndexShelf } from '../overlap/index/shelf.ts';
import { byTasks, openShelf, scanOverlap } from '../overlap/pairs.ts';
import { RULE_VERSION } from '../overlap/rule.ts';
import type { PairFigures, SharedExample } from '../overlap/types.ts';
import type { OverlapReport } from '../protocol.ts';
import type { ScannedBench } from './documents-worker.ts';
import { evidenceHash } from './evidence-hash.ts';
import { instancesOf } from './instances.ts';
import { documentSource, INSTANCES } from './overlap-documents.ts';
import { type OtherMachines, scannedElsewhere } from './overlap-elsewhere.ts';
import { changesSince, checkSides, type Sides, scannedTasks, sidesOf } from './overlap-sides.ts';
import type { Session } from './session.ts';

/** What a pair's figures and evidence rest on beside the two tasks. */
const RULE = `${RULE_VERSION}/${INSTANCES}/${SOURCES}`;

export interface FindOverlap {
  ngram?: number;
  workers?: number;
  /** Has the train tasks that are to be scanned scanned there; what is found is the same. */
  elsewhere?: OtherMachines;
  signal: AbortSignal;
  onStep: OnStep;
  /** Told in one line what went wrong without stopping the scan. */
  onProblem?: (message: string) => void;
}

/** Brings the pairs up to date and reports all of them. Throws InputError where there is nothing to compare. */
export async function findOverlap(session: Session, options: FindOverlap): Promise<OverlapReport> {
  await updateOverlap(session, options);
  const overlap = session.catalog.overlap()!;
  const { ngram, seconds, bytes } = overlap;
  const pairs = overlap.pairs().sort(byTasks);
  return { ngram, pairs: pairs.map(({ figures }) => figures), seconds, bytes };
}

/**
 * Scans the bench's train tasks against its eval tasks (dev and test) and keeps the pairs with their
 * evidence. What did not change since the last run is left as it stands. Throws as `findOverlap` does.
 */
export async function updateOverlap(session: Session, options: FindOverlap): Promise<void> {
  const started = performance.now();
  const { catalog, bench } = session;
  const instances = instancesOf(session);
  const { signal, onStep, workers, onProblem = () => {} } = options;
  const ngram = options.ngram ?? bench.ngram;
  const sides = sidesOf(session);
  checkSides(session, sides);
  const tasks = scannedTasks(sides);
  // As of now: a scan on other machines may take hours.
  const hashes = new Map([...tasks.keys()].map((id) => [id, catalog.taskHash(id)]));
  const last = catalog.overlap();
  const since = last?.ngram === ngram && last.rule === RULE ? changesSince(last, tasks) : undefined;
  const source = (task: CatalogTask) => documentSource(catalog, instances, task);
  const open = { module: documentsModule().href, data: scannedBench(session) };
  const runFolder = resolve(cacheOf(session), 'array');
  const scanned = await scanOverlap({
    train: sides.train.map(source),
    eval: sides.evaluated.map(source),
    n: ngram,
    open,
    elsewhere: options.elsewhere && scannedElsewhere(session, options.elsewhere, runFolder, open, hashes),
    workers,
    cache: cacheOf(session),
    shelf: overlapShelf(session, ngram, onProblem),
    settled: since?.settled,
    onProblem,
    signal,
    onStep,
  });

  const settled = (pair: { train: string; eval: string }) =>
    since?.settled.train.has(pair.train) === true && since.settled.eval.has(pair.eval);
  const found = scanned.pairs.map((figures, at) => ({
    figures,
    shared: scanned.evidence[at]!,
    texts: String(scanned.sets[at]!),
  }));
  const pairs = withSameSource(found, sides, settled).map(({ figures, shared, texts }): OverlapPair => {
    // Not the templates in use: where leaving one out changes a pair, the figures say so.
    const states = [hashes.get(figures.train)!, hashes.get(figures.eval)!];
    return {
      figures,
      evidence: evidenceHash(figures, states, ngram, RULE_VERSION),
      texts,
      shared,
      groups: groupsOf(shared),
    };
  });
  const seconds = (performance.now() - started) / 1000;
  const { bytes } = catalog.totals();
  const run = {
    at: new Date().toISOString(),
    ngram,
    threshold: bench.threshold,
    seconds,
    bytes,
    rule: RULE,
    tasks: Object.fromEntries(tasks),
  };
  if (since) catalog.changeOverlap(run, { ...since.gone, pairs });
  else catalog.saveOverlap(run, pairs);
  if (options.elsewhere) rmSync(runFolder, { recursive: true, force: true });
}

/** Whether tasks changed, came or went since the last scan; false before the first. */
export function overlapIsOld(session: Session): boolean {
  const last = session.catalog.overlap();
  return last !== undefined && !changesSince(last, scannedTasks(sidesOf(session))).same;
}

/** Marks the pairs of one data source and adds those that share no text and aren't settled. */
function withSameSource(
  found: { figures: PairFigures; shared: SharedExample[]; texts: string }[],
  { train, evaluated }: Sides,
  settled: (pair: { train: string; eval: string }) => boolean,
) {
  const key = (pair: { train: string; eval: string }) => `${pair.train}\n${pair.eval}`;
  const open = sameSourcePairs(train, evaluated).filter((pair) => !settled(pair));
  const related = new Map(open.map((pair) => [key(pair), pair]));
  const pairs = found.map((pair) => ({
    ...pair,
    figures: { ...pair.figures, sameSource: related.delete(key(pair.figures)) },
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
      texts: '',
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
      texts: String(one.set),
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
  const altering = [...session.altering()].map(([task, names]): [string, string[]] => [task, [...names]]);
  return { root: session.root, altering };
}

const shelves = new WeakMap<Session, { ngram: number; shelf: IndexShelf }>();

function cacheOf(session: Session): string {
  return join(session.root, '.heldout', 'overlap');
}

/** The bench's indexes of its eval side, kept open while the session is. */
export function overlapShelf(
  session: Session,
  ngram: number,
  onProblem: (message: string) => void = () => {},
): IndexShelf {
  const open = shelves.get(session);
  if (open?.ngram === ngram) return open.shelf;
  const shelf = openShelf(cacheOf(session), ngram, onProblem);
  shelves.set(session, { ngram, shelf });
  return shelf;
}

/** What a scanning thread imports: beside this file in the sources, bundled under its own name otherwise. */
function documentsModule(): URL {
  const bundled = new URL('./documents-worker.js', import.meta.url);
  return existsSync(bundled) ? bundled : new URL('./documents-worker.ts', import.meta.url);
}
