import { resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import { InputError } from '../base/problem.ts';
import { importBench } from '../catalog/import.ts';
import { proposeBench, writeBench } from '../engine/init.ts';
import { findOverlap } from '../engine/overlap-run.ts';
import { scanJsonl } from '../overlap/jsonl.ts';
import type { OverlapReport } from '../protocol.ts';
import { type Common, FINDINGS, interruptible, showProgress, withSession } from './context.ts';
import { counted, percent, printJson, printLine, printTable } from './output.ts';
import { wholeNumber } from './task-verbs.ts';

interface OverlapOptions extends Common {
  trainJsonl?: string;
  evalJsonl?: string;
  ngram?: number;
  workers?: number;
  failOn?: number;
}

export function addBenchVerbs(program: Command): void {
  program
    .command('init')
    .description('write a heldout.yaml (in --bench, else in the folder) from what lies in a folder')
    .addArgument(new Argument('[folder]', 'the folder').default('.'))
    .option('--dry-run', 'show what was recognised, write nothing')
    .action(async (given: string, options: Common & { dryRun?: boolean }) => {
      const folder = resolve(given);
      const root = resolve(options.bench ?? folder);
      const report = await (options.dryRun ? proposeBench(root, folder) : writeBench(root, folder));
      if (options.json) return printJson(report);
      printTable(
        ['collection', 'format', 'path', 'sure'],
        report.collections.map(({ name, format, path, confidence }) => [
          name,
          format,
          path,
          percent(confidence),
        ]),
      );
      if (!options.dryRun) printLine(`wrote ${report.file}`);
    });

  program
    .command('import')
    .description('read the collections; files that did not change are not read again')
    .action((options: Common) =>
      withSession(options, async (session) => {
        const { signal, onStep } = { signal: interruptible(), onStep: showProgress() };
        const report = await importBench(session.bench, session.catalog, { signal, onStep });
        if (options.json) return printJson(report);
        printTable(
          ['collection', 'format', 'tasks', 'examples', 'templates', 'MB', 'read', 'skipped', 'files read'],
          report.collections.map((each) => [
            each.name,
            each.format,
            each.tasks,
            each.examples,
            each.templates,
            (each.bytes / 1e6).toFixed(1),
            each.read,
            each.skipped.length,
            `${each.filesRead}/${each.files}`,
          ]),
        );
        for (const each of report.collections) {
          for (const { file, line, reason } of each.skipped)
            printLine(`${file}:${line > 0 ? `${line}:` : ''} ${reason}`);
        }
      }),
    );

  program
    .command('overlap')
    .description('find train tasks that share text with eval tasks')
    .option('--train-jsonl <dir>', 'raw JSONL instead of a bench: a file is a task')
    .option('--eval-jsonl <dir>', 'the eval side of the same')
    .option('--ngram <n>', 'tokens in a gram (default: the bench file, 13)', wholeNumber)
    .option('--workers <n>', 'threads (default: one a core)', wholeNumber)
    .option(
      '--fail-on <fraction>',
      'exit with 1 when an open pair shares more than this fraction of content',
      Number,
    )
    .action(async (options: OverlapOptions) => {
      if (options.trainJsonl || options.evalJsonl) return raw(options);
      return withSession(options, async (session) => {
        const { ngram, workers } = options;
        const report = await findOverlap(session, {
          ngram,
          workers,
          signal: interruptible(),
          onStep: showProgress(),
        });
        show(report, options);
      });
    });
}

async function raw(options: OverlapOptions): Promise<void> {
  const { trainJsonl, evalJsonl } = options;
  if (!trainJsonl || !evalJsonl) throw new InputError('--train-jsonl and --eval-jsonl go together');
  const report = await scanJsonl({
    trainDir: resolve(trainJsonl),
    evalDir: resolve(evalJsonl),
    n: options.ngram ?? 13,
    workers: options.workers,
    signal: interruptible(),
    onStep: showProgress(),
    onSkip: ({ file, line, reason }) => process.stderr.write(`${file}:${line}: ${reason}\n`),
  });
  show(report, options);
}

function show(report: OverlapReport, options: OverlapOptions): void {
  if (options.json) {
    printJson(report);
  } else {
    printTable(
      ['train', 'eval', 'examples', 'overlap', 'content', 'short copies', 'same source'],
      report.pairs.map((pair) => [
        pair.train,
        pair.eval,
        pair.evalExamples,
        percent(pair.fraction),
        percent(pair.fractionContent),
        `${pair.shortMatches}/${pair.short}`,
        pair.sameSource ? 'yes' : '',
      ]),
    );
    printLine(
      `${counted(report.pairs.length, 'pair')}, ${(report.bytes / 1e6).toFixed(1)} MB in ${report.seconds.toFixed(1)} s`,
    );
  }
  const limit = options.failOn;
  if (limit !== undefined && report.pairs.some((pair) => pair.fractionContent > limit))
    process.exitCode = FINDINGS;
}
