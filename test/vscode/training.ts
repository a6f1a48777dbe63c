import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { cancelJob } from '../../server/jobs/control.ts';
import { Jobs } from '../../server/jobs/listing.ts';
import { type Submitted, submitJob } from '../../server/jobs/submit.ts';
import type { JobRow } from '../../server/protocol.ts';

const WORK = path.join(import.meta.dirname, 'small-training.mjs');

/** What test/vscode/small-training.mjs does; its own numbers where nothing is said. */
export interface SmallTraining {
  steps?: number;
  learningRate?: number;
  batch?: number;
  seed?: number;
  every?: number;
  rest?: number;
  failure?: string;
  advice?: string;
  failAt?: number;
}

/** Real jobs in the folder of a bench, with a queue that no one else on this machine shares. */
export class SmallTrainings {
  readonly jobs: Jobs;
  private readonly state: string;

  private constructor(bench: string, state: string) {
    this.jobs = new Jobs(bench);
    this.state = state;
  }

  static async open(bench: string): Promise<SmallTrainings> {
    const state = await mkdtemp(path.join(os.tmpdir(), 'heldout-queue-'));
    return new SmallTrainings(bench, state);
  }

  async submit(name: string, plan: SmallTraining): Promise<Submitted> {
    const before = process.env.XDG_STATE_HOME;
    // Read by the supervisor, which inherits it.
    process.env.XDG_STATE_HOME = this.state;
    try {
      return await submitJob(this.jobs.bench, {
        kind: 'train',
        name,
        launcher: { kind: 'machine', gpus: 0 },
        command: [process.execPath, WORK, JSON.stringify(plan)],
        specText: `name: ${name}\nsteps: ${plan.steps ?? 120}\nlearning_rate: ${plan.learningRate ?? 0.05}\n`,
        files: { 'run.json': JSON.stringify(plan) },
        grace: 10,
      });
    } finally {
      if (before === undefined) delete process.env.XDG_STATE_HOME;
      else process.env.XDG_STATE_HOME = before;
    }
  }

  /** The row of a job once it passes a test. */
  async until(id: string, passes: (row: JobRow) => boolean): Promise<JobRow> {
    for (const end = Date.now() + 60_000; Date.now() < end; ) {
      const row = this.jobs.row(id);
      if (passes(row)) return row;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`waited 60 s for ${id}, which is ${JSON.stringify(this.jobs.row(id))}`);
  }

  ended(id: string): Promise<JobRow> {
    return this.until(id, ({ state }) => !isActive(state));
  }

  /** Ends what still runs. */
  async close(): Promise<void> {
    const active = () => this.jobs.list().jobs.filter(({ state }) => isActive(state));
    for (const { id } of active()) await cancelJob(this.jobs, id, true);
    for (const { id } of active()) await this.ended(id);
    await rm(this.state, { recursive: true, force: true });
  }
}

function isActive(state: JobRow['state']): boolean {
  return state === 'queued' || state === 'running' || state === 'stopping';
}
