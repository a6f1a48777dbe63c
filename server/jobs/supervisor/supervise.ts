import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastLine } from '../../base/lines.ts';
import { InputError, messageOf } from '../../base/problem.ts';
import type { JobState } from '../../protocol.ts';
import { EventLog } from '../events/event-log.ts';
import type { JobEvent } from '../events/schema.ts';
import { isActive } from '../events/summary.ts';
import { type JobFile, LOG_FILE, readJobFile, withFolder } from '../job-file.ts';
import type { End, Launch, Launcher, Told } from '../launchers/launcher.ts';
import { MachineLauncher } from '../launchers/machine.ts';
import { SlurmLauncher } from '../launchers/slurm.ts';
import type { ClaimLife } from '../machine/claims.ts';
import { killMarked } from '../machine/process.ts';
import { JOB_ATTEMPT, JOB_MARK, lostReason, supervisorOf, supervisors } from '../watched.ts';
import { Feeder } from './feeder.ts';
import { mendWork, relayed } from './relay.ts';
import { readRequest, requestFile } from './request.ts';
import { type Asked, verdict } from './verdict.ts';

/** Milliseconds between two looks at what the work wrote. */
const LOOK_MS = 300;
/** How long the end of a job is tried to be written on a full disk. */
const FULL_DISK_MS = 60_000;

/** `start`: a job that never ran; `resume`: one that ended; `follow`: one whose Slurm job nobody follows. */
export type Mode = 'start' | 'resume' | 'follow';

/** Watches over one attempt of a job: from the queue to its end. Writes all that is known of it. */
export class Supervisor {
  readonly #folder: string;
  #asked: Asked = 'nothing';
  #launcher: Launcher | undefined;
  #log!: EventLog;
  #job!: JobFile;
  #attempt = 0;
  #state: JobState = 'queued';
  #waiting: JobEvent[] = [];
  #diskFull = false;
  #lastReason: string | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Does nothing where another supervisor lives, or where there is nothing to do in this mode. */
  async run(mode: Mode): Promise<void> {
    const life = supervisorOf(this.#folder)?.life;
    const lock = supervisors(this.#folder).lock();
    if (!lock) return;
    try {
      await this.#watch(mode, life);
    } finally {
      this.#log?.close();
      lock.release();
    }
  }

  /** A person asks for the end. */
  ask(asked: 'stop' | 'kill'): void {
    if (this.#asked === asked || this.#asked === 'kill') return;
    this.#asked = asked;
    this.#pass();
  }

  /** Passes on what was asked; what came before there was a launcher is asked again then. */
  #pass(): void {
    if (!this.#launcher || this.#asked === 'nothing') return;
    if (this.#state === 'running') this.#to('stopping');
    if (this.#asked === 'kill') {
      this.#launcher.kill();
    } else {
      this.#launcher.stop();
      setTimeout(() => this.#launcher?.kill(), this.#job.grace * 1000).unref();
    }
  }

  async #watch(mode: Mode, life: ClaimLife | undefined): Promise<void> {
    this.#job = readJobFile(this.#folder);
    this.#log = new EventLog(this.#folder);
    const before = this.#log.summary;
    const follows = isActive(before.state) && before.attempt > 0 && this.#job.launcher.kind === 'slurm';
    if (mode === 'follow' ? !follows : mode === 'start' && before.attempt > 0) return;
    const attach = mode === 'follow';
    this.#attempt = attach ? before.attempt : before.attempt + 1;
    this.#state = before.state;
    if (!attach) {
      rmSync(requestFile(this.#folder), { force: true });
      await killMarked(JOB_MARK, this.#folder);
      if (before.attempt > 0 && isActive(before.state))
        this.#add('lost', before.attempt, lostReason(life, this.#job.kind));
      this.#relay();
      mendWork(this.#folder);
      this.#relay();
      this.#to('queued');
    }
    const launcher = this.#launcherFor(attach);
    this.#launcher = launcher;
    this.#pass();
    await this.#follow(launcher);
  }

  #launcherFor(attach: boolean): Launcher {
    const { launcher, command } = this.#job;
    const launch: Launch = {
      folder: this.#folder,
      job: this.#job,
      attempt: this.#attempt,
      command: withFolder(command, this.#folder),
      env: this.#environment(),
    };
    return launcher.kind === 'slurm'
      ? new SlurmLauncher(launch, launcher, attach)
      : new MachineLauncher(launch, launcher);
  }

  #environment(): Record<string, string> {
    const own = Object.entries(this.#job.env).map(([name, value]) => [
      name,
      value.replaceAll('{job}', this.#folder),
    ]);
    return { ...Object.fromEntries(own), [JOB_MARK]: this.#folder, [JOB_ATTEMPT]: String(this.#attempt) };
  }

  async #follow(launcher: Launcher): Promise<void> {
    const feeder = this.#feeder();
    const told: Told = {
      queued: (reason) => this.#to('queued', reason),
      running: () => {
        this.#to(this.#asked === 'nothing' ? 'running' : 'stopping');
        feeder?.start();
      },
      numbered: (slurmJob) => this.#number(slurmJob),
      say: (severity, text) => this.#say(severity, text),
    };
    let end: End | undefined;
    const ended = launcher.run(told).then(
      (how) => {
        end = how;
      },
      (error: unknown) => {
        const reason = error instanceof InputError ? error.toString() : messageOf(error);
        end = { code: null, signal: null, reason, untried: true };
      },
    );
    while (!end) {
      await Promise.race([ended, sleep(LOOK_MS)]);
      this.#relay();
      this.#obeyRequest();
    }
    await feeder?.stop();
    await this.#finish(end);
  }

  #feeder(): Feeder | undefined {
    const { feeder, cwd } = this.#job;
    if (!feeder) return undefined;
    const env = { ...process.env, ...this.#environment() };
    return new Feeder(withFolder(feeder, this.#folder), this.#folder, cwd, env, (severity, text) =>
      this.#say(severity, text),
    );
  }

  /** Tells how it ended; what the work wrote last comes first. On a full disk, room was kept for that. */
  async #finish(end: End): Promise<void> {
    for (const giveUp = Date.now() + FULL_DISK_MS; ; await sleep(LOOK_MS)) {
      while (this.#relay());
      if (this.#diskFull) this.#log.dropBallast();
      else break;
      if (Date.now() > giveUp) break;
    }
    const { failure, step } = this.#log.summary;
    const { state, reason } = verdict({
      end,
      asked: this.#asked,
      failure,
      step,
      lastLine: lastLine(join(this.#folder, LOG_FILE)),
      grace: this.#job.grace,
    });
    this.#to(state, reason);
    for (const giveUp = Date.now() + FULL_DISK_MS; this.#waiting.length > 0; await sleep(LOOK_MS)) {
      this.#flush();
      // A job that nobody watches over counts as lost: better than one that seems to run.
      if (Date.now() > giveUp) throw new Error('the disk is full: the end of the job could not be written');
    }
  }

  #obeyRequest(): void {
    const asked = readRequest(this.#folder);
    if (asked) this.ask(asked);
  }

  #to(state: JobState, reason?: string): void {
    if (state === this.#state && reason === this.#lastReason && this.#log.summary.attempt === this.#attempt)
      return;
    this.#lastReason = reason;
    this.#state = state;
    this.#add(state, this.#attempt, reason);
  }

  #number(slurmJob: string): void {
    if (this.#log.summary.slurmJob === slurmJob) return;
    const { state, attempt, reason } = this.#log.summary;
    const why = reason === null ? {} : { reason };
    this.#write({ type: 'state', time: Date.now(), state, attempt, ...why, slurmJob });
  }

  #add(state: JobState, attempt: number, reason?: string): void {
    const why = reason === undefined ? {} : { reason };
    this.#write({ type: 'state', time: Date.now(), state, attempt, ...why });
  }

  #say(severity: 'info' | 'warning' | 'error', text: string): void {
    this.#write({ type: 'message', time: Date.now(), severity, text });
  }

  #write(event: JobEvent): void {
    this.#waiting.push(event);
    this.#flush();
  }

  /** What a full disk keeps from being written waits in order. */
  #flush(): boolean {
    try {
      this.#log.append(this.#waiting);
      this.#waiting = [];
      this.#diskFull = false;
    } catch (error) {
      if (!isFull(error)) throw error;
      this.#diskFull = true;
    }
    return !this.#diskFull;
  }

  /** Takes over what the work has written; true while there was something. */
  #relay(): boolean {
    if (!this.#flush()) return false;
    const events = relayed(this.#folder, this.#log.summary.to);
    try {
      this.#log.append(events);
    } catch (error) {
      if (!isFull(error)) throw error;
      this.#diskFull = true;
      return false;
    }
    return events.length > 0;
  }
}

function isFull(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}
