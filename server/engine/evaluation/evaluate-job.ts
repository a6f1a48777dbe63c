import { basename } from 'node:path';
import type * as z from 'zod';
import { gpusHere } from '../../jobs/machine/gpus.ts';
import { type Submitted, submitJob } from '../../jobs/submit.ts';
import type { evaluateQuery, Launcher } from '../../protocol.ts';
import type { Session } from '../session.ts';
import { frozenIn } from '../training/frozen-bench.ts';
import { kindOf } from './backends.ts';
import { evaluateCommand } from './evaluate-command.ts';
import { type SlurmAsked, slurmLauncher } from './evaluate-slurm.ts';

/**
 * Submits an evaluation as a job: it goes on when who asked for it is gone. On Slurm it reads a copy of the bench,
 * since a catalogue can't be opened over a network. `words`: more of the command line. Throws InputError.
 */
export async function submitEvaluation(
  session: Session,
  {
    checkpoint,
    template,
    tokenizer,
    launch,
    ...asked
  }: z.output<typeof evaluateQuery> & { launch?: 'machine' | 'slurm' },
  { words = [], ...slurm }: SlurmAsked & { words?: readonly string[] } = {},
): Promise<Submitted> {
  const scores = kindOf(checkpoint) === 'process';
  const onSlurm = launch === 'slurm';
  // The runner scores on one device; a graph and a server need none of this machine.
  const launcher: Launcher = onSlurm
    ? await slurmLauncher(session.root, slurm, scores)
    : { kind: 'machine', gpus: scores && (await gpusHere()).length > 0 ? 1 : 0 };
  return submitJob(session.root, {
    kind: 'evaluate',
    name: `evaluate ${basename(checkpoint, '.onnx')}`,
    launcher,
    files: onSlurm ? frozenIn(session) : {},
    command: evaluateCommand(session, [checkpoint], asked, {
      frozen: onSlurm,
      words: [
        ...(template === undefined ? [] : ['--template', template]),
        ...(tokenizer === undefined ? [] : ['--tokenizer', tokenizer]),
        ...words,
      ],
    }),
  });
}
