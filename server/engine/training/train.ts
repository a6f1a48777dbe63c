import { InputError, orSay, type Problem } from '../../base/problem.ts';
import { runnerEnv } from '../../jobs/environment/doctor.ts';
import { runnerFiles } from '../../jobs/environment/folders.ts';
import { checkInterpreter, chooseInterpreter } from '../../jobs/environment/interpreter.ts';
import { RUN_FILE } from '../../jobs/job-file.ts';
import { type ResolvedRun, readRunSpec } from '../../jobs/run-spec/resolve.ts';
import { type Submitted, submitJob } from '../../jobs/submit.ts';
import type { Interpreters } from '../../protocol.ts';
import { checkTaskWords, submitRunEvaluation } from '../evaluation/evaluate-run-job.ts';
import { type Mixing, mixedTasks } from '../mixed-tasks.ts';
import { ownCommand } from '../own-command.ts';
import type { Session } from '../session.ts';
import { checkDrawable } from './feed.ts';
import { FROZEN_FOLDER, frozenFiles } from './frozen-bench.ts';
import { groundOf } from './ground.ts';

/** Where the runner's package lies in a job's folder: an update of this program changes no run that has begun. */
const RUNNER_FOLDER = 'runner';

export interface SpecText {
  /** Absolute. */
  file: string;
  text: string;
}

/** The run that a spec says, here and now. `onProblem` is told of every fault; throws InputError with the first. */
export async function resolveSpec(
  { file, text }: SpecText,
  launch: 'machine' | 'slurm' | undefined,
  onProblem: (problem: Problem) => void = () => {},
): Promise<ResolvedRun> {
  const { resolved, problems } = readRunSpec(file, text, await groundOf(launch));
  for (const problem of problems) onProblem(problem);
  if (resolved) return resolved;
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  throw new InputError(`${first!.message}${more}`, first!);
}

/** A run as a job, and the job that evaluates its checkpoints, where the spec asks for one. */
export interface StartedRun extends Submitted {
  evaluation?: string;
}

/** Submits a run as a job. Throws InputError where it could not begin. */
export async function trainRun(
  session: Session,
  spec: SpecText,
  resolved: ResolvedRun,
  python: Interpreters,
  work: Pick<Mixing, 'signal' | 'onStep'>,
): Promise<StartedRun> {
  const { run, launch, evaluation } = resolved;
  checkTaskWords(session, evaluation?.tasks);
  await checkDrawable(session, await mixedTasks(session, { seed: run.seed, ...work }));
  const interpreter = await interpreterOf(resolved, python);
  const { devices, ...launcher } = launch;
  const started = await submitJob(session.root, {
    kind: 'train',
    name: run.name,
    specText: spec.text,
    specFile: spec.file,
    files: {
      [RUN_FILE]: `${JSON.stringify(run, null, 2)}\n`,
      ...below(FROZEN_FOLDER, frozenFiles(session)),
      ...below(RUNNER_FOLDER, runnerFiles()),
    },
    launcher,
    command: [
      ...[interpreter, '-m', 'heldout_runner', 'train', '{job}'],
      // Under Slurm srun starts the processes.
      ...(launch.kind === 'machine' && devices > 1 ? ['--processes', String(devices)] : []),
    ],
    feeder: [...ownCommand(), 'stream', '{job}'],
    env: { ...runnerEnv(`{job}/${RUNNER_FOLDER}`), PYTHONUNBUFFERED: '1' },
  });
  if (!evaluation) return started;
  const asked = { run: started.id, ...evaluation, prompts: 'plain' as const, python: interpreter };
  const { id } = await orSay(
    `${started.id} was started, the evaluation of its checkpoints was not`,
    submitRunEvaluation(session, asked, { withRun: true }),
  );
  return { ...started, evaluation: id };
}

/** What keeps a run from being started, of the environment alone; undefined where nothing does. */
export async function environmentProblem(
  resolved: ResolvedRun,
  python: Interpreters,
): Promise<string | undefined> {
  try {
    await interpreterOf(resolved, python);
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

/** In a container or after modules there may be another Python than here: it can't be looked at. */
async function interpreterOf({ launch, python: spec }: ResolvedRun, python: Interpreters): Promise<string> {
  const chosen = await chooseInterpreter({ ...python, spec });
  const elsewhere = launch.kind === 'slurm' && (launch.container !== undefined || launch.modules.length > 0);
  if (elsewhere) return chosen?.path ?? 'python3';
  return (await checkInterpreter(chosen)).path;
}

function below<T>(folder: string, files: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [`${folder}/${name}`, content]));
}
