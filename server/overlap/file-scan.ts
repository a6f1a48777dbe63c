import type { EvalIndex } from './index/eval-index.ts';
import type { KernelName } from './kernel/load.ts';
import { joinMatches, type Matches } from './matches.ts';
import type { Partition } from './partitions/partition.ts';
import { type Keeping, scanPartition } from './partitions/scan.ts';
import { Pool } from './pool.ts';
import type { Fault, ScannedPart } from './scanner.ts';
import { lookAt, partitionsOf, type TaskFile } from './task-files.ts';

/** Times that a file which changes under the scan is begun again. */
const TRIES = 3;

export interface FileScanOptions {
  partBytes: number;
  workers: number;
  kernel?: KernelName;
  signal: AbortSignal;
  keeping?: Keeping;
  /** Told of each partition when it is done. */
  onBytes: (file: TaskFile, bytes: number) => void;
}

/** A file's result, and the partitions that it came from. */
export interface ScannedFile {
  matches: Matches;
  faults: Fault[];
  /** Faulty records that are not listed. */
  moreFaults: number;
  partitions: Partition[];
}

/** Scans train files by partitions on threads, which are started when the first result is not known yet. */
export class FileScan {
  private readonly index: EvalIndex;
  private readonly options: FileScanOptions;
  private pool: Pool | undefined;

  constructor(index: EvalIndex, options: FileScanOptions) {
    this.index = index;
    this.options = options;
  }

  /** All partitions of a file, joined; undefined when it changed each time. */
  async file(file: TaskFile): Promise<ScannedFile | undefined> {
    let asOfNow = file;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const partitions = partitionsOf(asOfNow, this.options.partBytes);
      const scanned = await Promise.all(partitions.map((partition) => this.partition(file, partition)));
      const now = await lookAt(file.path);
      if (now.stamp === asOfNow.stamp) {
        return {
          matches: joinMatches(
            scanned.map((part) => part.matches),
            'anew',
          ),
          faults: scanned.flatMap((part) => part.faults),
          moreFaults: scanned.reduce((count, part) => count + part.moreFaults, 0),
          partitions,
        };
      }
      asOfNow = { ...file, ...now };
    }
    return undefined;
  }

  async close(): Promise<void> {
    await this.pool?.close();
  }

  private async partition(file: TaskFile, partition: Partition): Promise<ScannedPart> {
    const { keeping, onBytes } = this.options;
    const part = await scanPartition(partition, (work) => this.threads().run(work), stampOf, keeping);
    onBytes(file, partition.size);
    return part;
  }

  private threads(): Pool {
    const { workers, kernel, signal } = this.options;
    const { memory, n } = this.index;
    this.pool ??= new Pool({ memory, n, workers, kernel, signal });
    return this.pool;
  }
}

async function stampOf({ work, stamp }: Partition): Promise<string> {
  return work.kind === 'file' ? (await lookAt(work.path)).stamp : stamp;
}
