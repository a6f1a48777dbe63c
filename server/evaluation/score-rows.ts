import type { Comparison, Estimate, Estimates, Level, ResultsFile, ShotsSetting } from '../protocol.ts';
import type { Table } from './tables.ts';

/** One score of one run, for programs: what it is of, then numbers alone, in per cent. */
interface Scored extends Estimates {
  what: 'level' | 'category' | 'task' | 'subtask';
  name: string;
  level: Level;
  category: string;
  shots: ShotsSetting;
}

const NUMBERS = ['score', 'error', 'examples'];
const HEADINGS = [
  ...['run', 'step', 'what', 'name', 'level', 'category', 'shots', ...NUMBERS],
  ...NUMBERS.map((name) => `clean_${name}`),
  ...NUMBERS.map((name) => `clean_content_${name}`),
];
const DIFFERENCE = ['against', 'difference', 'difference_low', 'difference_high', 'p', 'examples_of_both'];

/** Every score of several runs, a row each: one table that a program reads as it is. Unknown numbers are empty. */
export function scoreRows(
  runs: readonly ResultsFile[],
  {
    tasks = false,
    comparisons,
  }: { tasks?: boolean; comparisons?: ReadonlyMap<ResultsFile, Comparison> | undefined },
): Table {
  const rows = runs.flatMap((run) =>
    scoresOf(run, tasks).map((one) => {
      const { what, name, level, category, shots, all, clean, cleanContent } = one;
      const numbers = [all, clean, cleanContent].flatMap(numbersOf);
      const step = run.checkpoint.step === null ? '' : String(run.checkpoint.step);
      const row = [run.name, step, what, name, level, category, String(shots), ...numbers];
      return comparisons ? [...row, ...differenceOf(one, comparisons.get(run))] : row;
    }),
  );
  return { title: 'Scores', headings: comparisons ? [...HEADINGS, ...DIFFERENCE] : HEADINGS, rows };
}

function scoresOf(run: ResultsFile, tasks: boolean): Scored[] {
  const above: Scored[] = [
    ...run.levels.map((row) => ({ ...row, what: 'level' as const, name: row.level, category: '' })),
    ...run.categories.map((row) => ({ ...row, what: 'category' as const, name: row.category })),
  ];
  if (!tasks) return above;
  return [
    ...above,
    ...run.tasks.map((row) => ({ ...row, what: 'task' as const, name: row.task })),
    ...run.subtasks.map((row) => ({ ...row, what: 'subtask' as const, name: row.id })),
  ];
}

const percent = (value: number | null) => (value === null ? '' : String(Number((value * 100).toFixed(4))));

function numbersOf(estimate: Estimate | null): string[] {
  return estimate ? [percent(estimate.score), percent(estimate.error), String(estimate.count)] : ['', '', ''];
}

function differenceOf({ what, name, level, shots }: Scored, comparison: Comparison | undefined): string[] {
  const row = comparison?.rows.find(
    (one) => one.what === what && one.name === name && one.level === level && one.shots === shots,
  );
  if (!row) return DIFFERENCE.map(() => '');
  const [low, high] = row.interval ?? [null, null];
  const p = row.p === null ? '' : String(row.p);
  return [
    ...[comparison!.a, percent(row.difference), percent(low), percent(high)],
    ...[p, String(row.examples)],
  ];
}
