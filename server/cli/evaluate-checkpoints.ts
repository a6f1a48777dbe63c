import { InputError } from '../base/problem.ts';
import type { OnStep } from '../base/progress.ts';
import { settingsAsked } from '../engine/evaluation/asked.ts';
import { evaluateRun } from '../engine/evaluation/evaluate-run.ts';
import { seriesOf } from '../engine/evaluation/series.ts';
import type { Session } from '../engine/session.ts';
import { openFrozen } from '../engine/training/frozen-bench.ts';
import { readResults } from '../evaluation/results.ts';
import { stepsTable } from '../evaluation/tables.ts';
import { Jobs } from '../jobs/listing.ts';
import type { PromptStyle, ResultsFile, ShotsSetting } from '../protocol.ts';
import type { Common } from './common.ts';
import { withSession } from './context.ts';
import { printJson, printLine, printTable, say } from './output.ts';
import type { WorkEnd } from './work.ts';

/** What a person says of the checkpoints to evaluate, and of what decides whether results are the same. */
export interface ChosenCheckpoints {
  run?: string;
  step?: number;
  follow?: boolean;
  again?: boolean;
}

/** Where it runs, as far as the choice of checkpoints goes. */
interface Place {
  job?: boolean;
  slurm?: boolean;
  /** The copy of the bench that a job on Slurm reads. */
  frozen?: string;
}

/** What of the options goes into the results' settings. */
interface Asked extends Common, ChosenCheckpoints, Place {
  tasks?: string[];
  shots: ShotsSetting[];
  prompts: PromptStyle;
  limit?: number;
  seed: number;
  split?: 'dev' | 'test';
  template?: string;
  maxTokens: number;
  unconditional?: boolean;
  name?: string;
}

interface Evaluated {
  file: string;
  results: ResultsFile;
}

interface Work {
  signal: AbortSignal;
  onStep: OnStep;
  /** How the results of one checkpoint are told. */
  report: (results: ResultsFile, path: string) => void;
}

/** Evaluates the one checkpoint that is named, or those of a run; prints what came of it. */
export function eachCheckpoint(
  given: string | undefined,
  options: Asked,
  { signal, onStep, report }: Work,
  evaluate: (session: Session, checkpoint: string) => Promise<Evaluated>,
): Promise<WorkEnd> {
  const { frozen } = options;
  const open = frozen === undefined ? undefined : (root: string) => openFrozen(root, frozen);
  const work = async (session: Session): Promise<WorkEnd> => {
    const { run, step, follow = false, again = false } = options;
    if (given !== undefined) {
      const { file, results } = await evaluate(session, given);
      if (options.json) printJson({ file, ...results });
      else report(results, file);
      return { results: file };
    }
    const jobs = new Jobs(session.root);
    const id = jobs.find(run!);
    const settings = await settingsAsked(session, {
      ...options,
      limit: options.limit ?? null,
      unconditional: options.unconditional ?? false,
      signal,
      onStep,
    });
    const made: Evaluated[] = [];
    const { known, gone } = await evaluateRun(jobs, id, {
      ...(step !== undefined && { step }),
      follow,
      known: (at) =>
        !again && seriesOf(session.root, id, settings).some((row) => row.summary?.checkpoint.step === at),
      evaluate: async ({ place }) => {
        made.push(await evaluate(session, place));
      },
      say,
      signal,
      onStep,
    });
    // The newest: its page draws those of the other steps too.
    const last = made.at(-1);
    const end: WorkEnd = last ? { results: last.file } : {};
    if (options.json) {
      printJson({ run: id, files: made.map(({ file }) => file), known, gone });
      return end;
    }
    const files = seriesOf(session.root, id, last?.results.settings ?? settings).map(({ file }) => file);
    if (known.length > 0) say(`known from before: ${known.length} of ${known.length + made.length}`);
    const table = stepsTable(files.map(readResults), { which: ['all', 'clean'], errors: true });
    printLine(table.title);
    printTable(table.headings, table.rows);
    for (const { file } of made) printLine(file);
    return end;
  };
  return withSession(options, work, undefined, open);
}

/** Throws InputError where one part of the command line contradicts another. */
export function checkChoice(given: string | undefined, options: Asked): void {
  const { run, step, follow, again, name, job, slurm } = options;
  if (given === undefined && run === undefined)
    throw new InputError('name a checkpoint, or a training run with --run');
  if (given !== undefined && run !== undefined)
    throw new InputError('name a checkpoint or --run, not both: --step chooses one of a run');
  if (run === undefined && (step !== undefined || again))
    throw new InputError('--step and --again are of a training run: name it with --run');
  if (run === undefined && follow && !job && !slurm)
    throw new InputError('--follow goes with --run, --job or --slurm');
  if (run !== undefined && slurm)
    throw new InputError('a run is evaluated on what it was launched on: --job, without --slurm');
  if (run !== undefined && job && (step !== undefined || again))
    throw new InputError('a job evaluates every checkpoint: --step and --again go without --job');
  if (run !== undefined && name !== undefined)
    throw new InputError('--name is of one checkpoint: those of a run are called by its id and their steps');
}
