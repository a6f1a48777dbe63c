import type { JobDetail, JobPoint } from '../../server/protocol.ts';
import { firstFrom, type Line } from '../shared/chart/line.ts';

/** Points that a page keeps of a run; beyond them, two become one. */
export const MOST_POINTS = 20_000;

/** What was known with what came since: a point takes the place of every earlier one at its step or after it. */
export function joined<Point extends { step: number }>(
  known: readonly Point[],
  fresh: readonly Point[],
): readonly Point[] {
  if (fresh.length === 0) return known;
  const all = [...known];
  for (const point of fresh) {
    while (all.length > 0 && all.at(-1)!.step >= point.step) all.pop();
    all.push(point);
  }
  return all;
}

/** No more points than `most`: neighbours become one, two and two, as often as it takes. */
export function halved(points: readonly JobPoint[], most: number): readonly JobPoint[] {
  let all = points;
  while (all.length > most) {
    const half: JobPoint[] = [];
    for (let index = 0; index < all.length; index += 2) {
      const [a, b] = [all[index]!, all[index + 1]];
      half.push(b ? together(a, b) : a);
    }
    all = half;
  }
  return all;
}

/** Two points as one: means over the steps of both. */
function together(a: JobPoint, b: JobPoint): JobPoint {
  const count = a.count + b.count;
  const mean = (x: number | null, y: number | null): number | null =>
    x === null || y === null ? (x ?? y) : (x * a.count + y * b.count) / count;
  const names = new Set([...Object.keys(a.collections), ...Object.keys(b.collections)]);
  const collections: Record<string, number> = {};
  for (const name of names) {
    const value = mean(a.collections[name] ?? null, b.collections[name] ?? null);
    if (value !== null) collections[name] = value;
  }
  return {
    step: b.step,
    count,
    time: b.time,
    loss: mean(a.loss, b.loss),
    lr: mean(a.lr, b.lr),
    gradNorm: mean(a.gradNorm, b.gradNorm),
    tokensPerSecond: mean(a.tokensPerSecond, b.tokensPerSecond),
    memoryBytes: mean(a.memoryBytes, b.memoryBytes),
    collections,
  };
}

/** A line with the steps that each of its points stands for. */
export interface Measured extends Line {
  counts: readonly number[];
}

/** One figure of the points over steps or time; points without it are passed over. */
export function lineOf(
  points: readonly JobPoint[],
  figure: (point: JobPoint) => number | null | undefined,
  xOf: (point: { step: number; time: number }) => number,
): Measured {
  const x: number[] = [];
  const y: number[] = [];
  const counts: number[] = [];
  for (const point of points) {
    const value = figure(point);
    if (value === null || value === undefined) continue;
    x.push(xOf(point));
    y.push(value);
    counts.push(point.count);
  }
  return { x, y, counts };
}

/**
 * The mean over so many steps, half of them before a point and half after, taken twice, which weighs the steps in
 * the middle most. Near the start it reaches no farther on than back, so that the curve begins at the first value
 * and follows a steep fall without lag; at the end the steps that are still to come are left out. A point of
 * several steps counts as that many equal ones.
 */
export function smoothed({ x, y, counts }: Measured, over: number): Line {
  const once = centred(y, counts, over / 2);
  return { x, y: centred(once, counts, over / 2) };
}

/** Each value as the mean of the steps up to `half` of them away. */
function centred(y: readonly number[], counts: readonly number[], half: number): number[] {
  // The sum of the values up to each point's first step; between them it rises evenly.
  const starts = [0];
  const sums = [0];
  for (const [index, value] of y.entries()) {
    starts.push(starts[index]! + counts[index]!);
    sums.push(sums[index]! + value * counts[index]!);
  }
  const line = { x: starts, y: sums };
  const sumTo = (step: number) => {
    const at = Math.min(y.length, Math.max(1, firstFrom(line, step)));
    return sums[at]! - (starts[at]! - step) * y[at - 1]!;
  };
  const end = starts.at(-1)!;
  return y.map((value, index) => {
    const middle = starts[index]! + counts[index]! / 2;
    const reach = Math.min(half, middle - counts[0]! / 2);
    const from = middle - reach;
    const to = Math.min(end, middle + reach);
    return to > from ? (sumTo(to) - sumTo(from)) / (to - from) : value;
  });
}

/** Seconds that a run had run at a time: what it waited between its attempts does not count. */
export function runningSeconds(states: JobDetail['states'], time: number): number {
  let seconds = 0;
  for (const [index, { state, time: from }] of states.entries()) {
    if (from >= time) break;
    if (state !== 'running' && state !== 'stopping') continue;
    const to = Math.min(states[index + 1]?.time ?? time, time);
    seconds += Math.max(0, to - from) / 1000;
  }
  return seconds;
}

/** Names of the collections that some of the points tell of, in order of first appearance. */
export function collectionsOf(points: readonly JobPoint[]): string[] {
  const names = new Set<string>();
  for (const point of points) for (const name of Object.keys(point.collections)) names.add(name);
  return [...names];
}
