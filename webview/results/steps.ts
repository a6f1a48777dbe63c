import type { Level, ResultsRow, ShotsSetting } from '../../server/protocol.ts';
import type { Series } from '../shared/chart/series.ts';
import type { Run } from './model.ts';

/** The training runs that wrote the checkpoints shown, each with the file that its series is asked by. */
export function trainingRuns(runs: readonly Run[]): { id: string; name: string; file: string }[] {
  const found = new Map<string, { id: string; name: string; file: string }>();
  for (const { file, results } of runs) {
    const { run } = results.checkpoint;
    if (run && !found.has(run.id)) found.set(run.id, { ...run, file });
  }
  return [...found.values()];
}

/** The scores of each level at each number of shots over the steps, in per cent, with their standard errors. */
export function levelLines(
  rows: readonly ResultsRow[],
  nameOf: (level: Level, shots: ShotsSetting) => string,
): Series[] {
  const points = rows.flatMap(({ summary }) =>
    summary && summary.checkpoint.step !== null
      ? [{ step: summary.checkpoint.step, levels: summary.levels }]
      : [],
  );
  const kinds = new Map<string, { level: Level; shots: ShotsSetting }>();
  for (const { levels } of points)
    for (const { level, shots } of levels) kinds.set(JSON.stringify([level, shots]), { level, shots });
  return [...kinds].flatMap(([key, { level, shots }], mark): Series[] => {
    const scored = points.flatMap(({ step, levels }) => {
      const all = levels.find((row) => row.level === level && row.shots === shots)?.all;
      return all ? [{ step, score: all.score * 100, error: (all.error ?? 0) * 100 }] : [];
    });
    if (scored.length === 0) return [];
    const x = scored.map(({ step }) => step);
    const along = (of: (one: (typeof scored)[number]) => number) => ({ x, y: scored.map(of) });
    return [
      {
        key,
        name: nameOf(level, shots),
        mark,
        line: along(({ score }) => score),
        bounds: {
          low: along(({ score, error }) => score - error),
          high: along(({ score, error }) => score + error),
        },
        dots: true,
      },
    ];
  });
}
