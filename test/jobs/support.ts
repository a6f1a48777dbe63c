import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { linesFrom } from '../../server/base/lines.ts';
import { isActive } from '../../server/jobs/events/summary.ts';
import { EVENTS_FILE } from '../../server/jobs/job-file.ts';
import { Jobs } from '../../server/jobs/listing.ts';
import { type Submission, submitJob } from '../../server/jobs/submit.ts';
import { supervisorOf } from '../../server/jobs/watched.ts';
import type { JobRow } from '../../server/protocol.ts';

const WORK = join(import.meta.dirname, 'work.mjs');

/** What test/jobs/work.mjs does. */
export interface Plan {
  steps?: number;
  /** Milliseconds of a step. */
  ms?: number;
  /** Steps between checkpoints. */
  every?: number;
  status?: number;
  /** Doesn't end when asked. */
  deaf?: boolean;
  /** Starts a worker in a session of its own. */
  children?: boolean;
  failure?: string;
  advice?: string;
  says?: string;
  /** The step at which it fills the disk and fails. */
  fill?: number;
}

/** A folder of jobs with a queue of its own, as if this were another user's machine. */
export class Bench {
  readonly root: string;
  readonly jobs: Jobs;

  constructor(root = mkdtempSync(join(tmpdir(), 'heldout-jobs-'))) {
    this.root = root;
    this.jobs = new Jobs(root);
  }

  /** A bench file, for what asks for one. */
  writeFile(): void {
    mkdirSync(join(this.root, 'data'));
    writeFileSync(
      join(this.root, 'heldout.yaml'),
      'collections:\n  - { name: gsm8k, format: gsm8k, path: data }\n',
    );
  }

  submit(plan: Plan, more: Partial<Submission> = {}) {
    return submitJob(this.root, {
      kind: 'train',
      name: 'a run',
      launcher: { kind: 'machine', gpus: 0 },
      command: [process.execPath, WORK, JSON.stringify(plan)],
      specText: 'steps: 3 # as given\n',
      files: { 'run.json': '{}' },
      grace: 30,
      ...more,
    });
  }

  /** The row of a job once it passes a test. */
  async until(id: string, passes: (row: JobRow) => boolean): Promise<JobRow> {
    for (;;) {
      const row = this.jobs.row(id);
      if (passes(row)) return row;
      await sleep(20);
    }
  }

  ended(id: string): Promise<JobRow> {
    return this.until(id, ({ state }) => !isActive(state));
  }

  atStep(id: string, step: number): Promise<JobRow> {
    return this.until(id, (row) => row.state === 'running' && (row.step ?? 0) >= step);
  }

  events(id: string): Record<string, unknown>[] {
    const file = join(this.jobs.folderOf(id), EVENTS_FILE);
    return [...linesFrom(file, 0)].map(({ text }) => JSON.parse(text) as Record<string, unknown>);
  }

  states(id: string): unknown[] {
    return this.events(id).flatMap(({ type, state }) => (type === 'state' ? [state] : []));
  }

  steps(id: string): unknown[] {
    return this.events(id).flatMap(({ event, step }) => (event === 'step' ? [step] : []));
  }

  text(id: string, file: string): string {
    return readFileSync(join(this.jobs.folderOf(id), file), 'utf8');
  }

  pid(id: string, file: string): number {
    return Number(this.text(id, file));
  }

  supervisor(id: string): number {
    return supervisorOf(this.jobs.folderOf(id))!.by.pid;
  }

  /** Ends what still runs and deletes all. */
  async remove(): Promise<void> {
    for (const { id, state } of this.jobs.list().jobs) {
      if (isActive(state)) process.kill(this.supervisor(id), 'SIGUSR2');
    }
    for (const { id } of this.jobs.list().jobs) await this.ended(id);
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Runs with a queue that no other test shares; gives back what was set before. */
export function ownQueue(): () => void {
  const before = process.env.XDG_STATE_HOME;
  const folder = mkdtempSync(join(tmpdir(), 'heldout-state-'));
  process.env.XDG_STATE_HOME = folder;
  return () => {
    if (before === undefined) delete process.env.XDG_STATE_HOME;
    else process.env.XDG_STATE_HOME = before;
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Waits until a process is gone; one that its parent hasn't waited for counts as gone. */
export async function gone(pid: number): Promise<void> {
  const alive = () =>
    existsSync(`/proc/${pid}`) && !/^\d+ \(.*\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  while (alive()) await sleep(20);
}

/** The processes that carry a job's mark: its guards, its work, and whatever those started. */
export function processesOf(folder: string): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        if (!readFileSync(`/proc/${name}/environ`, 'utf8').includes(`HELDOUT_JOB=${folder}\0`)) return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
        return command === '' ? [] : [{ pid: Number(name), command }];
      } catch {
        return [];
      }
    });
}
