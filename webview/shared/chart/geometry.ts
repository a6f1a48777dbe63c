import type { Box } from './layout.ts';
import { extent, type Line, within } from './line.ts';
import { type Scale, type ScaleKind, scaleOf, withAir } from './scale.ts';
import type { Range, Series } from './series.ts';

/** What is seen of the series; what a logarithmic scale can't show is left out. */
export function cut(series: readonly Series[], range: Range | undefined, scale: ScaleKind): Series[] {
  if (!range) return [];
  const shown = (line: Line): Line => {
    const part = within(line, range);
    if (scale === 'linear') return part;
    const kept = part.x.map((_, index) => index).filter((index) => part.y[index]! > 0);
    return { x: kept.map((index) => part.x[index]!), y: kept.map((index) => part.y[index]!) };
  };
  return series.map((one) => ({
    ...one,
    line: shown(one.line),
    ...(one.raw && { raw: shown(one.raw) }),
    ...(one.bounds && { bounds: { low: shown(one.bounds.low), high: shown(one.bounds.high) } }),
  }));
}

/** The scales of a chart: all that is drawn has room, with some air. */
export function scalesOf(
  drawn: readonly Series[],
  range: Range,
  box: Box,
  kind: ScaleKind,
  fromZero: boolean,
): { x: Scale; y: Scale } {
  const lines = drawn.flatMap(({ line, raw, bounds }) => [
    line,
    ...(raw ? [raw] : []),
    ...(bounds ? [bounds.low, bounds.high] : []),
  ]);
  const [low, high] = extent(lines, 'y') ?? (kind === 'log' ? [1, 10] : [0, 1]);
  const aired = withAir([fromZero ? Math.min(0, low) : low, high], kind);
  const values: [number, number] = fromZero && low >= 0 ? [0, aired[1]] : aired;
  const across = range[0] === range[1] ? ([range[0] - 1, range[1] + 1] as const) : range;
  const x = scaleOf('linear', across, [box.left, box.right], Math.floor((box.right - box.left) / 90));
  return {
    // Steps: nothing stands between two of them.
    x: { ...x, ticks: x.ticks.filter(Number.isInteger) },
    y: scaleOf(kind, values, [box.bottom, box.top], Math.floor((box.bottom - box.top) / 32)),
  };
}

/** A stretch around a place, longer or shorter by a factor. */
export function narrowed(at: number, [from, to]: Range, factor: number): Range {
  return [at - (at - from) * factor, at + (to - at) * factor];
}

/** Twice as long; undefined where that is the whole. */
export function widened(at: number, range: Range, domain: Range | undefined): Range | undefined {
  const [from, to] = narrowed(at, range, 2);
  if (!domain || (from <= domain[0] && to >= domain[1])) return undefined;
  return [Math.max(from, domain[0]), Math.min(to, domain[1])];
}
