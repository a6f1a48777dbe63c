import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { writeFileAside } from '../../base/files.ts';
import { sizeOf } from '../../base/lines.ts';
import { InputError, messageOf } from '../../base/problem.ts';
import { callSlurm, cancel, checkSlurm, placeOf, type SlurmJob, submit } from '../../base/slurm.ts';
import type { SlurmOptions } from '../../protocol.ts';
import { LOG_FILE, WORK_FILE } from '../job-file.ts';
import { type End, type Launch, type Launcher, STOPPED, type Told } from './launcher.ts';
import { batchScript, exitFile, sbatchArguments, slurmName } from './slurm-script.ts';
import { endsOf, jobNamed, type Queued, queuedAs, type SlurmEnd } from './slurm-state.ts';

/** Milliseconds between two questions to Slurm: soon at first, then rarely. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** Between two looks for what needs no question. */
const LOOK_MS = 250;
/** A shared file system may show a file some time after it was written. */
const LATE_FILES_MS = 3000;
/** Questions in a row without an answer before that is told. */
const SILENCES = 5;
/** A job that a plain scancel left alive so long is killed with its script. */
const KILL_AGAIN_MS = 40_000;

const SLURM_FILE = 'slurm.json';
const slurmFile = z.object({
  attempt: z.int(),
  job: z.object({ id: z.string(), cluster: z.string().optional() }),
});

/** A work as a job of Slurm, followed by its number: who follows may go and another take over. */
export class SlurmLauncher implements Launcher {
  readonly #launch: Launch;
  readonly #options: SlurmOptions;
  readonly #attach: boolean;
  #asked: 'nothing' | 'stop' | 'kill' = 'nothing';
  /** What was asked has been passed on to Slurm. */
  #passed: 'nothing' | 'stop' | 'kill' = 'nothing';
  #killedAt = 0;
  #running = false;

  /** `attach`: the attempt was submitted before, by a supervisor that is gone. */
  constructor(launch: Launch, options: SlurmOptions, attach: boolean) {
    this.#launch = launch;
    this.#options = options;
    this.#attach = attach;
  }

  async run(told: Told): Promise<End> {
    const job = this.#attach ? await this.#findAgain() : await this.#submit();
    told.numbered(job.id);
    await this.#follow(job, told);
    return this.#endOf(job);
  }

  stop(): void {
    if (this.#asked === 'nothing') this.#asked = 'stop';
  }

  kill(): void {
    this.#asked = 'kill';
  }

  async #submit(): Promise<SlurmJob> {
    await checkSlurm();
    const { folder, attempt } = this.#launch;
    const script = batchScript(this.#launch, this.#options);
    writeFileAside(join(folder, 'submit.sh'), script);
    const job = await submit(script, sbatchArguments(this.#launch, this.#options, join(folder, LOG_FILE)));
    writeFileAside(join(folder, SLURM_FILE), JSON.stringify({ attempt, job }));
    return job;
  }

  async #findAgain(): Promise<SlurmJob> {
    const { folder, attempt } = this.#launch;
    try {
      const known = slurmFile.parse(JSON.parse(readFileSync(join(folder, SLURM_FILE), 'utf8')));
      if (known.attempt === attempt) return known.job;
    } catch {
      // Cut off before the number was written down: Slurm knows the name.
    }
    const job = await jobNamed(slurmName(this.#launch));
    if (!job) throw new InputError('its submission to Slurm was cut off: resume submits it again');
    writeFileAside(join(folder, SLURM_FILE), JSON.stringify({ attempt, job }));
    return job;
  }

  /** Until the job has left Slurm's queue. */
  async #follow(job: SlurmJob, told: Told): Promise<void> {
    let silences = 0;
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 1.3, LONGEST_WAIT_MS)) {
      await this.#pause(wait);
      try {
        const queued = await queuedAs(job);
        if (silences >= SILENCES) told.say('info', 'Slurm answers again');
        silences = 0;
        if (!queued) return;
        this.#tell(queued, told);
        await this.#pass(job, queued.running);
      } catch (error) {
        if (++silences === SILENCES) {
          told.say('warning', `Slurm doesn't answer (${messageOf(error)}); job ${job.id} may well go on`);
        }
      }
    }
  }

  #tell({ running, reason }: Queued, told: Told): void {
    if (running) {
      if (!this.#running) told.running();
    } else {
      if (this.#running) told.say('warning', `Slurm put it back into its queue (${reason})`);
      told.queued(reason === 'None' ? 'waits in Slurm’s queue' : `waits in Slurm’s queue (${reason})`);
    }
    this.#running = running;
  }

  /** Passes on what was asked: a work that runs gets SIGTERM first. */
  async #pass(job: SlurmJob, running: boolean): Promise<void> {
    if (this.#passed === 'kill' && Date.now() - this.#killedAt > KILL_AGAIN_MS) {
      await callSlurm('scancel', ['--signal=KILL', '--full', ...placeOf(job), job.id]);
      this.#killedAt = Date.now();
    }
    if (this.#asked === this.#passed) return;
    const asked = this.#asked;
    if (asked === 'stop' && running) await callSlurm('scancel', ['--signal=TERM', ...placeOf(job), job.id]);
    else await cancel(job);
    this.#passed = asked;
    this.#killedAt = Date.now();
  }

  /** Waits, less long when a person asks for something, the work begins to write, or an exit status has come. */
  async #pause(wait: number): Promise<void> {
    const written = () => (this.#running ? 0 : sizeOf(join(this.#launch.folder, WORK_FILE)));
    const [exits, size] = [this.#exits().size, written()];
    for (let waited = 0; waited < wait; waited += LOOK_MS) {
      await sleep(LOOK_MS);
      if (this.#asked !== this.#passed || this.#exits().size !== exits || written() !== size) return;
    }
  }

  /** Exit statuses that the script left, by array task; 0 is the task of another job. */
  #exits(): Map<number, number> {
    const first = basename(exitFile(this.#launch));
    const found = new Map<number, number>();
    for (const name of readdirSync(this.#launch.folder)) {
      const task =
        name === first ? 0 : name.startsWith(`${first}.`) ? Number(name.slice(first.length + 1)) : -1;
      if (!Number.isInteger(task) || task < 0) continue;
      const status = Number(readFileSync(join(this.#launch.folder, name), 'utf8'));
      if (Number.isInteger(status)) found.set(task, status);
    }
    return found;
  }

  async #endOf(job: SlurmJob): Promise<End> {
    const ends = await endsOf(job);
    const tasks = this.#options.array === undefined ? [0] : ends.map(({ task }) => task);
    let exits = this.#exits();
    if (tasks.some((task) => !exits.has(task))) {
      await sleep(LATE_FILES_MS);
      exits = this.#exits();
    }
    rmSync(join(this.#launch.folder, SLURM_FILE), { force: true });
    const known = [...new Set([...tasks, ...exits.keys()])];
    const each = known.map((task) =>
      oneEnd(
        exits.get(task),
        ends.find((end) => end.task === task),
      ),
    );
    const worst =
      each.find(({ code }) => code !== 0 && code !== STOPPED) ?? each.find(({ code }) => code !== 0);
    if (!worst) return each[0] ?? { code: null, signal: null, reason: 'Slurm no longer knows how it ended' };
    const bad = each.filter(({ code }) => code !== 0).length;
    if (each.length === 1) return worst;
    return {
      ...worst,
      reason: `${bad} of ${each.length} array tasks: ${worst.reason ?? `status ${worst.code}`}`,
    };
  }
}

/** One task's end: what its script left, else what Slurm says. */
function oneEnd(status: number | undefined, slurm: SlurmEnd | undefined): End {
  // srun says 0 when its step was taken from it with the node: then Slurm knows better.
  const contradicted = status === 0 && slurm !== undefined && slurm.state !== 'COMPLETED';
  if (status === STOPPED)
    return { code: STOPPED, signal: null, reason: 'by Slurm, its time limit or another job being near' };
  if (status !== undefined && !contradicted) {
    const worthTelling = status !== 0 && slurm && !['COMPLETED', 'FAILED'].includes(slurm.state);
    return { code: status, signal: null, ...(worthTelling ? { reason: inWords(slurm) } : {}) };
  }
  if (!slurm) return { code: null, signal: null, reason: 'Slurm no longer knows how it ended' };
  const waited = slurm.state === 'CANCELLED' && /^(\(null\)|None assigned|)$/.test(slurm.nodes);
  if (waited) return { code: null, signal: null, withdrawn: true };
  if (slurm.state === 'COMPLETED') return { code: 0, signal: null };
  return { code: null, signal: null, reason: inWords(slurm), outside: slurm.state === 'CANCELLED' };
}

const MEANINGS: Record<string, string> = {
  NODE_FAIL: 'a node was lost',
  BOOT_FAIL: 'a node did not boot',
  OUT_OF_MEMORY: 'out of memory: ask for more of it, or lower the batch',
  TIMEOUT: 'its time limit was reached',
  DEADLINE: 'its deadline was reached',
  PREEMPTED: 'it was preempted',
  CANCELLED: 'cancelled in Slurm',
};

function inWords({ state, code, signal, nodes }: SlurmEnd): string {
  const how = signal ? `, signal ${signal}` : code ? `, status ${code}` : '';
  const where = nodes && !nodes.startsWith('(') ? ` on ${nodes}` : '';
  return `${MEANINGS[state] ? `${MEANINGS[state]} ` : ''}(${state}${how}${where})`;
}
