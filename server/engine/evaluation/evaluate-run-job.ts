import type * as z from 'zod';
import { InputError } from '../../base/problem.ts';
import { nearest } from '../../bench/nearest.ts';
import { isActive } from '../../jobs/events/summary.ts';
import { Jobs } from '../../jobs/listing.ts';
import { gpusHere } from '../../jobs/machine/gpus.ts';
import { type Submitted, submitJob } from '../../jobs/submit.ts';
import type { evaluateRunQuery, Launcher } from '../../protocol.ts';
import type { Session } from '../session.ts';
import { frozenIn } from '../training/frozen-bench.ts';
import { evaluateCommand } from './evaluate-command.ts';
import { isNamed } from './tasks.ts';

/**
 * Submits an evaluation of every checkpoint of a training run, those that it still writes included, as a job on
 * what the run is launched on. `words`: more of the command line; `withRun`: the run's spec asks for it. Throws
 * InputError where it can't be done.
 */
export async function submitRunEvaluation(
  session: Session,
  { run, ...asked }: z.output<typeof evaluateRunQuery>,
  { words = [], withRun = false }: { words?: readonly string[]; withRun?: boolean } = {},
): Promise<Submitted> {
  const jobs = new Jobs(session.root);
  const id = jobs.find(run);
  const { kind, name, launcher } = jobs.file(id);
  if (kind !== 'train') throw new InputError(`${id} is no training run: it has no checkpoints`);
  checkTaskWords(session, asked.tasks);
  const onSlurm = launcher.kind === 'slurm';
  return submitJob(session.root, {
    kind: 'evaluate',
    name: `evaluate ${name}`,
    launcher: await launcherBeside(launcher, isActive(jobs.row(id).state)),
    ...(withRun && { startedWith: id }),
    files: onSlurm ? frozenIn(session) : {},
    command: evaluateCommand(session, ['--run', id, '--follow'], asked, { frozen: onSlurm, words }),
  });
}

/** Where a run's checkpoints are evaluated: on one GPU that the run leaves free, on a node of its own under Slurm. */
async function launcherBeside(launcher: Launcher, active: boolean): Promise<Launcher> {
  if (launcher.kind === 'machine') {
    const here = (await gpusHere()).length;
    const gpus = here > (active ? launcher.gpus : 0) ? 1 : 0;
    // Without a turn of its own: behind the run it would find most of the checkpoints taken away.
    return { kind: 'machine', gpus, ...(active && gpus === 0 && { beside: true }) };
  }
  if (launcher.container !== undefined) throw new InputError(NO_CONTAINER);
  const { array: _, ...asked } = launcher;
  return { ...asked, nodes: 1, gpus_per_node: Math.min(1, launcher.gpus_per_node) };
}

/** The engine is a Node program; images have Python. */
export const NO_CONTAINER =
  'a run in a container is evaluated from outside: "heldout evaluate --run" on a machine with Python and this program';

/** Throws InputError on a word that names no task, collection or category: told before the run has trained for days. */
export function checkTaskWords(session: Session, words: readonly string[] = []): void {
  if (words.length === 0) return;
  const tasks = session.catalog
    .tasks()
    .map(({ id, collection }) => ({ id, collection, category: session.placementOf(id).category }));
  for (const word of words) {
    if (tasks.some((task) => isNamed(word, task))) continue;
    const names = tasks.flatMap(({ id, collection, category }) => [id, collection, category]);
    const guess = nearest(word, [...new Set(names)]);
    const hint = guess ? `did you mean "${guess}"?` : '"heldout split" lists them';
    throw new InputError(`no task, collection or category is called "${word}": ${hint}`);
  }
}
