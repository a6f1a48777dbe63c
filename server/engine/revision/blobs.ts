import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Git } from './git.ts';

/** A content of git's and the file that it is to become. */
export interface Wanted {
  oid: string;
  file: string;
}

/** The clone left contents behind at its remote, and reading fetches nothing. */
export class NotFetched extends Error {}

/**
 * Writes contents as git keeps them: no filter, no line ends made anew. Gives those that this clone doesn't have.
 * Throws the signal's reason when aborted, and where a file is there already.
 */
export async function writeBlobs(
  git: Git,
  wanted: readonly Wanted[],
  signal: AbortSignal,
  onFile: () => void,
): Promise<Wanted[]> {
  if (wanted.length === 0) return [];
  const child = git.start(['cat-file', '--batch', '--buffer'], signal);
  const ended = once(child, 'close').catch((error: unknown) => error);
  // A git that ends early is told by its status; that it can't be written to adds nothing.
  child.stdin.on('error', () => {});
  child.stdin.end(wanted.map(({ oid }) => `${oid}\n`).join(''));
  let said = '';
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const writer = new BlobWriter(wanted, onFile);
  try {
    for await (const chunk of child.stdout) writer.take(chunk as Buffer);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    writer.close();
    child.kill();
    await ended;
  }
  signal.throwIfAborted();
  if (!writer.done && /promisor remote/u.test(said)) throw new NotFetched();
  if (!writer.done)
    throw new Error(`git ended before all files were read: ${said.trim() || 'it says no word'}`);
  return writer.missing;
}

/** Takes what `git cat-file --batch` writes: for each content a line, `oid type size`, the bytes, a line feed. */
class BlobWriter {
  readonly missing: Wanted[] = [];
  readonly #wanted: readonly Wanted[];
  readonly #onFile: () => void;
  #at = 0;
  #head = '';
  #file: number | undefined;
  /** Bytes of the content still to come, and the line feed behind it. */
  #left = 0;

  constructor(wanted: readonly Wanted[], onFile: () => void) {
    this.#wanted = wanted;
    this.#onFile = onFile;
  }

  get done(): boolean {
    return this.#at === this.#wanted.length;
  }

  take(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.#left > 0) {
        const end = Math.min(chunk.length, at + this.#left);
        const last = end - at === this.#left ? 1 : 0;
        writeAll(this.#file!, chunk.subarray(at, end - last));
        this.#left -= end - at;
        at = end;
        if (this.#left === 0) this.#next();
        continue;
      }
      const end = chunk.indexOf('\n', at);
      this.#head += chunk.toString('latin1', at, end === -1 ? chunk.length : end);
      if (end === -1) return;
      at = end + 1;
      const [, kind, size] = this.#head.split(' ');
      this.#head = '';
      if (size === undefined || kind === 'missing') {
        this.missing.push(this.#wanted[this.#at]!);
        this.#next();
        continue;
      }
      this.#file = openSync(this.#wanted[this.#at]!.file, 'wx');
      this.#left = Number(size) + 1;
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #next(): void {
    this.close();
    this.#at++;
    this.#onFile();
  }
}

function writeAll(file: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}
