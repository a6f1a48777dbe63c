import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { InputError } from '../../base/problem.ts';
import type { ShardResult } from '../../curation/export/manifest.ts';
import type { ShardJob } from './shard.ts';
import type { Setting, Told } from './worker.ts';

export interface ThreadOptions {
  /** The folder of the bench. */
  root: string;
  /** Left out: one a core. */
  workers: number | undefined;
  signal: AbortSignal;
  onInstances: (more: number) => void;
  /** Called as each file is in place. */
  onResult: (result: ShardResult) => void;
}

/** The worker's own file: beside this one in the sources, bundled under another name. */
function workerUrl(): URL {
  const bundled = new URL('./build-worker.js', import.meta.url);
  return existsSync(bundled) ? bundled : new URL('./worker.ts', import.meta.url);
}

/** Writes files in worker threads, each the next one when it is done. Ends with the first fault, or the signal's reason. */
export async function writeShards(jobs: readonly ShardJob[], options: ThreadOptions): Promise<void> {
  if (jobs.length === 0) return;
  const { signal } = options;
  signal.throwIfAborted();
  const stopped = new Int32Array(new SharedArrayBuffer(4));
  const count = Math.max(1, Math.min(options.workers ?? availableParallelism(), jobs.length));
  const workerData: Setting = { root: options.root, stopped };
  const workers: Worker[] = [];
  let next = 0;
  let left = jobs.length;
  try {
    await new Promise<void>((resolve, reject) => {
      const abort = () => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      const give = (worker: Worker) => {
        if (next < jobs.length) worker.postMessage(jobs[next++]);
      };
      for (let i = 0; i < count; i++) {
        const worker = new Worker(workerUrl(), {
          workerData,
          // Records leave little behind; without this each thread's nursery grows to tens of megabytes.
          resourceLimits: { maxYoungGenerationSizeMb: 16 },
        });
        workers.push(worker);
        worker.on('error', reject);
        worker.on('exit', (code) => reject(new Error(`a thread of the build ended (${code})`)));
        worker.on('message', (told: Told) => {
          if (told.kind === 'instances') options.onInstances(told.more);
          else if (told.kind === 'failed') reject(faultOf(told));
          else {
            options.onResult(told.result);
            if (--left === 0) resolve();
            else give(worker);
          }
        });
        give(worker);
      }
    });
  } finally {
    Atomics.store(stopped, 0, 1);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function faultOf({ message, isInput, file, line }: Extract<Told, { kind: 'failed' }>): Error {
  return isInput ? new InputError(message, { file, line }) : new Error(message);
}
