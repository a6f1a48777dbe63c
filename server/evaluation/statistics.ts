import { randomFor } from '../base/random.ts';
import type { Estimate } from '../protocol.ts';

const ROUNDS = 1000;

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** One score of a task: by which template, on which example. */
export interface Cell {
  template: string;
  example: number;
  score: number;
}

/**
 * The mean of a task's templates' means, with a standard error by bootstrap over examples and templates: each
 * round draws both with replacement, seeded by `key`, so that what templates have in common by sharing
 * examples is kept. Templates are drawn only where there are several. Null without scores.
 */
export function bootstrapped(cells: readonly Cell[], ...key: readonly (string | number)[]): Estimate | null {
  if (cells.length === 0) return null;
  const templates = new Map<string, number>();
  const examples = new Map<number, number>();
  for (const { template, example } of cells) {
    if (!templates.has(template)) templates.set(template, templates.size);
    if (!examples.has(example)) examples.set(example, examples.size);
  }
  const [rows, columns] = [templates.size, examples.size];
  const grid = new Float64Array(rows * columns).fill(Number.NaN);
  for (const { template, example, score } of cells)
    grid[templates.get(template)! * columns + examples.get(example)!] = score;

  const once = Float64Array.from({ length: columns }, () => 1);
  const scores = Array.from({ length: rows }, (_, row) => rowMean(grid, row, columns, once)!);
  if (cells.length < 2) return { score: scores[0]!, error: null, count: cells.length };

  const random = randomFor('bootstrap', ...key);
  const drawn = new Float64Array(columns);
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    drawn.fill(0);
    for (let at = 0; at < columns; at++) drawn[random.below(columns)]! += 1;
    const means = Array.from({ length: rows }, (_, row) => rowMean(grid, row, columns, drawn));
    let sum = 0;
    let counted = 0;
    for (let at = 0; at < rows; at++) {
      const score = means[rows > 1 ? random.below(rows) : 0];
      if (score === undefined) continue;
      sum += score;
      counted++;
    }
    if (counted > 0) rounds.push(sum / counted);
  }
  return { score: mean(scores), error: deviation(rounds), count: cells.length };
}

/** The mean of a row's scores, each counted as often as it was drawn; undefined where none was. */
function rowMean(grid: Float64Array, row: number, columns: number, drawn: Float64Array): number | undefined {
  let sum = 0;
  let weight = 0;
  for (let at = 0; at < columns; at++) {
    const score = grid[row * columns + at]!;
    if (Number.isNaN(score) || drawn[at] === 0) continue;
    sum += score * drawn[at]!;
    weight += drawn[at]!;
  }
  return weight > 0 ? sum / weight : undefined;
}

export function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

/**
 * The plain mean of estimates that rest on different examples; its error follows from theirs as for independent
 * ones. Null where there is none; an error that is not known makes the mean's unknown.
 */
export function averaged(estimates: readonly (Estimate | null)[]): Estimate | null {
  const known = estimates.filter((one) => one !== null);
  if (known.length === 0) return null;
  const errors = known.map(({ error }) => error);
  const error = errors.some((one) => one === null)
    ? null
    : Math.sqrt(errors.reduce<number>((sum, one) => sum + one! ** 2, 0)) / known.length;
  return {
    score: mean(known.map(({ score }) => score)),
    error,
    count: known.reduce((sum, { count }) => sum + count, 0),
  };
}
