import type { Command } from 'commander';
import { InputError } from '../base/problem.ts';
import { decidePairs } from '../engine/decide.ts';
import { type PairVerdict, pairVerdict } from '../protocol.ts';
import type { Common } from './common.ts';
import { withSession } from './context.ts';
import { printJson, printLine } from './output.ts';

export function declareDecide(verb: Command): void {
  verb
    .requiredOption('--reason <text>', 'why, for whoever reads the log later')
    .action((train: string, evalTask: string, verdict: string, options: Common & { reason: string }) =>
      withSession(options, (session) => {
        const [decision] = decidePairs(
          session,
          [{ train, eval: evalTask }],
          verdictOf(verdict),
          options.reason,
        );
        if (options.json) printJson(decision);
        else printLine(`${verdict}: ${train} × ${evalTask}, as ${decision!.reviewer}`);
      }),
    );
}

function verdictOf(word: string): PairVerdict {
  const verdict = pairVerdict.safeParse(word);
  if (verdict.success) return verdict.data;
  throw new InputError(`"${word}" is no verdict: ${pairVerdict.options.join(', ')}`);
}
