import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeAll } from '../../base/files.ts';

/** How a file that is not finished is called. */
export const ASIDE = '.part';

export interface WrittenFile {
  bytes: number;
  /** In hexadecimal. */
  sha256: string;
}

/** A file that is written piece by piece under another name, hashed on the way, and in place once it is whole. */
export class ShardFile {
  readonly #path: string;
  readonly #handle: number;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), { recursive: true });
    this.#handle = openSync(path + ASIDE, 'w');
  }

  write(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    writeAll(this.#handle, bytes);
  }

  /** On disk, and in place. */
  finish(): WrittenFile {
    fsyncSync(this.#handle);
    closeSync(this.#handle);
    renameSync(this.#path + ASIDE, this.#path);
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  abandon(): void {
    closeSync(this.#handle);
    rmSync(this.#path + ASIDE, { force: true });
  }
}
