import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { guardReport } from '../../protocol.ts';
import { killMarked, signal } from '../machine/process.ts';
import { GUARD_MARK, REPORT_FD } from './guard.ts';
import { asNode, programOf } from './program.ts';

export interface Ending {
  code: number | null;
  signal: string | null;
}

/** A command under a guard: it and all it starts end with this process at the latest. */
export class Guarded {
  /** Resolves when all of it has ended. */
  readonly ended: Promise<Ending>;
  readonly #guard: ChildProcess;

  /** Output is added to the file `log`. */
  constructor(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv, log: string) {
    const mark = randomUUID();
    const [program, ...args] = programOf('guard', ...command);
    const output = openSync(log, 'a');
    this.#guard = spawn(program!, args, {
      cwd,
      env: asNode({ ...env, [GUARD_MARK]: mark }),
      // A session of its own: what is sent to the supervisor's group doesn't reach it.
      detached: true,
      stdio: ['pipe', output, output, 'pipe'],
    });
    closeSync(output);
    this.#guard.stdin?.on('error', () => {});
    this.ended = this.#follow(mark);
  }

  /** Asks the command to end. */
  stop(): void {
    this.#guard.kill('SIGTERM');
  }

  /** Ends it and all it started. */
  kill(): void {
    this.#guard.stdin?.destroy();
  }

  async #follow(mark: string): Promise<Ending> {
    let pid: number | undefined;
    let ending: Ending | undefined;
    const gone = new Promise<string | undefined>((resolve) => {
      this.#guard.once('error', (error) => resolve(error.message));
      this.#guard.once('exit', () => resolve(undefined));
    });
    const told = this.#guard.stdio[REPORT_FD] as Readable | null;
    if (told) {
      for await (const line of createInterface({ input: told })) {
        const message = guardReport.parse(JSON.parse(line));
        if ('pid' in message) pid = message.pid;
        else ending = message;
      }
    }
    const fault = await gone;
    if (fault !== undefined) throw new Error(fault);
    if (ending) return ending;
    // The guard itself was killed, or ended all because it was told to.
    if (pid !== undefined) signal(-pid, 'SIGKILL');
    await killMarked(GUARD_MARK, mark);
    return { code: null, signal: 'SIGKILL' };
  }
}
