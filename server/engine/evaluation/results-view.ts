import { statSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import { InputError, messageOf } from '../../base/problem.ts';
import { compareRuns } from '../../evaluation/compare.ts';
import { ExampleIndex, type IndexedExample } from '../../evaluation/example-index.ts';
import { RESULTS_ENDING, readExamples, readResults } from '../../evaluation/results.ts';
import { scoreRows } from '../../evaluation/score-rows.ts';
import { comparisonTable, exported, levelTables, type Table, taskTable } from '../../evaluation/tables.ts';
import type { Which } from '../../evaluation/which.ts';
import type {
  Comparison,
  exportQuery,
  ResultsFile,
  ResultsRow,
  ScoredExample,
  ScoredPage,
  scoredQuery,
} from '../../protocol.ts';
import { resultNames, resultsFolder } from './runs.ts';

/** Files whose examples are kept known, and comparisons. */
const KEPT = 8;

/** What was made of files stays good as long as they are the same. */
class Kept<Value> {
  readonly #values = new Map<string, Promise<Value>>();

  get(files: readonly string[], make: () => Promise<Value>): Promise<Value> {
    const key = JSON.stringify(files.map(stampOf));
    const known = this.#values.get(key);
    if (known) return known;
    const value = make();
    this.#values.set(key, value);
    value.catch(() => this.#values.delete(key));
    const [oldest] = this.#values.keys();
    if (this.#values.size > KEPT && oldest !== undefined) this.#values.delete(oldest);
    return value;
  }
}

function stampOf(file: string): unknown {
  try {
    const { mtimeMs, size } = statSync(file);
    return [file, mtimeMs, size];
  } catch {
    throw new InputError('there is no such file', { file });
  }
}

const indexes = new Kept<ExampleIndex>();
const comparisons: Record<Which, Kept<Comparison>> = {
  all: new Kept(),
  clean: new Kept(),
  cleanContent: new Kept(),
};

const indexOf = (file: string) => indexes.get([file], () => ExampleIndex.of(file, readResults(file)));

/** Rows as they were last read: a results file of a whole bench is large. */
const rows = new Map<string, { stamp: string; row: ResultsRow }>();

/** The results kept with the bench, newest first; one that can't be read says why. */
export function resultsRows(root: string): ResultsRow[] {
  const all = resultNames(root).map((name) => {
    const file = join(resultsFolder(root), `${name}${RESULTS_ENDING}`);
    const stamp = JSON.stringify(stampOf(file));
    const known = rows.get(file);
    if (known?.stamp === stamp) return known.row;
    const row = rowOf(file, name);
    rows.set(file, { stamp, row });
    return row;
  });
  const timeOf = ({ summary }: ResultsRow) => summary?.created ?? '';
  return all.sort((a, b) => (timeOf(a) < timeOf(b) ? 1 : timeOf(a) > timeOf(b) ? -1 : 0));
}

function rowOf(file: string, name: string): ResultsRow {
  try {
    const results = readResults(file);
    const { created, checkpoint, settings, counts, levels, selection } = results;
    const summary = { created, checkpoint, settings, counts, levels, selection };
    return { file, name: results.name, summary, problem: null };
  } catch (error) {
    return { file, name, summary: null, problem: messageOf(error) };
  }
}

/** One page of a task's examples, with how another run scored them where one is named. */
export async function scoredExamples(query: z.output<typeof scoredQuery>): Promise<ScoredPage> {
  const { file, task, shots, template, beside, only, start, count } = query;
  const index = await indexOf(file);
  const other = beside === undefined ? undefined : await indexOf(beside);
  const others = new Map((other?.group(task, shots) ?? []).map((one) => [placeOf(one), one]));
  const wanted = index.group(task, shots).filter((one) => {
    if (template !== undefined && one.template !== template) return false;
    if (only === 'right') return one.score === 1;
    if (only === 'wrong') return one.score !== null && one.score < 1;
    if (only === 'failed') return one.score === null;
    if (only === 'differ') return others.get(placeOf(one))?.score !== one.score;
    return true;
  });
  const page = wanted.slice(start, start + count);
  const same = page.flatMap((one) => others.get(placeOf(one)) ?? []);
  const scored = await index.read(page);
  const besides = new Map<IndexedExample, ScoredExample>();
  for (const [at, example] of ((await other?.read(same)) ?? []).entries()) besides.set(same[at]!, example);
  const shown = page.map((one, at) => {
    const twin = others.get(placeOf(one));
    const twinScored = twin && besides.get(twin);
    return {
      scored: scored[at]!,
      score: one.score,
      beside: twinScored ? { scored: twinScored, score: twin.score } : null,
    };
  });
  return { total: wanted.length, rows: shown };
}

function placeOf({ example, template }: IndexedExample): string {
  return JSON.stringify([example, template]);
}

export function compareFiles(a: string, b: string, which: Which = 'all'): Promise<Comparison> {
  return comparisons[which].get([a, b], async () => {
    const [first, second] = [a, b].map((path) => {
      const results = readResults(path);
      return { results, examples: readExamples(path, results) };
    });
    return compareRuns(first!, second!, { which });
  });
}

/**
 * The tables as a text for another program; clean scores in tables of their own after those on all examples. CSV has
 * no titles to tell tables apart: it is one, with all of this as columns.
 */
export async function exportedResults(query: z.output<typeof exportQuery>): Promise<string> {
  const { files, format, tasks, against } = query;
  const runs = files.map(readResults);
  if (format === 'csv') {
    const others = files.flatMap((file, at) => (file === against ? [] : [{ file, run: runs[at]! }]));
    const comparisons = new Map<ResultsFile, Comparison>();
    if (against !== undefined)
      for (const { file, run } of others) comparisons.set(run, await compareFiles(against, file));
    return exported(
      [scoreRows(runs, { tasks, comparisons: against === undefined ? undefined : comparisons })],
      format,
    );
  }
  const tables: Table[] = levelTables(runs, { which: ['all'], errors: true });
  const known = runs.some(({ levels }) => levels.some(({ clean }) => clean !== null));
  if (known) {
    for (const table of levelTables(runs, { which: ['clean'], errors: true }))
      tables.push({ ...table, title: `${table.title}, on examples without overlap` });
  }
  if (tasks) for (const run of runs) tables.push(taskTable(run, { which: ['all'], errors: true }));
  if (against !== undefined) {
    for (const file of files) {
      if (file === against) continue;
      const what = tasks ? undefined : ['level', 'category'];
      tables.push(comparisonTable(await compareFiles(against, file), what));
    }
  }
  return exported(tables, format);
}
