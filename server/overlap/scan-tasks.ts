import type { OnStep } from '../base/progress.ts';
import { checkOrder, type EvalIndex } from './index/eval-index.ts';
import type { KernelName } from './kernel/load.ts';
import { joinMatches, type Matches } from './matches.ts';
import { Pool } from './pool.ts';
import { type Elsewhere, scanElsewhere } from './scan-elsewhere.ts';
import { Scanner } from './scanner.ts';
import { threads } from './threads.ts';
import type { DocumentSource } from './types.ts';

/** Examples of a train task that a worker takes at once. */
const PART_EXAMPLES = 20_000;
/** So few examples are scanned sooner than a thread has started. */
const FEW_EXAMPLES = 10_000;

/** Whether the tasks are scanned on this thread. */
export function isFew(train: readonly DocumentSource[]): boolean {
  return train.reduce((sum, source) => sum + source.examples, 0) <= FEW_EXAMPLES;
}

export interface TaskScan {
  train: readonly DocumentSource[];
  /** Opens the train tasks inside worker threads: a module's URL and what its `documents` is given. */
  open?: { module: string; data: unknown };
  /** Has them scanned by other machines, however few they are. */
  elsewhere?: Elsewhere;
  workers?: number;
  kernel?: KernelName;
  signal: AbortSignal;
  onStep: OnStep;
}

type Finish = (source: DocumentSource, matches: Matches) => void;

/** Scans train tasks against an index; `finish` gets each task's matches, in any order. */
export function scanTasks(index: EvalIndex, options: TaskScan, finish: Finish): Promise<void> {
  const { open, elsewhere, train, signal, onStep, kernel } = options;
  if (elsewhere) return scanElsewhere(index, { ...options, elsewhere }, finish);
  if (open && !isFew(train)) return scanInWorkers(index, { ...options, open }, finish);
  return scanHere(index, train, signal, onStep, finish, kernel);
}

const scanners = new WeakMap<EvalIndex, Scanner>();

/** One for each index: it takes memory beside the index that is never given back. */
function scannerOf(index: EvalIndex, kernel: KernelName | undefined): Scanner {
  if (kernel) return new Scanner(index.memory, index.n, kernel);
  const scanner = scanners.get(index) ?? new Scanner(index.memory, index.n);
  scanners.set(index, scanner);
  // What a scan that was stopped has left.
  scanner.takeMatches(0);
  return scanner;
}

async function scanHere(
  index: EvalIndex,
  train: readonly DocumentSource[],
  signal: AbortSignal,
  onStep: OnStep,
  finish: Finish,
  kernel: KernelName | undefined,
): Promise<void> {
  const scanner = scannerOf(index, kernel);
  const total = train.reduce((sum, source) => sum + source.examples, 0);
  let done = 0;
  for (const source of train) {
    let last = 0;
    for await (const { example, document } of source.documents(signal)) {
      signal.throwIfAborted();
      checkOrder(source, example, last);
      if (example > last && example % 256 === 0) {
        onStep({ message: `scanning ${source.task}`, done: done + example, total, unit: 'examples' });
      }
      last = example;
      scanner.scanDocument(example, document);
    }
    done += source.examples;
    finish(source, scanner.takeMatches(source.examples));
    onStep({ message: `scanning ${source.task}`, done, total, unit: 'examples' });
  }
}

async function scanInWorkers(
  index: EvalIndex,
  options: TaskScan & { open: { module: string; data: unknown } },
  finish: Finish,
): Promise<void> {
  const { train, open, signal, kernel, onStep } = options;
  const total = train.reduce((sum, source) => sum + source.examples, 0);
  let done = 0;
  const jobs = train.reduce((sum, source) => sum + Math.ceil(source.examples / PART_EXAMPLES), 0);
  const workers = threads(options.workers, jobs);
  const pool = new Pool({ memory: index.memory, n: index.n, workers, kernel, signal });
  try {
    const tasks = train.map(async (source) => {
      const parts = [];
      for (let from = 0; from < source.examples; from += PART_EXAMPLES) {
        const to = Math.min(source.examples, from + PART_EXAMPLES);
        const part = pool
          .run({ kind: 'source', ...open, task: source.task, from, to })
          .then(({ matches }) => {
            done += to - from;
            onStep({ message: `scanning ${source.task}`, done, total, unit: 'examples' });
            return matches;
          });
        parts.push(part);
      }
      finish(source, joinMatches(await Promise.all(parts), 'through'));
    });
    await Promise.all(tasks);
  } finally {
    await pool.close();
  }
}
