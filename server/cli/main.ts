import { Command, CommanderError } from 'commander';
import { InputError, messageOf } from '../base/problem.ts';
import { refusalOf } from './refused.ts';
import { WRONG } from './status.ts';
import { VERBS } from './verbs.ts';

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
  try {
    await addVerbs(program, argv.slice(2));
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = statusOf(error);
  }
}

/** All verbs as `--help` lists them; only the one that is asked for, or asked about, is loaded. */
async function addVerbs(program: Command, words: string[]): Promise<void> {
  const { operands } = program.parseOptions(words);
  const asked = operands[0] === 'help' ? operands[1] : operands[0];
  for (const { usage, description, hidden, group, load } of VERBS) {
    const verb = program.command(usage, { hidden }).description(description);
    if (verb.name() === asked) (await load())(verb);
    if (group) continue;
    verb
      .option('--bench <dir>', 'folder of heldout.yaml (default: the nearest one)')
      .option('--json', 'print one JSON document on stdout');
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
