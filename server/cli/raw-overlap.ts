import { resolve } from 'node:path';
import { InputError } from '../base/problem.ts';
import { checkSlurm } from '../base/slurm.ts';
import { sizeOf } from '../overlap/index/eval-index.ts';
import { readIndex, writeIndex } from '../overlap/index/kept.ts';
import { type JsonlResult, scanJsonl } from '../overlap/jsonl.ts';
import { indexFolder } from '../overlap/jsonl-index.ts';
import { checkedNgram } from '../overlap/pairs.ts';
import { mergeHits } from '../overlap/pipe/merge.ts';
import { pipe } from '../overlap/pipe/pipe.ts';
import type { OverlapReport } from '../protocol.ts';
import { interruptible, showProgress } from './common.ts';
import { counted, printJson, printLine, say } from './output.ts';
import type { OverlapOptions } from './overlap-verb.ts';
import { slurmFillOf } from './slurm-options.ts';
import { WRONG } from './status.ts';

/** Where a scan on Slurm keeps its partitions' results, below the folder it was started in. */
const RUN_FOLDER = '.heldout/overlap-jsonl';
/** MB that an array task takes: enough to be worth its start, few enough to lose little when it dies. */
const TASK_MB = 1024;
/** Left out records told one by one. */
const MOST_TOLD = 1000;

/** Two folders of raw JSONL against each other, here or on Slurm. */
export async function scanRaw(options: OverlapOptions): Promise<JsonlResult> {
  const { trainJsonl, evalJsonl, workers, partMb, executor } = options;
  if (!trainJsonl || !evalJsonl) throw new InputError('--train-jsonl and --eval-jsonl go together');
  const slurm = executor === 'slurm';
  if (slurm) await checkSlurm();
  const cache = options.cache ?? (slurm ? RUN_FOLDER : undefined);
  const megabytes = partMb ?? (slurm ? TASK_MB : undefined);
  const partBytes = megabytes === undefined ? undefined : megabytes * 1e6;
  let filesLeftOut = 0;
  const result = await scanJsonl({
    trainDir: resolve(trainJsonl),
    evalDir: resolve(evalJsonl),
    n: options.ngram,
    workers: slurm ? undefined : workers,
    partBytes,
    cache: cache === undefined ? undefined : resolve(cache),
    fill: slurm ? slurmFillOf(options, partBytes!) : undefined,
    signal: interruptible(),
    onStep: showProgress(),
    onSkip: ({ file, line, reason }) => {
      if (line === 0) filesLeftOut++;
      say(`${file}:${line > 0 ? `${line}:` : ''} ${reason}`);
    },
    onProblem: say,
  });
  // Pairs of a file that was not read look like those of a clean one: a script must be able to tell.
  if (filesLeftOut > 0) {
    say(`${counted(filesLeftOut, 'file')} left out: pairs with what was not read are not known`);
    process.exitCode = WRONG;
  }
  return result;
}

/** Indexes a folder of eval JSONL and keeps the index in a file. */
export async function saveEvalIndex(file: string, options: OverlapOptions): Promise<void> {
  if (!options.evalJsonl || options.trainJsonl) {
    throw new InputError('--save-index goes with --eval-jsonl alone');
  }
  const n = checkedNgram(options.ngram);
  const { index, skipped } = await indexFolder(resolve(options.evalJsonl), n, {
    signal: interruptible(),
    onStep: showProgress(),
  });
  for (const { file, line, reason } of skipped) say(`${file}:${line > 0 ? `${line}:` : ''} ${reason}`);
  writeIndex(resolve(file), index);
  const report = {
    index: file,
    ngram: n,
    tasks: index.tasks.length,
    examples: index.examples,
    ...sizeOf(index),
  };
  if (options.json) return printJson(report);
  printLine(
    `${report.grams} grams of ${report.examples} examples, ${(report.bytes / 1e6).toFixed(1)} MB in ${file}`,
  );
}

/** Records on stdin, hits on stdout. */
export async function pipeStdin({ index, train = 'stdin' }: OverlapOptions): Promise<void> {
  if (!index) throw new InputError('--pipe needs --index, a file that --save-index wrote');
  let told = 0;
  const { skipped } = await pipe({
    index: readIndex(resolve(index)),
    train,
    input: process.stdin,
    write: writeOut,
    onSkip: (line, reason) => {
      if (told++ < MOST_TOLD) say(`${train}:${line}: ${reason}`);
    },
  });
  if (skipped > MOST_TOLD) say(`${train}: ${skipped - MOST_TOLD} more records left out`);
}

function writeOut(lines: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(lines, (error) => {
      if (error) reject(new InputError(`can't write hits: ${error.message}`));
      else resolve();
    });
  });
}

/** The pairs of hits that processes wrote. */
export async function mergeFiles(files: string[], { index }: OverlapOptions): Promise<OverlapReport> {
  if (!index) throw new InputError('--merge needs --index, the one that the hits are of');
  const started = performance.now();
  const { ngram, pairs, bytes, records, skipped, ends } = await mergeHits(
    readIndex(resolve(index)),
    files,
    interruptible(),
  );
  say(`${records} records of ${ends} processes, ${skipped} left out`);
  return { ngram, pairs, seconds: (performance.now() - started) / 1000, bytes };
}
