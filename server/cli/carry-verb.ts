import { relative } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../base/problem.ts';
import { carryOver, leftBehind, leftBehindInWords } from '../engine/left-behind.ts';
import type { Common } from './common.ts';
import { withSession } from './context.ts';
import { counted, printJson, printLine } from './output.ts';
import { FINDINGS } from './status.ts';

/** `heldout carry`: decisions on what was renamed by hand. */
export function declareCarry(verb: Command): void {
  verb
    .option('--all', 'all of them; without it and without names, only say which there are')
    .action((names: string[], options: Common & { all?: boolean }) =>
      withSession(options, async (session) => {
        const found = await leftBehind(session);
        if (names.length === 0 && !options.all) {
          if (options.json) return printJson({ leftBehind: found });
          for (const one of found)
            printLine(`${relative(process.cwd(), one.file)}:${one.line}: ${leftBehindInWords(one)}`);
          printLine(`${counted(found.length, 'subject')} renamed since decisions were made`);
          if (found.length > 0) process.exitCode ||= FINDINGS;
          return;
        }
        const old = new Set(found.map(({ task, template }) => template ?? task));
        const unknown = names.find((name) => !old.has(name));
        if (unknown !== undefined)
          throw new InputError(
            `nothing can be carried over from "${unknown}": ${[...old].join(', ') || 'no subject of a decision was renamed'}`,
          );
        const wanted = found.filter(({ task, template }) => options.all || names.includes(template ?? task));
        const made = carryOver(session, wanted);
        if (options.json) return printJson({ decisions: made });
        for (const { task, template, to } of wanted) printLine(`${template ?? task} → ${to}`);
        printLine(`${counted(made.length, 'decision')} carried over; "heldout undo" takes that back`);
      }),
    );
}
