/** The points of a line, by rising `x`. */
export interface Line {
  x: readonly number[];
  y: readonly number[];
}

/** The index of the point nearest to `x`; -1 of an empty line. */
export function nearest(line: Line, x: number): number {
  const after = firstFrom(line, x);
  if (after === line.x.length) return after - 1;
  if (after === 0) return 0;
  return x - line.x[after - 1]! < line.x[after]! - x ? after - 1 : after;
}

/** The index of the first point at `x` or after it; the line's length where there is none. */
export function firstFrom(line: Line, x: number): number {
  let from = 0;
  let to = line.x.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (line.x[middle]! < x) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** The part of a line that is drawn between two ends: with a point before and one after, so that it reaches them. */
export function within(line: Line, [from, to]: readonly [number, number]): Line {
  const start = Math.max(0, firstFrom(line, from) - 1);
  let end = firstFrom(line, to);
  while (end < line.x.length && line.x[end] === to) end++;
  return { x: line.x.slice(start, end + 1), y: line.y.slice(start, end + 1) };
}

/**
 * A line with no more points than can be told apart on `columns` pixels: of those that fall into one, the first,
 * the lowest, the highest and the last, so that what is drawn is what all of them would draw (M4).
 */
export function thinned(line: Line, [from, to]: readonly [number, number], columns: number): Line {
  const { length } = line.x;
  if (length <= columns * 4 || to <= from) return line;
  const x: number[] = [];
  const y: number[] = [];
  const columnOf = (index: number) => Math.floor(((line.x[index]! - from) / (to - from)) * columns);
  for (let start = 0; start < length; ) {
    const column = columnOf(start);
    let low = start;
    let high = start;
    let end = start;
    for (; end < length && columnOf(end) === column; end++) {
      if (line.y[end]! < line.y[low]!) low = end;
      if (line.y[end]! > line.y[high]!) high = end;
    }
    for (const index of [...new Set([start, low, high, end - 1])].sort((a, b) => a - b)) {
      x.push(line.x[index]!);
      y.push(line.y[index]!);
    }
    start = end;
  }
  return { x, y };
}

/** The least and the greatest value of some lines; undefined where they have no points. */
export function extent(lines: readonly Line[], of: 'x' | 'y'): [number, number] | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const line of lines) {
    for (const value of line[of]) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : undefined;
}

/** Places of the longest line within a range, at most so many and evenly spread, the last one among them. */
export function spread(
  lines: readonly Line[],
  [from, to]: readonly [number, number],
  most: number,
): number[] {
  let longest: number[] = [];
  for (const { x } of lines) {
    const inside = x.filter((value) => value >= from && value <= to);
    if (inside.length > longest.length) longest = inside;
  }
  const every = Math.ceil(longest.length / most);
  return longest.filter((_, index) => (longest.length - 1 - index) % every === 0);
}

/** The next place of any line on one side of `x`; `x` where there is none. */
export function neighbour(lines: readonly Line[], x: number, step: 1 | -1): number {
  let best: number | undefined;
  for (const line of lines) {
    let at = nearest(line, x);
    while (at >= 0 && at < line.x.length && (line.x[at]! - x) * step <= 0) at += step;
    const value = line.x[at];
    if (value !== undefined && (best === undefined || (value - best) * step < 0)) best = value;
  }
  return best ?? x;
}

/** The place nearest to `x` at which some line has a point. */
export function snapped(lines: readonly Line[], x: number): number {
  let best: number | undefined;
  for (const line of lines) {
    const value = line.x[nearest(line, x)];
    if (value === undefined) continue;
    if (best === undefined || Math.abs(value - x) < Math.abs(best - x)) best = value;
  }
  return best ?? x;
}
