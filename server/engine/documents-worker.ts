import { Catalog } from '../catalog/catalog.ts';
import type { Document } from '../overlap/types.ts';
import { InstanceBuilder } from '../prompts/instances.ts';
import { documentsOf } from './overlap-documents.ts';
import { taskInUse } from './task-in-use.ts';

const opened = new Map<string, { catalog: Catalog; instances: InstanceBuilder }>();

/** What a scanning thread is given of the bench: its folder, and the templates that are left out, by task. */
export interface ScannedBench {
  root: string;
  altering: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What a scanning thread calls: its own view of the catalogue, opened once. `data` is a `ScannedBench`. */
export async function* documents(
  data: unknown,
  taskId: string,
  from: number,
  to: number,
  signal: AbortSignal,
): AsyncGenerator<{ example: number; document: Document }> {
  const { root, altering } = data as ScannedBench;
  const bench = opened.get(root) ?? openBench(root);
  opened.set(root, bench);
  const task = bench.catalog.task(taskId);
  if (!task) throw new Error(`${taskId} left the catalogue while it was scanned`);
  const used = taskInUse(task, altering.get(taskId));
  yield* documentsOf(bench.catalog, bench.instances, used, { from, to }, signal);
}

function openBench(root: string) {
  const catalog = Catalog.open(root);
  return { catalog, instances: new InstanceBuilder((task, numbers) => catalog.read(task, numbers)) };
}
