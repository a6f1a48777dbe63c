import type { Problem } from '../base/problem.ts';
import { Session } from '../engine/session.ts';
import { benchRoot } from './bench-root.ts';
import { type Common, lineOf } from './common.ts';
import { WRONG } from './status.ts';

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
