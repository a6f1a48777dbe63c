import { InputError } from '../../base/problem.ts';
import { nearest } from '../../bench/nearest.ts';
import type { ResultsFile, ResultsRow } from '../../protocol.ts';
import { resultsRows } from './results-view.ts';

type Settings = ResultsFile['settings'];
type Summary = Pick<ResultsFile, 'checkpoint' | 'settings'>;

/** Results of a run's checkpoints with the same settings: of each step the newest, by step. */
export function seriesOf(root: string, run: string, settings: Settings): ResultsRow[] {
  const newest = new Map<number, ResultsRow>();
  for (const row of resultsRows(root)) {
    const { checkpoint, settings: own } = row.summary ?? {};
    if (checkpoint?.run?.id !== run || checkpoint.step === null || !own || !isAlike(own, settings)) continue;
    // The newest come first.
    if (!newest.has(checkpoint.step)) newest.set(checkpoint.step, row);
  }
  return [...newest.values()].sort((a, b) => a.summary!.checkpoint.step! - b.summary!.checkpoint.step!);
}

/** The series that results belong to: they themselves alone where no run of this bench wrote their checkpoint. */
export function seriesAround(root: string, { checkpoint, settings }: Summary): ResultsRow[] {
  return checkpoint.run ? seriesOf(root, checkpoint.run.id, settings) : [];
}

/** The series of a run whose last results were made last. Throws InputError where the run has none. */
export function newestSeries(root: string, run: string): ResultsRow[] {
  const runs = resultsRows(root).flatMap(({ summary }) => (summary?.checkpoint.run ? [summary] : []));
  const newest = runs.find(({ checkpoint }) => checkpoint.run!.id === run);
  if (newest) return seriesOf(root, run, newest.settings);
  const guess = nearest(run, [...new Set(runs.map(({ checkpoint }) => checkpoint.run!.id))]);
  const hint = guess ? `did you mean "${guess}"?` : `"heldout evaluate --run ${run}" makes some`;
  throw new InputError(`there are no results of a run "${run}": ${hint}`);
}

/** Whether two evaluations asked the same; the context's length is the model's own. */
export function isAlike(a: Settings, b: Settings): boolean {
  const asked = ({ length: _, tasks, shots, prompts = 'plain', ...rest }: Settings) => {
    const whole = { ...rest, prompts, shots: shots.map(String).sort(), tasks: tasks && [...tasks].sort() };
    // What is null was not asked for, like what an older file leaves out.
    const said = Object.entries(whole).filter(([, value]) => value !== null && value !== undefined);
    return JSON.stringify(said.sort(([one], [other]) => (one < other ? -1 : 1)));
  };
  return asked(a) === asked(b);
}
