import { type Command, Option } from 'commander';
import { compareFiles } from '../engine/evaluation/results-view.ts';
import { resultNames, resultsPath } from '../engine/evaluation/runs.ts';
import { newestSeries } from '../engine/evaluation/series.ts';
import { readResults } from '../evaluation/results.ts';
import { scoreRows } from '../evaluation/score-rows.ts';
import {
  comparisonTable,
  EXPORTS,
  type ExportFormat,
  exported,
  levelTables,
  stepsTable,
  type Table,
  taskTable,
} from '../evaluation/tables.ts';
import { WHICH, type Which } from '../evaluation/which.ts';
import type { Common } from './common.ts';
import { withSession } from './context.ts';
import { printJson, printLine, printTable, say } from './output.ts';
import { overlapInWords } from './results-text.ts';

interface ResultsOptions extends Common {
  which?: Which;
  run?: string;
  tasks?: boolean;
  export?: ExportFormat;
}

interface CompareOptions extends Common {
  which: Which;
  tasks?: boolean;
  export?: ExportFormat;
}

export function declareResults(verb: Command): void {
  verb
    .addOption(
      new Option(
        '--which <examples>',
        'scores on which examples alone; left out: all, with clean ones beside',
      ).choices(WHICH),
    )
    .option('--run <id>', 'the checkpoints of a training run: steps down, levels across')
    .option('--tasks', 'every task with the spread of its templates')
    .addOption(new Option('--export <format>', 'print for another program').choices(EXPORTS))
    .action((given: string[], options: ResultsOptions) =>
      withSession(options, (session) => {
        const names = given.length > 0 ? given : resultNames(session.root);
        const { run } = options;
        const paths =
          run === undefined
            ? names.map((name) => resultsPath(session.root, name))
            : newestSeries(session.root, run).map(({ file }) => file);
        const runs = paths.map(readResults);
        if (options.json) return printJson({ runs });
        if (runs.length === 0) return say('no results yet: "heldout evaluate CHECKPOINT" makes some');
        const which: Which[] = options.which ? [options.which] : ['all', 'clean'];
        const shown = { which, errors: true };
        if (options.export === 'csv') return print([scoreRows(runs, { tasks: options.tasks })], 'csv');
        const tables = options.tasks
          ? runs.map((one) => taskTable(one, shown))
          : run === undefined
            ? levelTables(runs, shown)
            : [stepsTable(runs, shown)];
        print(tables, options.export);
        if (options.which !== 'all') for (const one of runs) say(`${one.name}: ${overlapInWords(one)}`);
      }),
    );
}

export function declareCompare(verb: Command): void {
  verb
    .option('--tasks', 'every task and subtask too')
    .addOption(new Option('--which <examples>', 'only on these examples').choices(WHICH).default('all'))
    .addOption(new Option('--export <format>', 'print for another program').choices(EXPORTS))
    .action((a: string, b: string, options: CompareOptions) =>
      withSession(options, async (session) => {
        const paths = [a, b].map((name) => resultsPath(session.root, name));
        const comparison = await compareFiles(paths[0]!, paths[1]!, options.which);
        if (options.json) return printJson(comparison);
        const what = options.tasks ? undefined : ['level', 'category'];
        print([comparisonTable(comparison, what)], options.export);
      }),
    );
}

function print(tables: readonly Table[], format: ExportFormat | undefined): void {
  if (format) {
    printLine(exported(tables, format).trimEnd());
    return;
  }
  for (const [at, { title, headings, rows }] of tables.entries()) {
    if (at > 0) printLine();
    printLine(title);
    printTable(headings, rows);
  }
}
