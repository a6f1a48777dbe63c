import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { InputError } from '../base/problem.ts';
import type { OnStep } from '../base/progress.ts';
import { BACKENDS, type BackendName, openBackend } from '../engine/evaluation/backends.ts';
import { evaluate } from '../engine/evaluation/evaluate.ts';
import { resultsFolder, runName } from '../engine/evaluation/runs.ts';
import { RESULTS_ENDING } from '../evaluation/results.ts';
import { levelTables } from '../evaluation/tables.ts';
import type { EvaluateJob, PromptStyle, ResultsFile, ShotsSetting } from '../protocol.ts';
import type { Common } from './common.ts';
import { type ChosenCheckpoints, checkChoice, eachCheckpoint } from './evaluate-checkpoints.ts';
import { submitted } from './evaluate-submit.ts';
import { counted, printLine, printTable, say } from './output.ts';
import { promptsOption } from './prompts-option.ts';
import { overlapInWords } from './results-text.ts';
import { asWork, type WorkEnd } from './work.ts';

/** Tokens that greedy decoding writes at most (OPT-IML, section 3). */
const MAX_TOKENS = 256;

export interface EvaluateVerb extends Common, ChosenCheckpoints {
  tasks?: string[];
  shots: ShotsSetting[];
  prompts: PromptStyle;
  limit?: number;
  seed: number;
  template?: string;
  split?: 'dev' | 'test';
  backend?: BackendName;
  tokenizer?: string;
  model?: string;
  length?: number;
  maxTokens: number;
  unconditional?: boolean;
  python?: string;
  device: EvaluateJob['device'];
  precision: EvaluateJob['precision'];
  batchTokens: number;
  name?: string;
  job?: boolean;
  slurm?: boolean;
  spec?: string;
  sbatch?: string[];
  frozen?: string;
}

export function declareEvaluate(verb: Command): void {
  verb
    .option('--run <job>', 'in its place: every checkpoint of this training run that has no results yet')
    .option('--step <number>', "of --run: this step's checkpoint alone", whole)
    .option('--again', 'of --run: those with results too')
    .option('--tasks <names...>', 'only these: task ids, globs over them, collections, categories')
    .option('--template <name>', 'this template alone, on held-out examples')
    .option('--shots <list>', 'demonstrations, as 0,5 or fit (as many as fit)', shotsList, [0, 5])
    .addOption(promptsOption())
    .option('--limit <number>', 'examples of a task at most, drawn by seed', positive)
    .option('--seed <number>', 'what draws examples, delimiters and demonstrations', whole, 0)
    .addOption(new Option('--split <split>', 'what to score on (default: test)').choices(['dev', 'test']))
    .addOption(new Option('--backend <name>', 'what scores (default: by the checkpoint)').choices(BACKENDS))
    .option('--tokenizer <file>', "a tokenizer.json (default: the checkpoint's; a server needs one)")
    .option('--model <name>', "a server's model (default: its first)")
    .option('--length <tokens>', "the context (default: the model's)", positive)
    .option('--max-tokens <number>', 'tokens that are written at most', positive, MAX_TOKENS)
    .option('--unconditional', 'also rank by log-likelihood less the unconditional one')
    .option('--python <file>', "the runner's interpreter (default: the run's, else that of runner setup)")
    .addOption(new Option('--device <device>').choices(['auto', 'cuda', 'cpu']).default('auto'))
    .addOption(
      new Option('--precision <precision>').choices(['auto', 'fp32', 'bf16', 'fp16']).default('auto'),
    )
    .option('--batch-tokens <number>', "tokens of one of the runner's batches", positive, 16_384)
    .option('--name <name>', "the results' name (default: the checkpoint's and the time)")
    .addOption(
      new Option('--job', 'as a job of this machine, which outlives this command').conflicts('slurm'),
    )
    .option('--slurm', 'as a job on Slurm, asked for as the newest run spec with "launch: { slurm }" says')
    .option('--spec <file>', 'with --slurm: the run spec whose launch is taken')
    .option('--sbatch <argument>', 'with --slurm: an argument for sbatch; repeatable', collected)
    .option(
      '--follow',
      'with --run: also the checkpoints that it still writes; with --job or --slurm: tell how it goes; until it ends',
    )
    // Of a job on Slurm: the copy of the bench that it reads.
    .addOption(new Option('--frozen <folder>').hideHelp())
    .action((given: string | undefined, options: EvaluateVerb) => {
      checkChoice(given, options);
      if (options.job || options.slurm) return submitted(given, options);
      for (const name of ['spec', 'sbatch'] as const)
        if (options[name] !== undefined) throw new InputError(`--${name} goes with --slurm or --job`);
      return asWork((work) => evaluated(given, options, work));
    });
}

function evaluated(
  given: string | undefined,
  options: EvaluateVerb,
  { signal, onStep }: { signal: AbortSignal; onStep: OnStep },
): Promise<WorkEnd> {
  return eachCheckpoint(given, options, { signal, onStep, report }, async (session, checkpoint) => {
    const backend = await openBackend(checkpoint, {
      ...options,
      root: session.root,
      tokenizer: options.tokenizer && resolve(options.tokenizer),
      key: process.env.HELDOUT_SERVER_KEY,
      signal,
      onLine: say,
    });
    try {
      const name = options.name ?? runName(backend.checkpoint.name, new Date(), options.prompts);
      const path = join(resultsFolder(session.root), `${name}${RESULTS_ENDING}`);
      const results = await evaluate(session, backend, {
        name,
        path,
        shots: options.shots,
        prompts: options.prompts,
        seed: options.seed,
        limit: options.limit ?? null,
        split: options.split,
        maxTokens: options.maxTokens,
        unconditional: options.unconditional ?? false,
        tasks: options.tasks,
        template: options.template,
        signal,
        onStep,
      });
      return { file: path, results };
    } finally {
      await backend.close();
    }
  });
}

function report(results: ResultsFile, path: string): void {
  for (const { title, headings, rows } of levelTables([results], { which: ['all', 'clean'], errors: true })) {
    printLine(title);
    printTable(headings, rows);
    printLine();
  }
  const { examples, failed, truncated, tied, fewer, scored, known } = results.counts;
  printLine(
    `${counted(examples, 'instance')}: ${failed} failed, ${truncated} cut from the left, ${tied} decided by a tie`,
  );
  if (fewer > 0) say(`warning: ${fewer} shown fewer demonstrations than asked for: their tasks have no more`);
  printLine(
    `${counted(scored, 'request')} scored in ${results.seconds.toFixed(1)} s, ${known} known from before`,
  );
  for (const { reason, count, task, template, example } of results.failures)
    say(`warning: ${count} failed: ${reason} (first: ${task}, template "${template}", example ${example})`);
  if (results.overlap.state !== 'known') say(`warning: ${overlapInWords(results)}`);
  printLine(path);
}

function shotsList(text: string): ShotsSetting[] {
  const list = text.split(',').map((part): ShotsSetting => {
    const word = part.trim();
    if (word === 'fit') return word;
    if (!/^\d+$/u.test(word) || Number(word) > 64)
      throw new InvalidArgumentError(`"${word}" is neither a number from 0 to 64 nor "fit".`);
    return Number(word);
  });
  return [...new Set(list)];
}

function collected(text: string, before: string[] = []): string[] {
  return [...before, text];
}

function whole(text: string): number {
  if (!/^\d+$/u.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function positive(text: string): number {
  if (whole(text) === 0) throw new InvalidArgumentError('It must be at least 1.');
  return Number(text);
}
