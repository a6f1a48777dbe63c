import { parentPort, workerData } from 'node:worker_threads';
import { InputError, messageOf } from '../../base/problem.ts';
import { Catalog } from '../../catalog/catalog.ts';
import type { ShardResult } from '../../curation/export/manifest.ts';
import { InstanceBuilder } from '../../prompts/instances.ts';
import { type ShardJob, writeShard } from './shard.ts';

/** A thread of the build, with its own view of the catalogue: writes files, one at a time. */
export interface Setting {
  root: string;
  stopped: Int32Array;
}

/** What a thread tells: instances done since it last told, a file, or why there is none. */
export type Told =
  | { kind: 'instances'; more: number }
  | { kind: 'done'; result: ShardResult }
  | { kind: 'failed'; message: string; isInput: boolean; file?: string; line?: number };

/** Instances between two tellings. */
const TELL = 500;

const { root, stopped } = workerData as Setting;
const catalog = Catalog.open(root);
const instances = new InstanceBuilder((task, numbers) => catalog.read(task, numbers));
const port = parentPort!;
const tell = (told: Told) => port.postMessage(told);

async function run(job: ShardJob): Promise<void> {
  const controller = new AbortController();
  let untold = 0;
  const onInstances = (more: number) => {
    untold += more;
    if (untold < TELL) return;
    tell({ kind: 'instances', more: untold });
    untold = 0;
    if (Atomics.load(stopped, 0) !== 0) controller.abort(new InputError('stopped'));
  };
  const result = await writeShard(catalog, instances, job, onInstances, controller.signal);
  tell({ kind: 'instances', more: untold });
  tell({ kind: 'done', result });
}

port.on('message', (job: ShardJob) => {
  run(job).catch((error: unknown) => {
    const isInput = error instanceof InputError;
    const place = isInput ? { file: error.file, line: error.line } : {};
    tell({ kind: 'failed', message: messageOf(error), isInput, ...place });
  });
});
