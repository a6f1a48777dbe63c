import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { InputError, messageOf } from '../base/problem.ts';
import { Catalog } from '../catalog/catalog.ts';
import type { Fill } from '../overlap/partitions/partition.ts';
import type { Elsewhere, OpenedElsewhere } from '../overlap/scan-elsewhere.ts';
import type { ScannedBench } from './documents-worker.ts';
import type { Session } from './session.ts';

/** Reading a snapshot, a thread holds it twice for a moment. */
const COPIES = 2;

export interface OtherMachines {
  fill: Fill;
  /** Examples of a partition. */
  partExamples?: number;
}

/**
 * Has a bench's train tasks scanned on other machines, which read the examples by a snapshot of the catalogue in
 * `folder`: SQLite's log can't be shared over a network. `local` is how they are read here, `hashes` the hash of
 * each task's files.
 */
export function scannedElsewhere(
  session: Session,
  { fill, partExamples }: OtherMachines,
  folder: string,
  local: { module: string; data: ScannedBench },
  hashes: ReadonlyMap<string, string>,
): Elsewhere {
  const root = resolve(session.root);
  let opened: OpenedElsewhere | undefined;
  const open = () => {
    const snapshot = writeSnapshot(session.catalog, folder);
    checkStates(root, snapshot, hashes);
    const threadBytes = statSync(snapshot).size * COPIES;
    const data: ScannedBench = { ...local.data, root, snapshot };
    return { module: local.module, data, threadBytes };
  };
  return {
    fill,
    folder,
    partExamples,
    open: (tasks) => {
      // Each would cost several attempts there.
      for (const task of tasks) session.catalog.checkFiles(task);
      return (opened ??= open());
    },
  };
}

function writeSnapshot(catalog: Catalog, folder: string): string {
  try {
    return catalog.writeSnapshot(folder);
  } catch (error) {
    throw new InputError(`can't write the run folder: ${messageOf(error)}`, { file: folder });
  }
}

/** Another process may have imported since this scan began. */
function checkStates(root: string, snapshot: string, hashes: ReadonlyMap<string, string>): void {
  const catalog = Catalog.openSnapshot(root, snapshot);
  try {
    for (const [id, hash] of hashes) {
      if (catalog.task(id)?.hash === hash) continue;
      throw new InputError(`${id} was imported again meanwhile: run again`);
    }
  } finally {
    catalog.close();
  }
}
