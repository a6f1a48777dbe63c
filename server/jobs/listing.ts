import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, messageOf, type Problem } from '../base/problem.ts';
import { nearest } from '../bench/nearest.ts';
import type { JobList, JobRow } from '../protocol.ts';
import type { Summary } from './events/schema.ts';
import { isActive, SummaryReader } from './events/summary.ts';
import { EVENTS_FILE, type JobFile, jobsFolder, readJobFile } from './job-file.ts';
import { lostReason, supervisorOf } from './watched.ts';

/** A job counts as queued, though no supervisor watches over it yet, for so long after it was made. */
const START_MS = 20_000;

/** A job that is being deleted is moved out of sight first. */
export const REMOVED = '.removed-';

/** The jobs of a bench as they stand. Kept open, it reads only what is added. */
export class Jobs {
  readonly bench: string;
  readonly folder: string;
  readonly #known = new Map<string, { job: JobFile; summary: SummaryReader }>();

  constructor(bench: string) {
    this.bench = bench;
    this.folder = jobsFolder(bench);
  }

  /** Newest first. One that can't be read is a problem and hides no other. */
  list(): JobList {
    const jobs: JobRow[] = [];
    const problems: Problem[] = [];
    const ids = this.ids();
    for (const id of this.#known.keys()) if (!ids.includes(id)) this.#known.delete(id);
    for (const id of ids) {
      try {
        jobs.push(this.row(id));
      } catch (error) {
        const file = error instanceof InputError && error.file ? error.file : join(this.folder, id);
        problems.push({ file, message: messageOf(error), severity: 'error' });
      }
    }
    jobs.sort((a, b) => b.created - a.created || b.id.localeCompare(a.id));
    return { jobs, problems };
  }

  ids(): string[] {
    try {
      return readdirSync(this.folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
        .map(({ name }) => name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  /** The job of this id, or of an id that begins so and is the only one. Throws InputError with the nearest. */
  find(word: string): string {
    const ids = this.ids();
    if (ids.includes(word)) return word;
    const begun = word === '' ? [] : ids.filter((id) => id.startsWith(word));
    if (begun.length === 1) return begun[0]!;
    if (begun.length > 1)
      throw new InputError(`"${word}" may be any of ${begun.length} jobs: ${begun.slice(0, 5).join(', ')}`);
    const meant = nearest(word, ids);
    const hint = meant
      ? `did you mean "${meant}"?`
      : ids.length > 0
        ? '"heldout jobs" lists them'
        : 'there is none';
    throw new InputError(`no job "${word}": ${hint}`);
  }

  folderOf(id: string): string {
    return join(this.folder, id);
  }

  file(id: string): JobFile {
    return this.#of(id).job;
  }

  /** What its log says, whether or not anybody watches over it now. */
  summaryOf(id: string): Summary {
    return this.#of(id).summary.read();
  }

  /** What is shown of a job: running only when its supervisor was seen alive just now. */
  row(id: string): JobRow {
    const folder = this.folderOf(id);
    const { job, summary: reader } = this.#of(id);
    const known = reader.read();
    const row: JobRow = {
      id,
      kind: job.kind,
      name: job.name,
      launcher: job.launcher.kind,
      slurmJob: known.slurmJob,
      created: job.created,
      state: known.state,
      since: known.since || job.created,
      reason: known.reason,
      attempt: Math.max(1, known.attempt),
      step: known.step,
      steps: known.steps,
      loss: known.loss,
      tokensPerSecond: known.tokensPerSecond,
      secondsLeft: null,
      activity: known.activity,
      checkpoint: known.checkpoint,
    };
    if (isActive(row.state)) {
      const supervisor = supervisorOf(folder);
      if (supervisor?.life !== 'alive') return this.#unwatched(row, supervisor?.life, known.attempt === 0);
    }
    if (row.state === 'running' && known.seconds !== null && row.step !== null && row.steps !== null)
      row.secondsLeft = Math.max(0, row.steps - row.step) * known.seconds;
    return row;
  }

  #unwatched(row: JobRow, life: Parameters<typeof lostReason>[0], never: boolean): JobRow {
    const events = statSync(join(this.folderOf(row.id), EVENTS_FILE), { throwIfNoEntry: false });
    if (never && !life && Date.now() - row.created < START_MS) return { ...row, reason: 'is being started' };
    const reason = never
      ? 'it was never started: resume starts it'
      : row.slurmJob !== null
        ? `nobody follows its Slurm job ${row.slurmJob}: "heldout jobs" takes it up again`
        : lostReason(life, row.kind);
    return { ...row, state: 'lost', since: events?.mtimeMs ?? row.created, reason, activity: null };
  }

  #of(id: string) {
    let known = this.#known.get(id);
    if (!known) {
      const folder = this.folderOf(id);
      known = { job: readJobFile(folder), summary: new SummaryReader(join(folder, EVENTS_FILE)) };
      this.#known.set(id, known);
    }
    return known;
  }
}
