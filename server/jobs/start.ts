import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLine } from '../base/lines.ts';
import { InputError } from '../base/problem.ts';
import { SummaryReader } from './events/summary.ts';
import { EVENTS_FILE } from './job-file.ts';
import { GUARD_MARK } from './supervisor/guard.ts';
import { asNode, programOf } from './supervisor/program.ts';
import type { Mode } from './supervisor/supervise.ts';
import { JOB_MARK, supervisorOf } from './watched.ts';

const LOOK_MS = 25;
/** A busy machine takes its time to start a program. */
const LONGEST_MS = 60_000;
const SUPERVISOR_LOG = 'supervisor.txt';

/** Starts a job's supervisor, which outlives this process; resolves once it has taken the job up or has ended. */
export async function startSupervisor(folder: string, mode: Mode): Promise<void> {
  if (process.platform === 'win32')
    throw new InputError('jobs are started on Linux and macOS: open the folder in WSL, or over SSH');
  const log = join(folder, SUPERVISOR_LOG);
  const output = openSync(log, 'a');
  const [program, ...args] = programOf(mode, folder);
  // A job that starts jobs must not take them along.
  const { [GUARD_MARK]: _guard, [JOB_MARK]: _job, ...env } = process.env;
  const events = new SummaryReader(join(folder, EVENTS_FILE));
  const before = events.read().attempt;
  const tookUp = () => mode === 'follow' || events.read().attempt > before;
  const child = spawn(program!, args, {
    cwd: folder,
    env: asNode(env),
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  let ended: string | undefined;
  child.once('error', (error) => {
    ended = error.message;
  });
  child.once('exit', (code) => {
    ended ??= code === 0 ? '' : `status ${code}: ${lastLine(log)}`;
  });
  child.unref();
  for (const giveUp = Date.now() + LONGEST_MS; Date.now() < giveUp; await sleep(LOOK_MS)) {
    if (ended) throw new InputError(`the job's supervisor could not start (${ended})`, { file: log });
    const watching = supervisorOf(folder);
    if (ended === '' || (watching?.life === 'alive' && watching.by.pid === child.pid && tookUp())) return;
  }
  throw new InputError('the supervisor did not start within a minute', { file: log });
}
