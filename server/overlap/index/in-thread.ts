import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { InputError } from '../../base/problem.ts';
import type { OnSkip, SkippedRecord, TaskFile } from '../task-files.ts';
import type { EvalIndex } from './eval-index.ts';

/** What a thread that makes an index is to do. */
export interface IndexWork {
  files: readonly TaskFile[];
  n: number;
}

/** What it says: records left out, tasks begun, and at its end the index or what went wrong. */
export type IndexReply =
  | { skip: SkippedRecord }
  | { done: number; task: string }
  | { index: EvalIndex }
  /** `at`: where a person's input is at fault. */
  | { error: string; at?: { file?: string; line?: number } };

export interface InThread {
  signal: AbortSignal;
  onSkip: OnSkip;
  onTask: (done: number, task: string) => void;
}

/**
 * Indexes files in a thread of its own: reading leaves so much behind that a heap which may grow takes tens of
 * megabytes, and keeps them while is scanned. The thread's may not grow, and ends with it.
 */
export async function indexInThread(
  work: IndexWork,
  { signal, onSkip, onTask }: InThread,
): Promise<EvalIndex> {
  signal.throwIfAborted();
  const worker = new Worker(threadUrl(), {
    workerData: work,
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  const { promise, resolve, reject } = Promise.withResolvers<EvalIndex>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  worker.on('message', (reply: IndexReply) => {
    if ('skip' in reply) onSkip(reply.skip);
    else if ('task' in reply) onTask(reply.done, reply.task);
    else if ('index' in reply) resolve(reply.index);
    else reject(reply.at ? new InputError(reply.error, reply.at) : new Error(reply.error));
  });
  worker.on('error', reject);
  worker.on('exit', (code) => reject(new Error(`the indexing thread ended (${code})`)));
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
    await worker.terminate();
  }
}

/** The thread's own file: in the sources, or bundled beside this one. */
function threadUrl(): URL {
  const bundled = new URL('./index-worker.js', import.meta.url);
  return existsSync(bundled) ? bundled : new URL('../index-worker.ts', import.meta.url);
}
