import type * as z from 'zod';
import { InputError } from '../base/problem.ts';
import { subjectKey } from '../catalog/decision-state.ts';
import type { StoredPair } from '../catalog/overlap-store.ts';
import { dataSources } from '../curation/sources/data-sources.ts';
import type {
  Decision,
  PairFigures,
  PairFilter,
  PairList,
  PairRow,
  PairState,
  pairOrder,
  Ruling,
} from '../protocol.ts';
import { pace } from './pace.ts';
import type { Session } from './session.ts';

type Order = z.infer<typeof pairOrder>;

/** The queue: pairs above the threshold or of one data source, in order, with the progress over all of it. */
export function pairList(session: Session, order: Order, filter: PairFilter): PairList {
  const queue = queueRows(session);
  const decided = queue.filter((row) => row.state === 'decided').length;
  const left = queue.length - decided;
  const found = filter.texts === undefined ? queue : pairsSharingOnly(session, filter.texts);
  return {
    pairs: found.filter((row) => passes(row, filter)).sort(BY[order]),
    decided,
    total: queue.length,
    secondsLeft: pace(session.log.inForce(), left),
  };
}

export function pairRow(session: Session, train: string, evalTask: string): PairRow {
  const pair = session.catalog.overlap()?.pair(train, evalTask);
  if (!pair) {
    throw new InputError(
      `no overlap is known between "${train}" and "${evalTask}": "heldout pairs" lists those that are`,
    );
  }
  return known(session).rowOf(pair);
}

/** The whole queue, in no order. */
export function queueRows(session: Session): readonly PairRow[] {
  return queueOf(session).rows;
}

/** The pairs of the queue that share one text, by its key, and nothing else. */
export function pairsSharingOnly(session: Session, texts: string): readonly PairRow[] {
  return queueOf(session).byTexts.get(texts) ?? [];
}

function queueOf(session: Session): Queue {
  const found = known(session);
  if (!found.queue) {
    const { threshold } = session.bench;
    const queue: Queue = { rows: [], byTexts: new Map() };
    for (const pair of session.catalog.overlap()?.pairs() ?? []) {
      if (!inQueue(pair, threshold)) continue;
      const row = found.rowOf(pair);
      queue.rows.push(row);
      if (pair.texts === '') continue;
      const alike = queue.byTexts.get(pair.texts);
      if (alike) alike.push(row);
      else queue.byTexts.set(pair.texts, [row]);
    }
    found.queue = queue;
  }
  return found.queue;
}

export function inQueue({ figures }: StoredPair, threshold: number): boolean {
  return figures.sameSource || overlapShare(figures) > threshold;
}

/** Whole short copies count as overlap too: they have no gram to be found by. */
export function overlapShare(figures: PairFigures): number {
  return (figures.overlapping + figures.shortMatches) / figures.evalExamples;
}

/** Open pairs by task, both sides. */
export function pairCounts(session: Session): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of queueRows(session)) {
    if (row.state === 'decided') continue;
    for (const task of [row.train, row.eval]) counts.set(task, (counts.get(task) ?? 0) + 1);
  }
  return counts;
}

/** What rows are made from, once for each state of the bench, the catalogue and the decisions. */
interface Known {
  version: string;
  rowOf: (pair: StoredPair) => PairRow;
  queue?: Queue;
}

interface Queue {
  rows: PairRow[];
  /** By all that they share. */
  byTexts: Map<string, PairRow[]>;
}

const knownOf = new WeakMap<Session, Known>();

function known(session: Session): Known {
  const version = session.version();
  let found = knownOf.get(session);
  if (found?.version !== version) {
    found = { version, rowOf: rowMaker(session) };
    knownOf.set(session, found);
  }
  return found;
}

function rowMaker(session: Session): Known['rowOf'] {
  const placements = session.placements();
  const heads = new Map<string, Decision[]>();
  const standing = [...session.log.inForce(), ...session.log.conflicts().flatMap((one) => one.decisions)];
  for (const decision of standing) {
    if (decision.subject.kind !== 'pair') continue;
    const key = subjectKey(decision.subject);
    heads.set(key, [...(heads.get(key) ?? []), decision]);
  }
  const tasks = new Map(session.catalog.tasks().map((task) => [task.id, task]));
  const sides = new Map<string, PairRow['trainSide']>();
  const sideOf = (task: string) => {
    let side = sides.get(task);
    if (!side) {
      const { category, level } = placements.get(task) ?? { category: '', level: null };
      const known = tasks.get(task);
      const sources = known ? dataSources(known).map(({ name }) => name) : [];
      side = { task, category, level, source: sources.length > 0 ? sources.join(', ') : null };
      sides.set(task, side);
    }
    return side;
  };
  return ({ figures, evidence }) => {
    const { train, eval: evalTask } = figures;
    const own = heads.size > 0 ? (heads.get(subjectKey({ kind: 'pair', train, eval: evalTask })) ?? []) : [];
    const rulings = own.map(
      ({ id, verdict, reason, reviewer, time }): Ruling => ({ id, verdict, reason, reviewer, time }),
    );
    const [trainSide, evalSide] = [sideOf(train), sideOf(evalTask)];
    return { ...figures, state: stateOf(own, evidence), rulings, trainSide, evalSide };
  };
}

function stateOf(heads: readonly { verdict: string; evidence: string }[], evidence: string): PairState {
  if (heads.length === 0) return 'open';
  if (new Set(heads.map((head) => head.verdict)).size > 1) return 'conflict';
  return heads.some((head) => head.evidence === evidence) ? 'decided' : 'stale';
}

function passes(row: PairRow, filter: PairFilter): boolean {
  if (filter.state && filter.state.length > 0 && !filter.state.includes(row.state)) return false;
  if (filter.sameSource !== undefined && row.sameSource !== filter.sameSource) return false;
  if (filter.boilerplateOnly && (row.overlapping === 0 || row.overlappingContent > 0)) return false;
  if (filter.task && row.train !== filter.task && row.eval !== filter.task) return false;
  const words = filter.search?.toLowerCase().split(/\s+/u).filter(Boolean) ?? [];
  const text = [row.train, row.eval, row.trainSide.category, row.evalSide.category].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}

type Compare = (a: PairRow, b: PairRow) => number;

const byName: Compare = (a, b) => (`${a.eval}\n${a.train}` < `${b.eval}\n${b.train}` ? -1 : 1);
const byFraction: Compare = (a, b) => b.fraction - a.fraction || byContent(a, b);
const byContent: Compare = (a, b) =>
  b.fractionContent - a.fractionContent ||
  b.shortMatches / b.evalExamples - a.shortMatches / a.evalExamples ||
  byName(a, b);

const BY: Record<Order, Compare> = {
  fraction: byFraction,
  content: byContent,
  source: (a, b) => Number(b.sameSource) - Number(a.sameSource) || byContent(a, b),
  size: (a, b) => b.overlapping - a.overlapping || byContent(a, b),
};
