import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InputError, messageOf } from '../../base/problem.ts';
import { cancel, quoted, type SlurmJob, submit } from '../../base/slurm.ts';
import type { Fill, FillRequest, Partition } from '../partitions/partition.ts';
import { groupsOf } from './groups.ts';
import { readJobFile, readSubmitted, readUnreadable, writeJobFile, writeSubmitted } from './job-file.ts';
import { failures, mostTasks, unfinished } from './slurm.ts';

/** Times that a partition is given to an array task before its failure is final. */
const MOST_ATTEMPTS = 3;
/** Seconds between two questions to Slurm: soon at first, then rarely. */
const FIRST_WAIT = 0.5;
const LONGEST_WAIT = 15;
/** Questions in a row that Slurm may leave unanswered: some minutes. */
const MOST_SILENCES = 20;
/** A shared file system may show a file some time after it was written. */
const LATE_FILES = 2;
/** Array tasks whose end is told one by one. */
const MOST_TOLD = 5;
/** Memory of an array task beside its index, and for each of its threads, in MB. */
const BASE_MEMORY = 400;
const THREAD_MEMORY = 128;

export interface SlurmOptions {
  /** The command that does the work of one array task, without the job file's name. */
  command: readonly string[];
  /** What an array task takes at least, where there is enough: bytes, or examples of a bench. */
  taskSize: number;
  /** Threads of an array task. */
  workers?: number;
  /** Array tasks at once. */
  arrayLimit?: number;
  /** Arguments for sbatch; they win over ours. */
  sbatch?: readonly string[];
  /** Told in one line what happens. */
  say: (line: string) => void;
}

/** Fills a store by job arrays: one, then more for what their tasks left undone. */
export function slurmFill(options: SlurmOptions): Fill {
  return (request) => new SlurmRun(options, request).run();
}

class SlurmRun {
  private readonly options: SlurmOptions;
  private readonly request: FillRequest;
  private readonly folder: string;
  private readonly attempts = new Map<string, number>();
  /** Per partition's name, the stamps that it was submitted with. */
  private readonly versions = new Map<string, Set<string>>();
  /** Names of partitions that a node could not read. */
  private readonly unreadable = new Set<string>();

  constructor(options: SlurmOptions, request: FillRequest) {
    this.options = options;
    this.request = request;
    this.folder = join(request.store.folder, 'slurm');
  }

  async run(): Promise<void> {
    const { store, partitions, index } = this.request;
    const { say } = this.options;
    makeFolder(this.folder);
    if (!existsSync(index)) throw new InputError("the index can't be written", { file: index });
    const last = readSubmitted(this.submittedFile);
    if (last && keyIn(last.jobFile) === store.key && (await unfinished(last.job))) {
      say(`Slurm job ${last.job.id} of an earlier run is still on its way; waiting for it`);
      await this.follow(last.job, store.missing(await partitions()));
    }
    for (;;) {
      this.request.signal.throwIfAborted();
      const open = this.worthwhile(store.missing(await partitions()));
      if (open.length === 0) break;
      await this.submitAndFollow(open);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get submittedFile(): string {
    return join(this.folder, 'submitted.json');
  }

  /**
   * Without those that change whenever they are looked at, or that nodes can't read: they are left to the scan
   * that follows.
   */
  private worthwhile(open: readonly Partition[]): Partition[] {
    return open.filter(({ name, stamp }) => {
      if (this.unreadable.has(name)) return false;
      const stamps = this.versions.get(name) ?? new Set();
      return stamps.has(stamp) || stamps.size < MOST_ATTEMPTS;
    });
  }

  private async submitAndFollow(open: readonly Partition[]): Promise<void> {
    const { store, index, threadBytes = 0 } = this.request;
    const { command, taskSize, workers = 1, arrayLimit, sbatch = [], say } = this.options;
    const groups = groupsOf(open, taskSize * workers, await mostTasks());
    const jobFile = join(this.folder, `job-${Date.now()}.json`);
    const log = join(this.folder, '%A_%a.log');
    writeJobFile(jobFile, {
      index,
      store: { folder: store.folder, key: store.key },
      workers,
      partitions: groups,
    });
    const perThread = THREAD_MEMORY + Math.ceil(threadBytes / 1e6);
    const memory = Math.ceil(statSync(index).size / 1e6) + BASE_MEMORY + perThread * workers;
    const job = await submit(`#!/bin/sh\nexec ${[...command, jobFile].map(quoted).join(' ')}\n`, [
      '--job-name=heldout-overlap',
      `--array=0-${groups.length - 1}${arrayLimit === undefined ? '' : `%${arrayLimit}`}`,
      `--cpus-per-task=${workers}`,
      `--mem=${memory}M`,
      `--output=${log}`,
      // A task that is run again by Slurm itself waits for minutes; what is missing is submitted anew.
      '--no-requeue',
      ...sbatch,
    ]);
    writeSubmitted(this.submittedFile, { job, jobFile });
    say(`Slurm job ${job.id}: ${many(open, 'partition')} in ${many(groups, 'array task')}`);
    for (const partition of open) this.note(partition);
    await this.follow(job, open);
    this.passOver(jobFile);
    await this.judge(job, groups);
  }

  private note({ name, stamp }: Partition): void {
    const key = `${name}\n${stamp}`;
    this.attempts.set(key, (this.attempts.get(key) ?? 0) + 1);
    this.versions.set(name, (this.versions.get(name) ?? new Set()).add(stamp));
  }

  /** Waits until the array has ended. An abort cancels it; what its tasks have finished stays. */
  private async follow(job: SlurmJob, partitions: readonly Partition[]): Promise<void> {
    const { store, unit, signal, onStep } = this.request;
    const sum = (list: readonly Partition[]) => list.reduce((size, partition) => size + partition.size, 0);
    const total = sum(partitions);
    let silences = 0;
    for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 1.3, LONGEST_WAIT)) {
      await sleep(wait * 1000, undefined, { signal }).catch(() => {});
      if (signal.aborted) {
        await cancel(job).catch((error: unknown) =>
          this.options.say(`Slurm job ${job.id} could not be cancelled: ${messageOf(error)}`),
        );
        rmSync(this.submittedFile, { force: true });
        throw signal.reason;
      }
      try {
        const left = await unfinished(job);
        silences = 0;
        if (!left) break;
        const waiting = left.waiting > 0 ? `, ${left.waiting} wait (${left.reason ?? 'queued'})` : '';
        const message = `Slurm job ${job.id}, ${left.running} running${waiting}`;
        onStep({ message, done: total - sum(store.missing(partitions)), total, unit });
      } catch (error) {
        if (++silences < MOST_SILENCES) continue;
        throw new InputError(
          `Slurm doesn't answer (${messageOf(error)}); job ${job.id} goes on, run the command again to follow it`,
        );
      }
    }
    rmSync(this.submittedFile, { force: true });
    if (store.missing(partitions).length > 0) await sleep(LATE_FILES * 1000);
  }

  /** Takes note of what nodes could not read. */
  private passOver(jobFile: string): void {
    const found = readUnreadable(jobFile);
    for (const { name } of found) this.unreadable.add(name);
    const [first] = found;
    if (first)
      this.options.say(
        `${many(found, 'partition')} can't be read on the nodes (${first.reason}): left to this machine`,
      );
  }

  /** Says which array tasks left partitions undone; throws when that was the last time. */
  private async judge(job: SlurmJob, groups: readonly Partition[][]): Promise<void> {
    const { store, partitions } = this.request;
    const asOfNow = new Set((await partitions()).map(({ name, stamp }) => `${name}\n${stamp}`));
    const left = groups
      .map((group, task) => ({
        task,
        missing: store
          .missing(group)
          .filter(({ name, stamp }) => asOfNow.has(`${name}\n${stamp}`) && !this.unreadable.has(name)),
      }))
      .filter(({ missing }) => missing.length > 0);
    if (left.length === 0) return;
    const how = await failures(job);
    for (const { task, missing } of left.slice(0, MOST_TOLD)) {
      const attempt = Math.max(
        ...missing.map(({ name, stamp }) => this.attempts.get(`${name}\n${stamp}`) ?? 0),
      );
      const log = join(this.folder, `${job.id}_${task}.log`);
      const ended = `array task ${job.id}_${task} ended (${how.get(task) ?? 'reason unknown'}) with ${many(missing, 'partition')} left`;
      if (attempt >= MOST_ATTEMPTS) {
        throw new InputError(`${ended}, after ${attempt} attempts; its log ends: ${tailOf(log)}`, {
          file: log,
        });
      }
      this.options.say(`${ended}; attempt ${attempt + 1} of ${MOST_ATTEMPTS} follows`);
    }
    if (left.length > MOST_TOLD) this.options.say(`and ${left.length - MOST_TOLD} more array tasks`);
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new InputError(`can't write the run folder: ${messageOf(error)}`, { file: folder });
  }
}

function keyIn(jobFile: string): string | undefined {
  try {
    return readJobFile(jobFile).store.key;
  } catch {
    return undefined;
  }
}

/** The last lines of a log, as one. */
function tailOf(log: string): string {
  try {
    const lines = readFileSync(log, 'utf8').split('\n');
    const said = lines.filter((line) => line.trim() !== '' && !line.startsWith('    at '));
    return said.slice(-3).join(' / ') || '(empty)';
  } catch (error) {
    return messageOf(error);
  }
}

function many({ length }: readonly unknown[], what: string): string {
  return `${length} ${what}${length === 1 ? '' : 's'}`;
}
