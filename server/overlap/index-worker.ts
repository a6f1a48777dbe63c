import { parentPort, workerData } from 'node:worker_threads';
import { InputError, messageOf } from '../base/problem.ts';
import { indexEval } from './index/eval-index.ts';
import type { IndexReply, IndexWork } from './index/in-thread.ts';
import { evalSource } from './task-files.ts';

/** A thread that makes one index; who started it ends it. */
const { files, n } = workerData as IndexWork;
const tell = (reply: IndexReply) => parentPort!.postMessage(reply);

try {
  const sources = files.map((file) => evalSource(file, (skip) => tell({ skip })));
  const whole = new AbortController().signal;
  tell({ index: await indexEval(sources, n, whole, (done, task) => tell({ done, task })) });
} catch (error) {
  const at = error instanceof InputError ? { file: error.file, line: error.line } : undefined;
  tell({ error: messageOf(error), at });
}
