import { type Command, Option } from 'commander';
import { checkSplit } from '../engine/split-checks.ts';
import { taskRows } from '../engine/task-rows.ts';
import { type SplitFinding, splitFindingCode, type TaskRow } from '../protocol.ts';
import { type Common, lineOf } from './common.ts';
import { withSession } from './context.ts';
import { counted, printJson, printLine, say } from './output.ts';
import { commandOf } from './remedy-text.ts';
import { FINDINGS } from './status.ts';
import { taskDocument, taskTable } from './task-text.ts';

interface SplitOptions extends Common {
  check?: boolean;
  remedies?: boolean;
}

const CODES: ReadonlySet<string> = new Set(splitFindingCode.options);

export function declareSplit(verb: Command): void {
  verb
    .addOption(
      new Option('--check', 'list what stands in the way of a clean split; status 1 if anything does'),
    )
    .option('--remedies', 'with --check: below each finding the commands that mend it')
    .action((options: SplitOptions) =>
      withSession(
        options,
        (session) => {
          if (options.check) return report(checkSplit(session), options);
          const tasks = taskRows(session);
          if (options.json) printJson(bySplit(tasks));
          else
            taskTable(
              [...tasks].sort((a, b) => `${a.split} ${a.level}`.localeCompare(`${b.split} ${b.level}`)),
            );
        },
        ({ code }) => options.check === true && code !== undefined && CODES.has(code),
      ),
    );
}

function report(findings: SplitFinding[], { json, remedies }: SplitOptions): void {
  if (json) printJson({ findings });
  else {
    for (const { code, message, location, remedies: offered } of findings) {
      const line = location
        ? lineOf({ ...location, message: `${message} (${code})`, severity: 'error' })
        : `${message} (${code})`;
      printLine(line);
      if (remedies) for (const remedy of offered) printLine(`  ${commandOf(remedy)}`);
    }
    say(findings.length === 0 ? 'the split is clean' : counted(findings.length, 'finding'));
  }
  if (findings.length > 0) process.exitCode = FINDINGS;
}

function bySplit(tasks: readonly TaskRow[]) {
  const splits: Record<string, Record<string, string[]>> = {};
  for (const { id, split, level } of tasks) {
    const levels = (splits[split] ??= {});
    (levels[level ?? 'none'] ??= []).push(id);
  }
  return { splits, tasks: tasks.map(taskDocument) };
}
