import { type ChildProcess, spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { messageOf } from '../../base/problem.ts';
import type { GuardReport } from '../../protocol.ts';
import { killMarked, signal } from '../machine/process.ts';

/** In the environment of all that a guard started: whatever they start has it too. */
export const GUARD_MARK = 'HELDOUT_GUARD';
/** Where the guard reports to. */
export const REPORT_FD = 3;
/** As a shell's for a program that can't be started. */
const NOT_STARTED = 127;

/**
 * Runs a command so that nothing of it outlives whoever holds this process's stdin: when that ends, by
 * kill -9 too, everything that the command started is killed. The command has a session of its own; SIGTERM
 * is passed on to it.
 */
export function guard([program, ...args]: readonly string[]): void {
  const mark = process.env[GUARD_MARK];
  if (!program || !mark) throw new Error('a guard needs a command and a mark');
  const child = spawn(program, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
  if (child.pid !== undefined) report({ pid: child.pid });
  process.on('SIGTERM', () => child.pid !== undefined && signal(-child.pid, 'SIGTERM'));
  for (const name of ['SIGINT', 'SIGHUP', 'SIGQUIT'] as const) process.on(name, () => {});
  child.on('error', (error) => {
    process.stderr.write(`cannot start ${program}: ${messageOf(error)}\n`);
    report({ code: NOT_STARTED, signal: null });
    process.exit();
  });
  child.on('exit', (code, name) => {
    void endAll(child, mark).then(() => {
      report({ code, signal: name });
      process.exit();
    });
  });
  process.stdin.resume();
  process.stdin.on('close', () => void endAll(child, mark).then(() => process.exit()));
}

async function endAll({ pid }: ChildProcess, mark: string): Promise<void> {
  if (pid !== undefined) signal(-pid, 'SIGKILL');
  await killMarked(GUARD_MARK, mark);
}

function report(message: GuardReport): void {
  try {
    writeSync(REPORT_FD, `${JSON.stringify(message)}\n`);
  } catch {
    // The supervisor is gone; the end of stdin tells so too.
  }
}
