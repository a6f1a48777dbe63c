import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { subjectInWords } from '../curation/export/decisions.ts';
import { buildBench } from '../engine/build/run.ts';
import { diffBenches } from '../engine/diff.ts';
import { type BenchDiff, type BuildFormat, buildFormat, buildQuery, type TaskDiff } from '../protocol.ts';
import { askedFor } from './asked.ts';
import { type Common, interruptible, showProgress, withSession } from './context.ts';
import { counted, printJson, printLine } from './output.ts';
import { wholeNumber } from './task-verbs.ts';

interface BuildOptions extends Common {
  format: BuildFormat;
  seed: number;
  shots: number;
  workers?: number;
  allowOpen?: boolean;
}

export function addBuildVerbs(program: Command): void {
  program
    .command('build <out>')
    .description('write the benchmark out: train, dev, test, the decisions, a datasheet, hashes')
    .addOption(
      new Option('--format <name>', 'how instances are written')
        .choices(buildFormat.options)
        .default('jsonl'),
    )
    .option('--seed <number>', 'what draws instances, delimiters and demonstrations', wholeNumber, 0)
    .option('--shots <number>', 'demonstrations before each example', wholeNumber, 0)
    .option('--workers <n>', 'threads (default: one a core)', wholeNumber)
    .option('--allow-open', 'build although pairs are undecided, or splits names what is not there')
    .action((out: string, options: BuildOptions) =>
      withSession(options, async (session) => {
        const { format, seed, shots, allowOpen, workers } = options;
        const query = askedFor(buildQuery, { out: resolve(out), format, seed, shots, allowOpen });
        const report = await buildBench(session, query, {
          workers,
          signal: interruptible(),
          onStep: showProgress(),
        });
        if (report.openPairs > 0)
          process.stderr.write(`warning: ${counted(report.openPairs, 'pair')} stood undecided\n`);
        if (options.json) return printJson(report);
        const { instances, leftOut, seconds, bytes } = report;
        printLine(
          `${counted(report.tasks, 'task')}: ${counted(instances.train, 'train instance')}, ${instances.dev} dev, ${instances.test} test`,
        );
        if (leftOut.empty + leftOut.failed > 0) {
          printLine(
            `left out: ${counted(leftOut.empty, 'instance')} without a target, ${leftOut.failed} that their template fails on`,
          );
        }
        const rate = `${(bytes / 1e6).toFixed(1)} MB in ${seconds.toFixed(1)} s`;
        printLine(`${counted(report.files, 'file')} in ${report.out} (${rate}); ${report.datasheet}`);
      }),
    );

  program
    .command('diff <a> <b>')
    .description('what entered, left or changed between two builds, or revisions (rev:HEAD~1, . for now)')
    .action((a: string, b: string, options: Common) =>
      withSession(options, (session) => {
        const diff = diffBenches(session, a, b);
        if (options.json) return printJson(diff);
        printDiff(diff);
      }),
    );
}

function printDiff(diff: BenchDiff): void {
  printLine(`from ${diff.a}\nto   ${diff.b}`);
  const { instances } = diff;
  if (instances) {
    const parts = (['train', 'dev', 'test'] as const).map(
      (split) => `${split} ${instances.a[split]} → ${instances.b[split]}`,
    );
    printLine(`instances: ${parts.join(', ')}`);
  }
  if (diff.options.length > 0) {
    const parts = diff.options.map(({ what, from, to }) => `${what} ${from} → ${to}`);
    printLine(`built with: ${parts.join(', ')}`);
  }
  for (const group of ['entered', 'left', 'changed'] as const) {
    printLine(`\n${group}: ${counted(diff[group].length, 'task')}`);
    for (const task of diff[group]) printTask(task, diff.options.length > 0);
  }
  if (diff.files.length > 0) {
    printLine(
      `\nfiles of collections that changed: ${diff.files.length} (tasks are those of the last import)`,
    );
    for (const { file, change } of diff.files) printLine(`  ${change} ${file}`);
  }
  printLine(`\nthe same: ${counted(diff.same, 'task')}`);
}

function printTask({ task, category, split, level, changes, by }: TaskDiff, builtOtherwise: boolean): void {
  printLine(`  ${task} (${[category, split, level].filter(Boolean).join(', ')})`);
  for (const { what, from, to } of changes) {
    if (what !== 'templates') printLine(`    ${what}: ${from} → ${to}`);
    else
      printLine(
        `    templates: ${[from && `without ${from}`, to && `with ${to}`].filter(Boolean).join('; ')}`,
      );
  }
  for (const { kind, verdict, subject, reviewer, reason, time } of by) {
    const made = kind === 'made' ? 'by' : 'no longer';
    printLine(`    ${made} ${reviewer}, ${time}: ${verdict} on ${subjectInWords(subject)}: ${reason}`);
  }
  if (by.length > 0) return;
  const did = builtOtherwise
    ? 'what it was built with, or the files of the bench,'
    : 'the files of the bench';
  printLine(`    no decision: ${did} did it`);
}
