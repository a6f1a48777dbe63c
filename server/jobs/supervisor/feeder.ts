import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLine } from '../../base/lines.ts';
import { FEEDER_LOG } from '../job-file.ts';
import { Guarded } from './guarded.ts';

/** Milliseconds before a feeder that died is started again: longer each time that it dies young. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const YOUNG_MS = 60_000;

/** The command line's exit status where an input is wrong: to start again would mend nothing. */
const WRONG_INPUT = 2;

/** The program beside the work: started again when it fails, until the work ends or an input of it is wrong. */
export class Feeder {
  readonly #command: readonly string[];
  readonly #cwd: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #log: string;
  readonly #say: (severity: 'warning' | 'error', text: string) => void;
  readonly #stopped = new AbortController();
  #process: Guarded | undefined;
  #done: Promise<void> | undefined;

  constructor(
    command: readonly string[],
    folder: string,
    cwd: string,
    env: NodeJS.ProcessEnv,
    /** Told why it is started again, or is not. */
    say: (severity: 'warning' | 'error', text: string) => void,
  ) {
    this.#command = command;
    this.#cwd = cwd;
    this.#env = env;
    this.#log = join(folder, FEEDER_LOG);
    this.#say = say;
  }

  start(): void {
    this.#done ??= this.#keepAlive();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#process?.kill();
    await this.#done;
  }

  async #keepAlive(): Promise<void> {
    const { signal } = this.#stopped;
    let wait = FIRST_WAIT_MS;
    while (!signal.aborted) {
      const begun = Date.now();
      this.#process = new Guarded(this.#command, this.#cwd, this.#env, this.#log);
      const { code, signal: killedBy } = await this.#process.ended;
      if (signal.aborted || code === 0) return;
      if (code === WRONG_INPUT) {
        this.#say('error', `the work is fed no further: ${lastLine(this.#log)}`);
        return;
      }
      wait = Date.now() - begun > YOUNG_MS ? FIRST_WAIT_MS : Math.min(wait * 2, LONGEST_WAIT_MS);
      const how = killedBy ? `was killed by ${killedBy}` : `ended with status ${code}`;
      this.#say(
        'warning',
        `what feeds the work ${how} and is started again; its log ends: ${lastLine(this.#log)}`,
      );
      await sleep(wait, undefined, { signal }).catch(() => {});
    }
  }
}
