import { basename } from 'node:path';
import type { z } from 'zod';
import { gpusHere } from '../../jobs/machine/gpus.ts';
import { type Submitted, submitJob } from '../../jobs/submit.ts';
import type { evaluateQuery } from '../../protocol.ts';
import type { Session } from '../session.ts';
import { ownCommand } from '../training/train.ts';
import { kindOf } from './backends.ts';

/** Submits an evaluation as a job of this machine: it goes on when who asked for it is gone. Throws InputError. */
export async function submitEvaluation(
  session: Session,
  { checkpoint, tasks, shots, prompts, limit, tokenizer, python }: z.output<typeof evaluateQuery>,
): Promise<Submitted> {
  const runs = kindOf(checkpoint) === 'process';
  return submitJob(session.root, {
    kind: 'evaluate',
    name: `evaluate ${basename(checkpoint, '.onnx')}`,
    // The runner scores on one device; a graph and a server need none of this machine.
    launcher: { kind: 'machine', gpus: runs && (await gpusHere()).length > 0 ? 1 : 0 },
    command: [
      ...[...ownCommand(), 'evaluate', checkpoint, '--bench', session.root],
      ...['--shots', shots.join(','), '--prompts', prompts],
      ...(limit === null ? [] : ['--limit', String(limit)]),
      ...(tokenizer === undefined ? [] : ['--tokenizer', tokenizer]),
      ...(python === undefined ? [] : ['--python', python]),
      // The last, since it takes what follows.
      ...(tasks === undefined ? [] : ['--tasks', ...tasks]),
    ],
  });
}
