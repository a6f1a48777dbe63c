import { Command, CommanderError } from 'commander';
import { InputError, messageOf } from '../base/problem.ts';
import { addBenchVerbs } from './bench-verbs.ts';
import { addBuildVerbs } from './build-verbs.ts';
import { addCheckVerb } from './check-verb.ts';
import { WRONG } from './context.ts';
import { addCurateVerbs } from './curate-verbs.ts';
import { addEvaluateVerb, addExportVerb } from './evaluate-verb.ts';
import { addJobVerbs } from './job-verbs.ts';
import { addMixtureVerbs } from './mixture-verbs.ts';
import { addOverlapVerb } from './overlap-verb.ts';
import { addPairVerbs } from './pair-verbs.ts';
import { refusalOf } from './refused.ts';
import { addResultsVerbs } from './results-verbs.ts';
import { addRunnerVerbs } from './runner-verbs.ts';
import { addSplitVerb } from './split-verb.ts';
import { addTaskVerbs } from './task-verbs.ts';
import { addTaxonomyVerb } from './taxonomy-verb.ts';
import { addTrainVerbs } from './train-verbs.ts';

/** The command line: `heldout <verb>`. Exit status 0 done, 1 done with findings, 2 wrong command or input. */
export async function run(argv: readonly string[]): Promise<void> {
  // A reader that has seen enough (`heldout pairs | head`) closes the pipe: no fault of anyone's.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
  const program = new Command('heldout')
    .description('Curate instruction-tuning benchmarks: tasks, prompts, overlap, splits, scores')
    .showHelpAfterError('"heldout help" lists the verbs')
    .exitOverride();
  addBenchVerbs(program);
  addOverlapVerb(program);
  addTaskVerbs(program);
  addTaxonomyVerb(program);
  addSplitVerb(program);
  addCurateVerbs(program);
  addCheckVerb(program);
  addPairVerbs(program);
  addMixtureVerbs(program);
  addBuildVerbs(program);
  addJobVerbs(program);
  addTrainVerbs(program);
  addEvaluateVerb(program);
  addExportVerb(program);
  addResultsVerbs(program);
  for (const verb of program.commands) {
    verb
      .option('--bench <dir>', 'folder of heldout.yaml (default: the nearest one)')
      .option('--json', 'print one JSON document on stdout')
      .exitOverride();
  }
  addRunnerVerbs(program);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = statusOf(error);
  }
}

function statusOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG;
  const refusal = refusalOf(error);
  if (error instanceof InputError) process.stderr.write(`${error.toString()}\n`);
  else if (refusal) process.stderr.write(`${refusal}\n`);
  else
    process.stderr.write(`heldout: ${messageOf(error)}\n${error instanceof Error ? `${error.stack}\n` : ''}`);
  return WRONG;
}
