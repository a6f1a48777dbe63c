import { InputError, messageOf } from '../../base/problem.ts';
import { keptIndex } from '../index/kept.ts';
import type { Partition } from '../partitions/partition.ts';
import { scanPartition } from '../partitions/scan.ts';
import { PartitionStore } from '../partitions/store.ts';
import { Pool } from '../pool.ts';
import { isFileError, lookAt } from '../task-files.ts';
import { noteUnreadable, readJobFile } from './job-file.ts';

/**
 * What one task of an array does: loads the index once and scans its partitions, those that have a result
 * already left out. A partition that changed since the array was submitted, or can't be read here, is left to
 * who submitted it.
 */
export async function runArrayTask(
  jobFile: string,
  task: number,
  say: (line: string) => void,
): Promise<void> {
  const { index: saved, store: kept, workers, partitions } = readJobFile(jobFile);
  const own = partitions[task];
  if (!own) throw new InputError(`there is no array task ${task}`, { file: jobFile });
  const index = keptIndex(saved);
  if (!index) throw new InputError('the index is missing, cut off or of another version', { file: saved });
  const store = new PartitionStore(kept.folder, kept.key);
  const open = store.missing(own as Partition[]);
  const onWriteError = (error: unknown) => {
    throw error;
  };
  const pool = new Pool({ memory: index.memory, n: index.n, workers: Math.min(workers, open.length || 1) });
  try {
    await Promise.all(
      open.map(async (partition) => {
        try {
          if ((await stampOf(partition)) !== partition.stamp) return say(`${partition.name} has changed`);
          const keeping = { store, onWriteError };
          await scanPartition(partition, (work) => pool.run(work), stampOf, keeping);
        } catch (error) {
          const { name, stamp } = partition;
          if (partition.work.kind !== 'file' || !isReadError(error, partition.work.path)) throw error;
          noteUnreadable(jobFile, { name, stamp, reason: messageOf(error) });
          say(`${name} can't be read here: ${messageOf(error)}`);
        }
      }),
    );
  } finally {
    await pool.close();
  }
  say(`${open.length} partitions scanned, ${own.length - open.length} were known`);
}

/** Whether the train file is what could not be read; not the store, which is written. */
function isReadError(error: unknown, path: string): boolean {
  const message = messageOf(error);
  return isFileError(error) && (message.includes(path) || message.endsWith(', read'));
}

/** What a task of a bench holds can't change under a scan: it is read at the positions of its import. */
async function stampOf({ work, stamp }: Partition): Promise<string> {
  return work.kind === 'file' ? (await lookAt(work.path)).stamp : stamp;
}
