import { randomFor } from '../base/random.ts';
import type { Comparison, ComparisonRow, MetricName, ResultsFile, ScoredExample } from '../protocol.ts';
import { mainMetric } from './aggregate.ts';
import { type Leaf, rollUp } from './hierarchy.ts';
import { mean } from './statistics.ts';

const ROUNDS = 2000;
/** Of the interval: 95 % lie within. */
const TAIL = 0.025;

/** A run with the scores of its examples. */
export interface ComparedRun {
  results: ResultsFile;
  examples: Iterable<ScoredExample>;
}

/** What a mean of differences is known by: itself, and what resampling makes of it. */
interface Difference {
  a: number;
  b: number;
  /** Examples drawn anew, paired. */
  bootstrap: Float64Array;
  /** Signs of examples' differences drawn by chance, as if the runs were the same. */
  permuted: Float64Array;
  examples: number;
}

/**
 * B against A over the examples that both scored, level by level down to subtasks. An example's score is its mean
 * over the templates that both scored it by; an example and its two scores stay together in every draw.
 */
export function compareRuns(a: ComparedRun, b: ComparedRun, seed = 0): Comparison {
  const inA = scoresOf(a);
  const inB = scoresOf(b);
  const leaves: (Leaf & { difference: Difference })[] = [];
  for (const subtask of a.results.subtasks) {
    const key = JSON.stringify([subtask.id, subtask.shots]);
    const difference = differenceOf(inA.get(key), inB.get(key), key, seed);
    if (!difference) continue;
    const { id, task, collection, category, level, shots } = subtask;
    leaves.push({ id, task, collection, category, level, shots, difference });
  }
  const rows: Record<ComparisonRow['what'], ComparisonRow[]> = {
    level: [],
    category: [],
    task: [],
    subtask: [],
  };
  for (const level of rollUp(leaves, ({ difference }) => difference, averaged)) {
    rows.level.push(rowOf('level', level.level, level, level.value!));
    for (const category of level.categories) {
      rows.category.push(rowOf('category', category.category, category, category.value!));
      for (const task of category.tasks) {
        rows.task.push(rowOf('task', task.task, task, task.value!));
        for (const leaf of task.subtasks) rows.subtask.push(rowOf('subtask', leaf.id, leaf, leaf.difference));
      }
    }
  }
  return { a: a.results.name, b: b.results.name, rows: Object.values(rows).flat() };
}

type Scores = Map<number, Map<string, number>>;

/** By subtask and shots, example, template. */
function scoresOf({ results, examples }: ComparedRun): Map<string, Scores> {
  const generated = new Map<string, MetricName>();
  for (const { id, metric } of results.subtasks) if (metric) generated.set(id, metric);
  const all = new Map<string, Scores>();
  for (const scored of examples) {
    const own = generated.get(scored.task);
    const fallback = own && own !== 'accuracy' ? own : 'rougeL';
    const score = scored.metrics[mainMetric(scored, fallback)];
    if (score === undefined || scored.failed !== undefined) continue;
    const key = JSON.stringify([scored.task, scored.shots]);
    const scores: Scores = all.get(key) ?? new Map();
    all.set(key, scores);
    const byTemplate = scores.get(scored.example) ?? new Map<string, number>();
    scores.set(scored.example, byTemplate.set(scored.template, score));
  }
  return all;
}

function differenceOf(
  a: Scores | undefined,
  b: Scores | undefined,
  key: string,
  seed: number,
): Difference | undefined {
  const pairs: [number, number][] = [];
  for (const [example, templates] of a ?? []) {
    const others = b?.get(example);
    const shared = [...templates].filter(([template]) => others?.has(template));
    if (!others || shared.length === 0) continue;
    pairs.push([mean(shared.map(([, score]) => score)), mean(shared.map(([name]) => others.get(name)!))]);
  }
  if (pairs.length === 0) return undefined;
  const random = randomFor('compare', key, seed);
  const apart = Float64Array.from(pairs, ([first, second]) => second - first);
  const bootstrap = new Float64Array(ROUNDS);
  const permuted = new Float64Array(ROUNDS);
  for (let round = 0; round < ROUNDS; round++) {
    let drawn = 0;
    let signed = 0;
    for (let at = 0; at < apart.length; at++) {
      drawn += apart[random.below(apart.length)]!;
      signed += random.next() < 0.5 ? apart[at]! : -apart[at]!;
    }
    bootstrap[round] = drawn / apart.length;
    permuted[round] = signed / apart.length;
  }
  return {
    a: mean(pairs.map(([first]) => first)),
    b: mean(pairs.map(([, second]) => second)),
    bootstrap,
    permuted,
    examples: pairs.length,
  };
}

function averaged(parts: readonly (Difference | null)[]): Difference | null {
  const known = parts.filter((part) => part !== null);
  if (known.length === 0) return null;
  const over = (drawsOf: (part: Difference) => Float64Array) =>
    Float64Array.from({ length: ROUNDS }, (_, round) => mean(known.map((part) => drawsOf(part)[round]!)));
  return {
    a: mean(known.map((part) => part.a)),
    b: mean(known.map((part) => part.b)),
    bootstrap: over((part) => part.bootstrap),
    permuted: over((part) => part.permuted),
    examples: known.reduce((sum, part) => sum + part.examples, 0),
  };
}

function rowOf(
  what: ComparisonRow['what'],
  name: string,
  { level, shots }: Pick<Leaf, 'level' | 'shots'>,
  { a, b, bootstrap, permuted, examples }: Difference,
): ComparisonRow {
  const difference = b - a;
  const sorted = Float64Array.from(bootstrap).sort();
  const low = sorted[Math.floor(TAIL * ROUNDS)]!;
  const high = sorted[Math.ceil((1 - TAIL) * ROUNDS) - 1]!;
  // What rounding makes of equal sums is no smaller one.
  const reached = permuted.filter((draw) => Math.abs(draw) >= Math.abs(difference) - 1e-12).length;
  const p = (1 + reached) / (1 + ROUNDS);
  return { what, name, level, shots, a, b, difference, interval: [low, high], p, examples };
}
