import { relative, resolve } from 'node:path';
import { InputError, type Problem } from '../base/problem.ts';
import { measured, type OnStep } from '../base/progress.ts';
import { findBench } from '../bench/bench.ts';
import { Session } from '../engine/session.ts';
import { progressLine } from './output.ts';

/** Options that every verb has. */
export interface Common {
  bench?: string;
  json?: boolean;
}

/** Exit statuses: 1 says that the work was done and there are findings, 2 that an input is wrong. */
export const FINDINGS = 1;
export const WRONG = 2;

/** The folder of the bench that a verb is about. */
export function benchRoot(common: Common): string {
  const root = common.bench ?? findBench(process.cwd());
  if (root) return resolve(root);
  throw new InputError('no heldout.yaml here or above: "heldout init" writes one, --bench names its folder');
}

/**
 * Runs a verb on its bench; faults of the bench's files end the command with status 2 after one line each,
 * save for those that the verb says itself.
 */
export async function withSession<T>(
  common: Common,
  work: (session: Session) => Promise<T> | T,
  saysItself: (fault: Problem) => boolean = () => false,
  open = (root: string) => new Session(root),
): Promise<T> {
  const session = open(benchRoot(common));
  try {
    const faults = session.problems().filter((fault) => !saysItself(fault));
    for (const fault of faults) process.stderr.write(`${lineOf(fault)}\n`);
    const done = await work(session);
    if (faults.some((fault) => fault.severity === 'error')) process.exitCode = WRONG;
    return done;
  } finally {
    session.close();
  }
}

export function lineOf({ file, line, message, severity }: Problem): string {
  const place = [relative(process.cwd(), file) || file, line].filter((part) => part !== undefined).join(':');
  return `${place}: ${severity === 'warning' ? 'warning: ' : ''}${message}`;
}

/** Aborted by Ctrl-C; a second one ends the process at once. */
export function interruptible(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () =>
    controller.abort(new InputError('interrupted: run the command again to go on from here')),
  );
  return controller.signal;
}

export function showProgress(): OnStep {
  return measured(progressLine());
}
