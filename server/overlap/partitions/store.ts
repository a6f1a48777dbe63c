import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ScannedPart } from '../scanner.ts';
import { digest } from '../task-files.ts';
import { decodePart, encodePart } from './encode.ts';
import type { Partition } from './partition.ts';

/**
 * Partitions' results in a folder, a file each, written aside and renamed: what stands there is finished. Its
 * name says what it is the result of, so one that no longer fits is not found, and one that is written twice
 * is the same. Deleting the folder loses only time.
 */
export class PartitionStore {
  readonly folder: string;
  readonly key: string;

  /** `key`: what the results depend on beside the partition; that is the index. */
  constructor(folder: string, key: string) {
    this.folder = folder;
    this.key = key;
  }

  private fileOf({ name, stamp }: Partition): string {
    return `part-${digest([this.key, name, stamp])}.bin`;
  }

  /** The result, unless there is none or its file is broken. */
  read(partition: Partition): ScannedPart | undefined {
    try {
      return decodePart(readFileSync(join(this.folder, this.fileOf(partition))));
    } catch {
      return undefined;
    }
  }

  /** Those of the partitions that have no result yet. */
  missing<P extends Partition>(partitions: readonly P[]): P[] {
    const there = new Set(this.list());
    return partitions.filter((partition) => !there.has(this.fileOf(partition)));
  }

  /** Throws what writing throws. */
  write(partition: Partition, part: ScannedPart): void {
    const path = join(this.folder, this.fileOf(partition));
    // Two machines may be at the same partition.
    const aside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
    mkdirSync(this.folder, { recursive: true });
    try {
      writeFileSync(aside, encodePart(part));
      renameSync(aside, path);
    } catch (error) {
      rmSync(aside, { force: true });
      throw error;
    }
  }

  /** Removes the results of all other partitions. */
  prune(partitions: readonly Partition[]): void {
    const kept = new Set(partitions.map((partition) => this.fileOf(partition)));
    for (const name of this.list()) {
      if (name.startsWith('part-') && !kept.has(name)) rmSync(join(this.folder, name), { force: true });
    }
  }

  private list(): string[] {
    try {
      return readdirSync(this.folder);
    } catch {
      return [];
    }
  }
}
