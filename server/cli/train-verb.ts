import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { InputError, messageOf, type Problem } from '../base/problem.ts';
import { findBench } from '../bench/bench.ts';
import { estimateRun } from '../engine/training/estimate.ts';
import { resolveSpec, trainRun } from '../engine/training/train.ts';
import { Jobs } from '../jobs/listing.ts';
import { type Common, interruptible, lineOf, showProgress } from './common.ts';
import { withSession } from './context.ts';
import { followJob } from './follow-job.ts';
import { printJson, printLine, say } from './output.ts';
import { FINDINGS, WRONG } from './status.ts';
import { estimateText } from './train-text.ts';

interface TrainOptions extends Common {
  slurm?: boolean;
  machine?: boolean;
  estimate?: boolean;
  follow?: boolean;
  python?: string;
}

export function declareTrain(verb: Command): void {
  verb
    .option('--estimate', 'tell steps, tokens, memory and time; launch nothing')
    .addOption(new Option('--slurm', 'launch on Slurm, whatever the spec says').conflicts('machine'))
    .option('--machine', 'launch on this machine, whatever the spec says')
    .option('--python <path>', 'the interpreter that runs it, unless the spec names one')
    .option('--follow', 'tell its steps until it ends')
    .action((spec: string, options: TrainOptions) => train(resolve(spec), options));
}

async function train(file: string, options: TrainOptions): Promise<void> {
  const text = read(file);
  const bench = options.bench ?? findBench(file) ?? undefined;
  await withSession({ ...options, bench }, async (session) => {
    const launch = options.slurm ? 'slurm' : options.machine ? 'machine' : undefined;
    const problems: Problem[] = [];
    const resolved = await resolveSpec({ file, text }, launch, (problem) => problems.push(problem)).catch(
      (error) => {
        for (const problem of problems) say(lineOf(problem));
        if (problems.length > 0) return undefined;
        throw error;
      },
    );
    if (!resolved) {
      process.exitCode = WRONG;
      return;
    }
    const work = { signal: interruptible(), onStep: showProgress() };
    if (options.estimate) {
      const estimate = await estimateRun(session, resolved, work);
      if (options.json) printJson(estimate);
      else printLine(estimateText(estimate));
      return;
    }
    const { id, folder, evaluation } = await trainRun(
      session,
      { file, text },
      resolved,
      { setting: options.python },
      work,
    );
    if (evaluation) say(`${evaluation} evaluates its checkpoints as they are written`);
    const jobs = new Jobs(session.root);
    if (options.follow && (await followJob(jobs, id, options.json === true)).state !== 'done')
      process.exitCode = FINDINGS;
    if (options.json) return printJson({ ...jobs.row(id), folder, ...(evaluation && { evaluation }) });
    if (!options.follow)
      printLine(`${id} is ${jobs.row(id).state}: "heldout job ${id}" tells how it goes (${folder})`);
  });
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(`cannot be read (${messageOf(error)}): name a *.run.yaml`, { file });
  }
}
