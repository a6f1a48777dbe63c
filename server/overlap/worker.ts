import { parentPort, workerData } from 'node:worker_threads';
import { type InputError, messageOf } from '../base/problem.ts';
import { checkOrder } from './index/eval-index.ts';
import type { KernelName } from './kernel/load.ts';
import type { Answer, Failure, Job, SourceModule } from './pool.ts';
import { Scanner } from './scanner.ts';

/** A thread of the scan: takes jobs one at a time, answers each with what it found. */
interface Setting {
  memory: WebAssembly.Memory;
  n: number;
  kernel?: KernelName;
  stopped: Int32Array;
}

const { memory, n, kernel, stopped } = workerData as Setting;
const scanner = new Scanner(memory, n, kernel);
const stop = () => Atomics.load(stopped, 0) !== 0;
const port = parentPort!;

async function run(job: Job): Promise<Answer> {
  if (job.kind === 'file') {
    const part = scanner.scanFile(job.path, job.from, job.to, stop);
    return { id: job.id, ...part };
  }
  const module = (await import(job.module)) as SourceModule;
  const abort = new AbortController();
  let last = job.from;
  for await (const { example, document } of module.documents(
    job.data,
    job.task,
    job.from,
    job.to,
    abort.signal,
  )) {
    if (stop()) {
      abort.abort();
      break;
    }
    checkOrder({ task: job.task, examples: job.to }, example, last);
    last = example;
    scanner.scanDocument(example, document);
  }
  return { id: job.id, matches: scanner.takeMatches(job.to - job.from), faults: [], moreFaults: 0 };
}

function failureOf(id: number, error: unknown): Failure {
  // Told by its name: the module that gives the documents is bundled with a class of its own.
  const input = error instanceof Error && error.name === 'InputError' ? (error as InputError) : undefined;
  return { id, error: messageOf(error), at: input && { file: input.file, line: input.line } };
}

port.on('message', (job: Job) => {
  run(job).then(
    (answer) => port.postMessage(answer),
    (error: unknown) => port.postMessage(failureOf(job.id, error)),
  );
});
