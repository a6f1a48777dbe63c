import type { Estimate, MetricName, ShotsSetting } from '../../server/protocol.ts';
import type { Run, Spot } from './model.ts';

/** A template's score. */
export interface Dot {
  template: string;
  metric: MetricName | null;
  estimate: Estimate;
}

/** The templates of one task in one run, at one number of shots. */
export interface SpreadRow {
  key: string;
  run: string;
  /** Its spot, without a template. */
  spot: Spot;
  shots: ShotsSetting;
  /** By rising score. */
  dots: Dot[];
  /** The task's own. */
  score: number | null;
}

/** A row for each task below a spot, run and number of shots; a task of one template has nothing to spread. */
export function spreadRows(runs: readonly Run[], { level, category, task, subtask }: Spot): SpreadRow[] {
  if (category === undefined && subtask === undefined) return [];
  const rows = runs.flatMap(({ file, results }) =>
    results.subtasks
      .filter(
        (row) =>
          row.level === level &&
          row.category === category &&
          (task === undefined || row.task === task) &&
          (subtask === undefined || row.id === subtask),
      )
      .map((row): SpreadRow => {
        const dots = row.templates.flatMap(({ template, metric, estimate }) =>
          estimate ? [{ template, metric, estimate }] : [],
        );
        return {
          key: JSON.stringify([row.id, file, row.shots]),
          run: results.name,
          spot: { level, category, task: row.task, subtask: row.id },
          shots: row.shots,
          dots: dots.sort((a, b) => a.estimate.score - b.estimate.score),
          score: row.all?.score ?? null,
        };
      }),
  );
  const name = ({ spot }: SpreadRow) => spot.subtask!;
  return rows
    .filter(({ dots }) => dots.length > 1)
    .sort((a, b) => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0));
}

/** The stretch of scores that all dots lie in, with room; whole tenths, from 0 to 1. */
export function scoreRange(rows: readonly SpreadRow[]): [number, number] {
  const scores = rows.flatMap(({ dots }) => dots.map(({ estimate }) => estimate.score));
  const low = Math.floor(Math.min(...scores) * 10 - 1e-9) / 10;
  const high = Math.ceil(Math.max(...scores) * 10 + 1e-9) / 10;
  return [Math.max(0, low), Math.min(1, high)];
}

/** Places one above the other for dots that would hide each other, in dots from the ground; `places` rise. */
export function piled(places: readonly number[], width: number): number[] {
  const last: number[] = [];
  return places.map((place) => {
    let storey = last.findIndex((before) => place - before >= width);
    if (storey < 0) storey = last.length;
    last[storey] = place;
    return storey;
  });
}
