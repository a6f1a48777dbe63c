import type { Command } from 'commander';
import { subjectInWords } from '../curation/export/decisions.ts';
import { diffBenches } from '../engine/diff.ts';
import type { BenchDiff, TaskDiff } from '../protocol.ts';
import { type Common, interruptible, showProgress } from './common.ts';
import { withSession } from './context.ts';
import { counted, printJson, printLine } from './output.ts';

/** Of a file that many tasks come from, so many are named. */
const MOST_TASKS = 3;

export function declareDiff(verb: Command): void {
  verb.action((a: string, b: string, options: Common) =>
    withSession(options, async (session) => {
      const diff = await diffBenches(session, a, b, { signal: interruptible(), onStep: showProgress() });
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
    printLine(`\nfiles of collections that changed: ${diff.files.length}`);
    for (const { file, change, tasks } of diff.files) {
      const more = tasks.length > MOST_TASKS ? [`${tasks.length - MOST_TASKS} more`] : [];
      const told = [...tasks.slice(0, MOST_TASKS), ...more].join(', ');
      printLine(`  ${change} ${file}${told && ` (${told})`}`);
    }
  }
  if (diff.unread.length > 0) {
    printLine('\ncould not be read on one side alone:');
    for (const { side, file, line, reason } of diff.unread)
      printLine(`  ${diff[side]}: ${line > 0 ? `${file}:${line}` : file}: ${reason}`);
  }
  printLine(`\nthe same: ${counted(diff.same, 'task')}`);
}

function printTask({ task, category, split, level, changes, by }: TaskDiff, builtOtherwise: boolean): void {
  printLine(`  ${task} (${[category, sideWord('split', split), level].filter(Boolean).join(', ')})`);
  for (const { what, from, to } of changes) {
    if (what !== 'templates') printLine(`    ${what}: ${sideWord(what, from)} → ${sideWord(what, to)}`);
    else
      printLine(
        `    templates: ${[from && `without ${from}`, to && `with ${to}`].filter(Boolean).join('; ')}`,
      );
  }
  for (const { kind, verdict, subject, reviewer, reason, time } of by) {
    const made = kind === 'made' ? 'by' : 'no longer';
    const word = subject.kind === 'task' ? sideWord(subject.aspect, verdict) : verdict;
    printLine(`    ${made} ${reviewer}, ${time}: ${word} on ${subjectInWords(subject)}: ${reason}`);
  }
  if (by.length > 0) return;
  const did = builtOtherwise
    ? 'what it was built with, or the files of the bench,'
    : 'the files of the bench';
  printLine(`    no decision: ${did} did it`);
}

function sideWord(what: string, value: string): string {
  if (value !== 'none') return value;
  if (what === 'split') return 'left out';
  return what === 'level' ? 'no level' : value;
}
