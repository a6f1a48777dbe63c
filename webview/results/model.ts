import type {
  Comparison,
  ComparisonRow,
  Estimate,
  Level,
  ResultsFile,
  ShotsSetting,
} from '../../server/protocol.ts';

/** A run that is shown. */
export interface Run {
  file: string;
  results: ResultsFile;
}

/** Where a person has gone down to; each part needs those before it. */
export interface Spot {
  level?: Level | undefined;
  category?: string | undefined;
  task?: string | undefined;
  /** A task of the catalogue. */
  subtask?: string | undefined;
  template?: string | undefined;
}

/** A score at one number of shots. */
export interface ShotScore {
  shots: ShotsSetting;
  all: Estimate | null;
  clean: Estimate | null;
}

/** A difference counts as one below this p. */
export const SIGNIFICANT = 0.05;

const LEVELS: readonly Level[] = ['fully-held-out', 'partially-held-out', 'fully-supervised'];

/** As the runs have them: 0 and 5 before "as many as fit". */
export function shotsOf(runs: readonly Run[]): ShotsSetting[] {
  const all = new Set(runs.flatMap(({ results }) => results.settings.shots));
  const rank = (shots: ShotsSetting) => (shots === 'fit' ? Number.POSITIVE_INFINITY : shots);
  return [...all].sort((a, b) => rank(a) - rank(b));
}

/** The levels that some run has, each with the categories of all. */
export function columnsOf(runs: readonly Run[]): { level: Level; categories: string[] }[] {
  return LEVELS.flatMap((level) => {
    const rows = runs.flatMap(({ results }) => results.categories.filter((row) => row.level === level));
    const categories = [...new Set(rows.map(({ category }) => category))].sort();
    return categories.length > 0 ? [{ level, categories }] : [];
  });
}

/** The categories that some run has, the most held-out ones first, each with the levels where it stands. */
export function categoriesOf(runs: readonly Run[]): { category: string; levels: Level[] }[] {
  const columns = columnsOf(runs);
  const categories = [...new Set(columns.flatMap((column) => column.categories))];
  return categories.map((category) => ({
    category,
    levels: columns.filter((column) => column.categories.includes(category)).map(({ level }) => level),
  }));
}

/** The scores at a spot, whatever it is. */
export function scoresAt({ results }: Run, spot: Spot): ShotScore[] {
  const { level, category, task, subtask, template } = spot;
  if (subtask !== undefined) {
    const rows = results.subtasks.filter((row) => row.id === subtask);
    if (template === undefined) return rows;
    return rows.map(({ shots, templates }) => {
      const found = templates.find((one) => one.template === template);
      return { shots, all: found?.estimate ?? null, clean: null };
    });
  }
  if (task !== undefined) {
    return results.tasks.filter(
      (row) => row.task === task && row.category === category && row.level === level,
    );
  }
  if (category !== undefined)
    return results.categories.filter((row) => row.category === category && row.level === level);
  return results.levels.filter((row) => row.level === level);
}

/** The differences at a spot; templates have none of their own. */
export function differencesAt(comparison: Comparison | undefined, spot: Spot): ComparisonRow[] {
  if (!comparison || spot.template !== undefined) return [];
  const { level, category, task, subtask } = spot;
  const [what, name]: [ComparisonRow['what'], string | undefined] =
    subtask !== undefined
      ? ['subtask', subtask]
      : task !== undefined
        ? ['task', task]
        : category !== undefined
          ? ['category', category]
          : ['level', level];
  return comparison.rows.filter((row) => row.what === what && row.name === name && row.level === level);
}

export type Verdict = 'better' | 'worse' | 'same';

export function verdictOf({ difference, p }: ComparisonRow): Verdict {
  if (p === null || p >= SIGNIFICANT || difference === 0) return 'same';
  return difference > 0 ? 'better' : 'worse';
}

/** Whether any run differs there from the one that the others stand against. */
export function changedAt(comparisons: ReadonlyMap<string, Comparison>, spot: Spot): boolean {
  return [...comparisons.values()].some((comparison) =>
    differencesAt(comparison, spot).some((row) => verdictOf(row) !== 'same'),
  );
}

/** What lies directly below a spot, by name. A task of one subtask has its templates below it. */
export function below(runs: readonly Run[], spot: Spot): Spot[] {
  const { level, category, task, subtask } = spot;
  const distinct = (names: readonly string[]) => [...new Set(names)].sort();
  if (level === undefined) return columnsOf(runs).map((column) => ({ level: column.level }));
  if (category === undefined) {
    const column = columnsOf(runs).find((one) => one.level === level);
    return (column?.categories ?? []).map((name) => ({ level, category: name }));
  }
  if (task === undefined) {
    const rows = runs.flatMap(({ results }) =>
      results.tasks.filter((row) => row.category === category && row.level === level),
    );
    return distinct(rows.map((row) => row.task)).map((name) => opened(runs, { level, category, task: name }));
  }
  if (subtask === undefined) return subtasksOf(runs, spot).map((id) => ({ ...spot, subtask: id }));
  const templates = runs.flatMap(({ results }) =>
    results.subtasks.filter(({ id }) => id === subtask).flatMap((row) => row.templates),
  );
  return distinct(templates.map((row) => row.template)).map((template) => ({ ...spot, template }));
}

function subtasksOf(runs: readonly Run[], { level, category, task }: Spot): string[] {
  const rows = runs.flatMap(({ results }) =>
    results.subtasks.filter((row) => row.task === task && row.category === category && row.level === level),
  );
  return [...new Set(rows.map(({ id }) => id))].sort();
}

/** A task of one subtask is that subtask. */
function opened(runs: readonly Run[], spot: Spot): Spot {
  const [only, ...more] = subtasksOf(runs, spot);
  return only !== undefined && more.length === 0 ? { ...spot, subtask: only } : spot;
}

/** The way to a spot, from the top. */
export function wayTo(spot: Spot): Spot[] {
  const { level, category, task, subtask, template } = spot;
  const way: Spot[] = [{}];
  if (level !== undefined) way.push({ level });
  if (category !== undefined) way.push({ level, category });
  if (task !== undefined && !subtask?.endsWith(`/${task}`)) way.push({ level, category, task });
  if (subtask !== undefined) way.push({ level, category, task, subtask });
  if (template !== undefined) way.push(spot);
  return way;
}

export function spotKey(spot: Spot): string {
  return JSON.stringify([spot.level, spot.category, spot.task, spot.subtask, spot.template]);
}

/** Whether the runs still have the spot; one that is gone is left for the top. */
export function has(runs: readonly Run[], spot: Spot): boolean {
  return spot.level === undefined || runs.some((run) => scoresAt(run, spot).length > 0);
}
