import type { Comparison, Estimate, Level, ResultsFile, ShotsSetting } from '../protocol.ts';
import { LEVELS } from './hierarchy.ts';
import type { Which } from './which.ts';

/** A table of text: what a person reads, and what is exported. */
export interface Table {
  title: string;
  headings: string[];
  rows: string[][];
}

export const EXPORTS = ['csv', 'markdown', 'latex'] as const;
export type ExportFormat = (typeof EXPORTS)[number];

const LEVEL_NAMES: Record<Level, string> = {
  'fully-held-out': 'fully held-out',
  'partially-held-out': 'partially held-out',
  'fully-supervised': 'fully supervised',
};

export interface Shown {
  /** Several stand beside each other. */
  which: readonly Which[];
  errors: boolean;
}

/** Per cent with one decimal, as the paper prints scores; a dash where there is none. */
function percentOf(estimate: Estimate | null, errors: boolean): string {
  if (!estimate) return '–';
  const score = (estimate.score * 100).toFixed(1);
  return errors && estimate.error !== null ? `${score} ± ${(estimate.error * 100).toFixed(1)}` : score;
}

const shotsName = (shots: ShotsSetting) => (shots === 'fit' ? 'fit' : String(shots));

type Row = Record<Which, Estimate | null> & { shots: ShotsSetting };

const WHICH_NAMES: Record<Which, string> = { all: 'all', clean: 'clean', cleanContent: 'clean content' };

/** Those on clean examples only where overlaps were looked for, or where they are all that is asked. */
function known(which: readonly Which[], looked: boolean): Which[] {
  return which.filter((one) => one === 'all' || which.length === 1 || looked);
}

/** A run by each of the scores that are known of it. */
function sidesOf(runs: readonly ResultsFile[], { which }: Shown) {
  return runs.flatMap((run) =>
    known(which, run.overlap.state !== 'none').map((one) => ({
      run,
      which: one,
      called: (name: string) => labelled(name, one, which),
    })),
  );
}

function labelled(name: string, one: Which, which: readonly Which[]): string {
  return one === 'all' || which.length === 1 ? name : `${name}, ${WHICH_NAMES[one]}`;
}

/** The scores of one thing at several numbers of shots: `24.8/27.7`. */
function pairOf(rows: readonly Row[], shots: readonly string[], which: Which, errors: boolean): string {
  const at = (name: string) => rows.find((one) => shotsName(one.shots) === name)?.[which] ?? null;
  return shots.map((name) => percentOf(at(name), errors)).join('/');
}

const shotsOf = (runs: readonly ResultsFile[]) => [
  ...new Set(runs.flatMap(({ settings }) => settings.shots.map(shotsName))),
];

const levelsOf = (runs: readonly ResultsFile[]) =>
  LEVELS.filter((level) => runs.some((run) => run.levels.some((row) => row.level === level)));

const chosen = ({ selection }: ResultsFile) => (selection ? (selection.score * 100).toFixed(1) : '–');

/** The checkpoints of one run down, in their order, levels across. */
export function stepsTable(series: readonly ResultsFile[], shown: Shown): Table {
  const shots = shotsOf(series);
  const levels = levelsOf(series);
  const looked = series.some(({ overlap }) => overlap.state !== 'none');
  const which = known(shown.which, looked);
  const of = (results: ResultsFile, level: Level) => results.levels.filter((row) => row.level === level);
  return {
    title: `Steps of ${series[0]?.checkpoint.run?.name ?? 'no run'}, ${shots.join('/')} shots`,
    headings: [
      'step',
      ...levels.flatMap((level) => which.map((one) => labelled(LEVEL_NAMES[level], one, shown.which))),
      'mean of 0 and 5',
    ],
    rows: series.map((results) => [
      String(results.checkpoint.step ?? '–'),
      ...levels.flatMap((level) => which.map((one) => pairOf(of(results, level), shots, one, shown.errors))),
      chosen(results),
    ]),
  };
}

/** Like the paper's tables: runs down, levels and their categories across, shots as `0/5` in a cell. */
export function levelTables(runs: readonly ResultsFile[], shown: Shown): Table[] {
  const shots = shotsOf(runs);
  const pair = shots.join('/');
  const sides = sidesOf(runs, shown);
  const cell = (rows: readonly Row[], which: Which) => pairOf(rows, shots, which, shown.errors);
  const levels = levelsOf(runs);
  const overview: Table = {
    title: `Levels, ${pair} shots`,
    headings: ['run', ...levels.map((level) => LEVEL_NAMES[level]), 'mean of 0 and 5'],
    rows: sides.map(({ run, which, called }) => [
      called(run.name),
      ...levels.map((level) =>
        cell(
          run.levels.filter((row) => row.level === level),
          which,
        ),
      ),
      which === 'all' || shown.which.length === 1 ? chosen(run) : '',
    ]),
  };
  const byLevel = levels.map((level): Table => {
    const own = (run: ResultsFile) => run.categories.filter((row) => row.level === level);
    const names = [...new Set(runs.flatMap((run) => own(run).map(({ category }) => category)))].sort();
    return {
      title: `Categories ${LEVEL_NAMES[level]}, ${pair} shots`,
      headings: ['category', ...sides.map(({ run, called }) => called(run.name))],
      rows: names.map((name) => [
        name,
        ...sides.map(({ run, which }) =>
          cell(
            own(run).filter(({ category }) => category === name),
            which,
          ),
        ),
      ]),
    };
  });
  return [overview, ...byLevel];
}

/** Every task of one run with its templates' spread. */
export function taskTable(run: ResultsFile, shown: Shown): Table {
  return {
    title: `Tasks of ${run.name}`,
    headings: [
      'task',
      'level',
      'category',
      'shots',
      'metric',
      'score',
      'clean',
      'templates',
      'examples',
      'failed',
      'cut',
      'ties',
    ],
    rows: run.subtasks.map((row) => [
      row.id,
      LEVEL_NAMES[row.level],
      row.category,
      shotsName(row.shots),
      row.metric ?? 'each template’s',
      percentOf(row[shown.which[0] ?? 'all'], shown.errors),
      row.clean ? `${percentOf(row.clean, false)} of ${row.clean.count}` : '–',
      row.spread
        ? `${(row.spread.lowest * 100).toFixed(1)}–${(row.spread.highest * 100).toFixed(1)}`
        : String(row.templates.length),
      String(row.examples),
      String(row.failed),
      String(row.truncated),
      String(row.tied),
    ]),
  };
}

export function comparisonTable({ a, b, rows }: Comparison, what?: readonly string[]): Table {
  return {
    title: `${b} against ${a}`,
    headings: ['what', 'name', 'level', 'shots', 'A', 'B', 'B − A', '95 %', 'p', 'examples'],
    rows: rows
      .filter((row) => !what || what.includes(row.what))
      .map((row) => [
        row.what,
        row.what === 'level' ? LEVEL_NAMES[row.level] : row.name,
        LEVEL_NAMES[row.level],
        shotsName(row.shots),
        (row.a * 100).toFixed(1),
        (row.b * 100).toFixed(1),
        signed(row.difference),
        row.interval ? `${signed(row.interval[0])} to ${signed(row.interval[1])}` : '–',
        row.p === null ? '–' : row.p.toFixed(3),
        String(row.examples),
      ]),
  };
}

function signed(value: number): string {
  const text = (value * 100).toFixed(1).replace('-', '−');
  return value > 0 ? `+${text}` : text;
}

export function exported(tables: readonly Table[], format: ExportFormat): string {
  const write = { csv, markdown, latex }[format];
  return `${tables.map(write).join('\n\n')}\n`;
}

/** RFC 4180. */
function csv({ headings, rows }: Table): string {
  const cell = (text: string) => (/[",\n\r]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [headings, ...rows].map((row) => row.map(cell).join(',')).join('\n');
}

function markdown({ title, headings, rows }: Table): string {
  const line = (row: readonly string[]) =>
    `| ${row.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
  return [`**${title}**`, '', line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n');
}

/** What LaTeX writes otherwise than after a backslash. */
const LATEX: Record<string, string> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '–': '--',
  '−': '$-$',
  '±': '$\\pm$',
  '’': "'",
};

/** Needs the package `booktabs`. */
function latex({ title, headings, rows }: Table): string {
  const plain = (text: string) => text.replace(/[\\~^–−±’&%$#_{}]/gu, (mark) => LATEX[mark] ?? `\\${mark}`);
  const line = (row: readonly string[]) => `${row.map(plain).join(' & ')} \\\\`;
  return [
    `\\begin{table}\n\\caption{${plain(title)}}`,
    `\\begin{tabular}{l${'r'.repeat(Math.max(0, headings.length - 1))}}`,
    '\\toprule',
    line(headings),
    '\\midrule',
    ...rows.map(line),
    '\\bottomrule',
    '\\end{tabular}\n\\end{table}',
  ].join('\n');
}
