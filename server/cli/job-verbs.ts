import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { duration } from '../base/progress.ts';
import { loadBench } from '../bench/bench.ts';
import { type GoesOn, resumeWithEvaluation, retryWithEvaluation } from '../engine/evaluation/go-on.ts';
import { cancelJob, removeJob } from '../jobs/control.ts';
import { JobDetails } from '../jobs/detail.ts';
import { Jobs } from '../jobs/listing.ts';
import { setCpuJobs } from '../jobs/machine/queue.ts';
import { recoverJobs } from '../jobs/recover.ts';
import type { JobDetail, JobRow } from '../protocol.ts';
import { benchRoot } from './bench-root.ts';
import { type Common, lineOf } from './common.ts';
import { followJob } from './follow-job.ts';
import { clock, lineFor } from './job-text.ts';
import { wholeNumber } from './options.ts';
import { counted, printJson, printLine, printTable, say } from './output.ts';
import { FINDINGS, WRONG } from './status.ts';

export function declareJobs(verb: Command): void {
  verb
    .option(
      '--cpu-jobs <n>',
      'from now on, so many jobs without GPUs run at once on this machine',
      wholeNumber,
    )
    .action(async (options: Common & { cpuJobs?: number }) => {
      if (options.cpuJobs !== undefined) setCpuJobs(Math.max(1, options.cpuJobs));
      const jobs = await openJobs(options);
      const list = jobs.list();
      for (const problem of list.problems) say(lineOf(problem));
      if (list.problems.length > 0) process.exitCode = WRONG;
      if (options.json) return printJson(list);
      if (list.jobs.length === 0) return printLine('no jobs');
      jobTable(list.jobs);
    });
}

export function declareJob(verb: Command): void {
  verb
    .option('--follow', 'stay until it ends, with its log as it comes; exit with 1 unless it is done')
    .option('--points <n>', 'with --json: points of its curves at most (default: 2000)', wholeNumber)
    .action(async (word: string, options: Common & { follow?: boolean; points?: number }) => {
      const jobs = await openJobs(options);
      const id = jobs.find(word);
      if (options.follow) {
        const { state } = await followJob(jobs, id, options.json === true);
        if (state !== 'done') process.exitCode = FINDINGS;
        if (!options.json) return;
      }
      const detail = await new JobDetails(jobs).of(id, 0, options.points ?? 2000);
      if (options.json) printJson(detail);
      else showDetail(detail);
    });
}

export function declareCancel(verb: Command): void {
  changes(verb, async (jobs, id, { now }) => cancelJob(jobs, id, now === true)).option(
    '--now',
    'end it at once, without a checkpoint',
  );
}

export function declareResume(verb: Command): void {
  changes(verb, async (jobs, id) => told(await resumeWithEvaluation(jobs, id)));
}

export function declareRetry(verb: Command): void {
  changes(verb, async (jobs, id) => told(await retryWithEvaluation(jobs, id)));
}

export function declareRemove(verb: Command): void {
  verb.action(async (word: string, options: Common) => {
    const jobs = await openJobs(options);
    const id = jobs.find(word);
    await removeJob(jobs, id);
    if (options.json) printJson({ removed: id });
    else printLine(`removed ${id}`);
  });
}

/** A verb that changes a job and shows what became of it. */
function changes(
  verb: Command,
  work: (jobs: Jobs, id: string, options: Common & { now?: boolean }) => Promise<JobRow>,
): Command {
  return verb.action(async (word: string, options: Common) => {
    const jobs = await openJobs(options);
    const row = await work(jobs, jobs.find(word), options);
    if (options.json) printJson(row);
    else printLine(lineFor(row));
  });
}

function told({ row, evaluation }: GoesOn): JobRow {
  if (evaluation !== undefined) say(`${evaluation} evaluates its checkpoints as they are written`);
  return row;
}

/** The jobs of the bench; what ended unseen is put right first. */
async function openJobs(options: Common): Promise<Jobs> {
  const root = benchRoot(options);
  const jobs = new Jobs(root);
  // A folder without jobs that is no bench either is a mistyped one.
  if (!existsSync(jobs.folder)) loadBench(root);
  await recoverJobs(jobs, say);
  return jobs;
}

function jobTable(rows: readonly JobRow[]): void {
  printTable(
    ['job', 'kind', 'where', 'state', 'step', 'loss', 'tokens/s', 'left', ''],
    rows.map((row) => [
      row.id,
      row.kind,
      row.slurmJob === null ? row.launcher : `slurm ${row.slurmJob}`,
      row.state,
      row.step === null ? '' : `${row.step}/${row.steps ?? '?'}`,
      row.loss?.toFixed(3) ?? '',
      row.tokensPerSecond === null ? '' : Math.round(row.tokensPerSecond),
      row.secondsLeft === null ? '' : duration(row.secondsLeft),
      row.activity ?? row.reason ?? '',
    ]),
  );
}

function showDetail(detail: JobDetail): void {
  const { row, folder, states, checkpoints, messages, log } = detail;
  printLine(lineFor(row));
  printLine(resolve(folder));
  printLine();
  printTable(
    ['time', 'attempt', 'state', ''],
    states.map(({ time, attempt, state, reason }) => [clock(time), attempt, state, reason ?? '']),
  );
  if (checkpoints.length > 0) {
    printLine();
    printTable(
      ['checkpoint', ''],
      checkpoints.map((one) => [`step ${one.step}`, one.there ? one.folder : 'deleted']),
    );
  }
  for (const { time, severity, text } of messages) printLine(`${clock(time)} ${severity}: ${text}`);
  if (log.length === 0) return;
  printLine();
  printLine(`log, the last ${counted(log.length, 'line')}:`);
  for (const line of log) printLine(`  ${line}`);
}
