import type { OnStep } from '../../base/progress.ts';
import type { Work } from '../pool.ts';
import type { PartitionStore } from './store.ts';

/** A stretch of a train task: scanned by itself, on whatever machine, and its result kept by itself. */
export interface Partition {
  /** Says which stretch of which task it is. */
  name: string;
  /** Changes whenever what stands there does. */
  stamp: string;
  work: Work;
  /** Bytes of a file, or examples of a task. */
  size: number;
}

/** Has partitions scanned by other machines. What it leaves out is scanned here afterwards. */
export type Fill = (request: FillRequest) => Promise<void>;

export interface FillRequest {
  /** Where results are to be put. */
  store: PartitionStore;
  /** Where the index is saved. */
  index: string;
  /** All partitions, as their tasks are now. */
  partitions: () => Promise<Partition[]>;
  unit: 'bytes' | 'examples';
  /** What a thread that scans them holds in memory to read them. */
  threadBytes?: number;
  signal: AbortSignal;
  onStep: OnStep;
}
