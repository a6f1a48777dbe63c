import { type Command, Option } from 'commander';
import { InputError } from '../base/problem.ts';
import type { Common } from './common.ts';
import { fraction, positiveNumber } from './options.ts';
import { counted, percent, printJson, printLine, printTable } from './output.ts';
import { FINDINGS } from './status.ts';

export interface OverlapOptions extends Common {
  trainJsonl?: string;
  evalJsonl?: string;
  ngram?: number;
  workers?: number;
  failOn?: number;
  cache?: string;
  executor: 'local' | 'slurm';
  partMb?: number;
  partExamples?: number;
  arrayLimit?: number;
  sbatch?: string[];
  saveIndex?: string;
  index?: string;
  pipe?: boolean;
  train?: string;
  merge?: string[];
}

export function declareOverlap(verb: Command): void {
  verb
    .option('--train-jsonl <dir>', 'raw JSONL instead of a bench: a file is a task')
    .option('--eval-jsonl <dir>', 'the eval side of the same')
    .option('--ngram <n>', 'tokens in a gram (default: the bench file, 13)', positiveNumber)
    .option('--workers <n>', 'threads (default: one a core; of an array task: 1)', positiveNumber)
    .option(
      '--fail-on <fraction>',
      'exit with 1 when an open pair shares more than this fraction of content',
      fraction,
    )
    .option('--cache <dir>', 'raw JSONL: keep partial results here; the same command goes on from them')
    .addOption(new Option('--executor <where>', 'where to scan').choices(['local', 'slurm']).default('local'))
    .option('--part-mb <n>', 'MB of a partition (default: 32; of an array task: 1024)', positiveNumber)
    .option(
      '--part-examples <n>',
      'a bench on Slurm: examples of an array task (default: 200000)',
      positiveNumber,
    )
    .option('--array-limit <n>', 'Slurm: array tasks that run at once (default: no limit)', positiveNumber)
    .option(
      '--sbatch <argument>',
      'Slurm: an argument for sbatch, as --sbatch=--time=30; repeatable',
      collect,
    )
    .option('--save-index <file>', 'only index the --eval-jsonl folder, for --pipe')
    .option('--pipe', 'scan JSONL on stdin against --index; write hits as JSONL to stdout')
    .option('--index <file>', 'what --save-index wrote')
    .option('--train <name>', 'the train task that --pipe reads (default: stdin)')
    .option('--merge <files...>', 'the pairs of hits that --pipe wrote, with --index')
    .action(run);
}

async function run(options: OverlapOptions): Promise<void> {
  refuseIdle(options);
  const { pipe, merge, saveIndex, trainJsonl, evalJsonl } = options;
  if (pipe || merge || saveIndex || trainJsonl || evalJsonl) {
    // Raw text is scanned without what reads a bench: the memory is the index's and the threads'.
    const raw = await import('./raw-overlap.ts');
    if (pipe) return raw.pipeStdin(options);
    if (merge) return show(await raw.mergeFiles(merge, options), options);
    if (saveIndex) return raw.saveEvalIndex(saveIndex, options);
    return show(await raw.scanRaw(options), options);
  }
  const { scanBench } = await import('./bench-overlap.ts');
  show(await scanBench(options), options);
}

/** An option that would change nothing is a mistake of whoever gave it. */
function refuseIdle(options: OverlapOptions): void {
  const { executor, arrayLimit, sbatch, trainJsonl, cache, partMb, partExamples } = options;
  const other = (['pipe', 'merge', 'saveIndex'] as const).find((option) => options[option]);
  if (executor === 'slurm' && other) {
    throw new InputError('--executor slurm scans a bench or raw JSONL, and goes with no other step');
  }
  if (partExamples !== undefined && (executor !== 'slurm' || trainJsonl || options.evalJsonl)) {
    throw new InputError('--part-examples goes with a bench and --executor slurm; raw JSONL has --part-mb');
  }
  if (executor !== 'slurm' && (arrayLimit !== undefined || sbatch)) {
    throw new InputError('--array-limit and --sbatch go with --executor slurm');
  }
  if (!trainJsonl && (cache !== undefined || partMb !== undefined)) {
    throw new InputError(
      '--cache and --part-mb go with --train-jsonl; a bench keeps its results in .heldout',
    );
  }
}

function collect(value: string, all: string[] = []): string[] {
  return [...all, value];
}

interface Report {
  pairs: readonly {
    train: string;
    eval: string;
    evalExamples: number;
    fraction: number;
    fractionContent: number;
    short: number;
    shortMatches: number;
    sameSource: boolean;
  }[];
  bytes: number;
  seconds: number;
}

function show(report: Report, options: OverlapOptions): void {
  if (options.json) {
    printJson(report);
  } else {
    printTable(
      ['train', 'eval', 'examples', 'overlap', 'content', 'short copies', 'same source'],
      report.pairs.map((pair) => [
        pair.train,
        pair.eval,
        pair.evalExamples,
        percent(pair.fraction),
        percent(pair.fractionContent),
        `${pair.shortMatches}/${pair.short}`,
        pair.sameSource ? 'yes' : '',
      ]),
    );
    printLine(
      `${counted(report.pairs.length, 'pair')}, ${(report.bytes / 1e6).toFixed(1)} MB in ${report.seconds.toFixed(1)} s`,
    );
  }
  const limit = options.failOn;
  if (limit !== undefined && report.pairs.some((pair) => pair.fractionContent > limit))
    process.exitCode = FINDINGS;
}
