import type { JobDetail, JobPoint } from '../../server/protocol.ts';
import type { Series } from '../shared/chart/series.ts';
import { t } from '../shared/l10n.ts';
import { collectionsOf, joined, lineOf, runningSeconds, smoothed } from './points.ts';
import { levelName, timeUnit } from './words.ts';

/** A run that is drawn, with its mark among the others. */
export interface DrawnRun {
  mark: number;
  detail: JobDetail;
  points: readonly JobPoint[];
}

/** What the curves are drawn over. */
export interface Axis {
  name: string;
  xOf: (run: DrawnRun) => (point: { step: number; time: number }) => number;
}

/** Steps, or the time that runs had run, in a unit that suits the longest of them. */
export function axisOf(runs: readonly DrawnRun[], over: 'step' | 'time'): Axis {
  if (over === 'step') return { name: t('step'), xOf: () => (point) => point.step };
  const longest = Math.max(
    0,
    ...runs.map(({ detail, points }) => runningSeconds(detail.states, points.at(-1)?.time ?? 0)),
  );
  const unit = timeUnit(longest);
  return {
    name: unit.name,
    xOf:
      ({ detail }) =>
      ({ time }) =>
        runningSeconds(detail.states, time) / unit.seconds,
  };
}

function withPoints(series: readonly Series[]): Series[] {
  return series.filter(({ line }) => line.x.length > 0);
}

/** One figure of every run: smoothed, with what was measured behind it; as it was measured where that is over one step. */
export function figures(
  runs: readonly DrawnRun[],
  axis: Axis,
  smoothedOver: number,
  figure: (point: JobPoint) => number | null,
): Series[] {
  return withPoints(
    runs.map((run) => {
      const raw = lineOf(run.points, figure, axis.xOf(run));
      const named = { key: run.detail.row.id, name: run.detail.row.name, mark: run.mark };
      return smoothedOver === 1
        ? { ...named, line: raw }
        : { ...named, raw, line: smoothed(raw, smoothedOver) };
    }),
  );
}

export function byCollection(run: DrawnRun, axis: Axis, smoothedOver: number): Series[] {
  return withPoints(
    collectionsOf(run.points).map((name, mark) => {
      const raw = lineOf(run.points, ({ collections }) => collections[name], axis.xOf(run));
      return { key: name, name, mark, line: smoothedOver === 1 ? raw : smoothed(raw, smoothedOver) };
    }),
  );
}

const LEVELS = ['fully_held_out', 'partially_held_out', 'fully_supervised'];

export function byLevel(run: DrawnRun, axis: Axis): Series[] {
  const validations = joined([], run.detail.validations);
  const xOf = axis.xOf(run);
  return withPoints(
    LEVELS.map((level, mark) => {
      const told = validations.flatMap((validation) => {
        const loss = validation.levels[level]?.loss;
        return loss === null || loss === undefined ? [] : [{ x: xOf(validation), y: loss }];
      });
      const line = { x: told.map(({ x }) => x), y: told.map(({ y }) => y) };
      return { key: level, name: levelName(level), mark, line, dots: true };
    }),
  );
}
