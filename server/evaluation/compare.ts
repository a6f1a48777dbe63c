import { setImmediate as turn } from 'node:timers/promises';
import { randomFor } from '../base/random.ts';
import type {
  Cleanness,
  Comparison,
  ComparisonRow,
  MetricName,
  ResultsFile,
  ScoredExample,
} from '../protocol.ts';
import { mainMetric } from './aggregate.ts';
import { type Leaf, rollUp } from './hierarchy.ts';
import { mean } from './statistics.ts';
import type { Which } from './which.ts';

const ROUNDS = 2000;
/** Of the interval: 95 % lie within. */
const TAIL = 0.025;

/** A run with the scores of its examples, which are gone through once. */
export interface ComparedRun {
  results: ResultsFile;
  examples: AsyncIterable<ScoredExample> | Iterable<ScoredExample>;
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
 * B against A over what both scored, level by level down to subtasks. An example with all of its templates and both
 * runs' scores stays together in every draw. Others get their turn between two subtasks. `which`: only the examples
 * that are clean for both.
 */
export async function compareRuns(
  a: ComparedRun,
  b: ComparedRun,
  { seed = 0, which = 'all' }: { seed?: number; which?: Which } = {},
): Promise<Comparison> {
  const inA = await scoresOf(a, which);
  const inB = await scoresOf(b, which);
  const leaves: (Leaf & { difference: Difference })[] = [];
  for (const subtask of a.results.subtasks) {
    const key = JSON.stringify([subtask.id, subtask.shots]);
    await turn();
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

/** What an example may share with training text to be counted. */
const COUNTED: Record<Which, readonly (Cleanness | null)[]> = {
  all: ['clean', 'boilerplate', 'content', null],
  clean: ['clean'],
  cleanContent: ['clean', 'boilerplate'],
};

/** By subtask and shots, example, template. */
async function scoresOf({ results, examples }: ComparedRun, which: Which): Promise<Map<string, Scores>> {
  const generated = new Map<string, MetricName>();
  for (const { id, metric } of results.subtasks) if (metric) generated.set(id, metric);
  const all = new Map<string, Scores>();
  for await (const scored of examples) {
    if (!COUNTED[which].includes(scored.overlap)) continue;
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

/**
 * Each example's part in the two scores: over the templates by which both scored it, one over the number of
 * templates and of the template's examples. The parts add up to the mean of the templates' means.
 */
function partsOf(a: Scores, b: Scores): { a: number; b: number }[] {
  const sizes = new Map<string, number>();
  const shared: { template: string; a: number; b: number }[][] = [];
  for (const [example, templates] of a) {
    const others = b.get(example);
    const both = [...templates].flatMap(([template, score]) => {
      const other = others?.get(template);
      return other === undefined ? [] : [{ template, a: score, b: other }];
    });
    if (both.length > 0) shared.push(both);
    for (const { template } of both) sizes.set(template, (sizes.get(template) ?? 0) + 1);
  }
  return shared.map((both) => {
    const part = { a: 0, b: 0 };
    for (const one of both) {
      const weight = 1 / (sizes.size * sizes.get(one.template)!);
      part.a += one.a * weight;
      part.b += one.b * weight;
    }
    return part;
  });
}

function differenceOf(
  a: Scores | undefined,
  b: Scores | undefined,
  key: string,
  seed: number,
): Difference | undefined {
  const parts = a && b ? partsOf(a, b) : [];
  if (parts.length === 0) return undefined;
  const random = randomFor('compare', key, seed);
  const apart = Float64Array.from(parts, (part) => part.b - part.a);
  const bootstrap = new Float64Array(ROUNDS);
  const permuted = new Float64Array(ROUNDS);
  for (let round = 0; round < ROUNDS; round++) {
    for (let at = 0; at < apart.length; at++) {
      bootstrap[round]! += apart[random.below(apart.length)]!;
      permuted[round]! += random.next() < 0.5 ? apart[at]! : -apart[at]!;
    }
  }
  return {
    a: parts.reduce((sum, part) => sum + part.a, 0),
    b: parts.reduce((sum, part) => sum + part.b, 0),
    bootstrap,
    permuted,
    examples: parts.length,
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
