import { isAbsolute } from 'node:path';
import { InputError } from '../../base/problem.ts';
import type { Interpreters, RunnerReport } from '../../protocol.ts';
import { environmentFolder, isMade, pythonIn } from './folders.ts';
import { onPath, outputOf } from './programs.ts';

export interface Interpreter {
  path: string;
  chosenBy: Exclude<RunnerReport['chosenBy'], 'none'>;
}

/** What the runner can't begin without. */
const NEEDED = ['torch', 'transformers', 'tokenizers', 'safetensors', 'numpy'];

/**
 * The interpreter that runs the runner: the one that the spec names, else the setting, else the one chosen in
 * the Python extension where that has the runner's packages (most have not: it is chosen for other work), else
 * the environment that setup made. Undefined where there is none of these.
 */
export async function chooseInterpreter(
  given: Interpreters & { spec?: string },
): Promise<Interpreter | undefined> {
  if (given.spec) return { path: given.spec, chosenBy: 'spec' };
  if (given.setting) return { path: given.setting, chosenBy: 'setting' };
  const made = environmentFolder();
  const own = isMade(made) ? ({ path: pythonIn(made), chosenBy: 'setup' } as const) : undefined;
  if (given.editor && (!own || (await lacks(given.editor)) === undefined))
    return { path: given.editor, chosenBy: 'editor' };
  return own;
}

/** Throws InputError where training can't begin by it. */
export async function checkInterpreter(chosen: Interpreter | undefined): Promise<Interpreter> {
  if (!chosen)
    throw new InputError('no Python environment for training yet: "heldout runner setup" makes one');
  const missing = await lacks(chosen.path);
  if (missing === undefined) return chosen;
  throw new InputError(
    `${chosen.path} (${WHO[chosen.chosenBy]}) ${missing}: "heldout runner setup" makes an environment that has all, "heldout runner doctor" tells more`,
  );
}

const WHO = {
  spec: 'named by the run spec',
  setting: 'named by --python or the setting heldout.python',
  editor: 'chosen in the Python extension',
  setup: 'made by "heldout runner setup"',
} as const;

/** What is wrong with an interpreter, in words; undefined where it has all that is needed. */
export async function lacks(path: string): Promise<string | undefined> {
  if (!isAbsolute(path) && !onPath(path)) return 'is not on the PATH';
  const script = `import importlib.util as u; print(*[n for n in ${JSON.stringify(NEEDED)} if not u.find_spec(n)])`;
  const answer = await outputOf(path, ['-c', script]);
  if ('error' in answer) return `can't be run (${answer.error})`;
  const missing = answer.stdout.trim();
  return missing === '' ? undefined : `has no ${missing.split(' ').join(', ')}`;
}
