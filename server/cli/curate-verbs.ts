import { type Command, Option } from 'commander';
import { InputError } from '../base/problem.ts';
import { categoryChange, renameCategory } from '../engine/categories.ts';
import { moveTasks, undo } from '../engine/decide.ts';
import { allowSource } from '../engine/split-checks.ts';
import { type Decision, split } from '../protocol.ts';
import type { Common } from './common.ts';
import { withSession } from './context.ts';
import { counted, printJson, printLine } from './output.ts';

interface Reasoned extends Common {
  reason: string;
}

const WHY = ['--reason <text>', 'why, for whoever reads the log later'] as const;

export function declareMove(verb: Command): void {
  verb
    .addOption(new Option('--split <side>', 'the side; none leaves them out').choices(split.options))
    .option('--category <name>', 'the category')
    .requiredOption(...WHY)
    .action((tasks: string[], options: Reasoned & { split?: string; category?: string }) =>
      withSession(options, (session) => {
        const { split: side, category, reason } = options;
        if ((side === undefined) === (category === undefined))
          throw new InputError('say either --split or --category: each is a decision of its own');
        const made =
          side !== undefined
            ? moveTasks(session, tasks, 'split', side, reason)
            : moveTasks(session, tasks, 'category', category!, reason);
        report(made, options, `${counted(tasks.length, 'task')} put into ${side ?? category}`);
      }),
    );
}

export function declareRename(verb: Command): void {
  verb
    .option('--dry-run', 'only say which tasks it bears on')
    .option(...WHY)
    .action((category: string, name: string, options: Common & { reason?: string; dryRun?: boolean }) =>
      withSession(options, (session) => {
        const change = categoryChange(session, category, name);
        const { tasks, to, into, moved } = change;
        const what = `${category} → ${to}: ${counted(tasks, 'task')}${into > 0 ? `, merged with ${into} there` : ''}`;
        const sides = moved.map((one) => `  ${one.task}: ${one.from} → ${one.to}`);
        if (options.dryRun) {
          if (options.json) return printJson(change);
          return printLine([what, ...sides].join('\n'));
        }
        if (options.reason === undefined) throw new InputError('say why: --reason TEXT');
        report(renameCategory(session, category, name, options.reason), options, [what, ...sides].join('\n'));
      }),
    );
}

export function declareAllow(verb: Command): void {
  verb
    .requiredOption(...WHY)
    .action((source: string, options: Reasoned) =>
      withSession(options, (session) =>
        report(allowSource(session, source, options.reason), options, `${source} may stand on both sides`),
      ),
    );
}

export function declareUndo(verb: Command): void {
  verb.action((ids: string[], options: Common) =>
    withSession(options, (session) => {
      const made = undo(session, ids.length > 0 ? ids : undefined);
      report(made, options, `${counted(made.length, 'decision')} taken back`);
    }),
  );
}

function report(made: readonly Decision[], { json }: Common, done: string): void {
  const by = made[0]?.reviewer;
  if (json) printJson({ decisions: made });
  else printLine(by === undefined ? done : `${done}\nas ${by}`);
}
