import type { Work } from '../pool.ts';
import type { ScannedPart } from '../scanner.ts';
import type { Partition } from './partition.ts';
import type { PartitionStore } from './store.ts';

/** Where partitions' results are kept, and what to do when one can't be. */
export interface Keeping {
  store: PartitionStore;
  onWriteError: (error: unknown) => void;
}

/**
 * A partition's result: the kept one, or a new one, which is then kept, unless the partition has changed
 * meanwhile. `stampOf` gives its stamp as of now.
 */
export async function scanPartition(
  partition: Partition,
  run: (work: Work) => Promise<ScannedPart>,
  stampOf: (partition: Partition) => Promise<string>,
  keeping?: Keeping,
): Promise<ScannedPart> {
  const known = keeping?.store.read(partition);
  if (known) return known;
  const part = await run(partition.work);
  if (keeping && (await stampOf(partition)) === partition.stamp) {
    try {
      keeping.store.write(partition, part);
    } catch (error) {
      keeping.onWriteError(error);
    }
  }
  return part;
}
