import type * as z from 'zod';
import type { evaluateRunQuery } from '../../protocol.ts';
import { ownCommand } from '../own-command.ts';
import type { Session } from '../session.ts';
import { FROZEN_FOLDER } from '../training/frozen-bench.ts';

type Asked = Omit<z.output<typeof evaluateRunQuery>, 'run'>;

/**
 * The command line of a job that evaluates. `what`: the checkpoint, or the words that name a run; `frozen`: it reads
 * the copy of the bench in its folder; `words`: more of the command line.
 */
export function evaluateCommand(
  { root }: Session,
  what: readonly string[],
  { tasks, shots, prompts, limit, python }: Asked,
  { frozen, words }: { frozen: boolean; words: readonly string[] },
): string[] {
  return [
    ...[...ownCommand(), 'evaluate', ...what, '--bench', root],
    ...(frozen ? ['--frozen', `{job}/${FROZEN_FOLDER}`] : []),
    ...['--shots', shots.join(','), '--prompts', prompts],
    ...(limit === null ? [] : ['--limit', String(limit)]),
    ...(python === undefined ? [] : ['--python', python]),
    ...words,
    // The last, since it takes what follows.
    ...(tasks === undefined ? [] : ['--tasks', ...tasks]),
  ];
}
