import * as z from 'zod';
import { Catalog } from '../catalog/catalog.ts';
import type { Document } from '../overlap/types.ts';
import { InstanceBuilder } from '../prompts/instances.ts';
import { documentsOf } from './overlap-documents.ts';
import { taskInUse } from './task-in-use.ts';

const opened = new Map<string, { catalog: Catalog; instances: InstanceBuilder }>();

/** What a scanning thread is given of the bench; on its way to another machine it is JSON. */
const scannedBench = z.object({
  root: z.string(),
  /** The templates that are left out, by task. */
  altering: z.array(z.tuple([z.string(), z.array(z.string())])),
  /** Read in place of the catalogue. */
  snapshot: z.string().optional(),
});
export type ScannedBench = z.infer<typeof scannedBench>;

/** What a scanning thread calls: its own view of the catalogue, opened once. `data` is a `ScannedBench`. */
export async function* documents(
  data: unknown,
  taskId: string,
  from: number,
  to: number,
  signal: AbortSignal,
): AsyncGenerator<{ example: number; document: Document }> {
  const { root, altering, snapshot } = scannedBench.parse(data);
  const key = JSON.stringify([root, snapshot]);
  const bench = opened.get(key) ?? openBench(root, snapshot);
  opened.set(key, bench);
  const task = bench.catalog.task(taskId);
  if (!task) throw new Error(`${taskId} left the catalogue while it was scanned`);
  const leftOut = altering.find(([id]) => id === taskId)?.[1];
  const used = taskInUse(task, new Set(leftOut));
  yield* documentsOf(bench.catalog, bench.instances, used, { from, to }, signal);
}

function openBench(root: string, snapshot: string | undefined) {
  const catalog = snapshot === undefined ? Catalog.open(root) : Catalog.openSnapshot(root, snapshot);
  return { catalog, instances: new InstanceBuilder((task, numbers) => catalog.read(task, numbers)) };
}
