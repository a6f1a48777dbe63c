import { closeSync, createReadStream, openSync, type ReadStream, readSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Transform } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import * as zlib from 'node:zlib';
import { InputError, messageOf } from '../base/problem.ts';

/** Bytes asked of a file at a time. */
const CHUNK = 1024 * 1024;

export type Compression = 'gzip' | 'zstd';

/** How a file is compressed, by its name. */
export function compressionOf(path: string): Compression | undefined {
  if (path.endsWith('.gz')) return 'gzip';
  if (path.endsWith('.zst')) return 'zstd';
  return undefined;
}

/** A path without its `.gz` or `.zst`. */
export function uncompressedName(path: string): string {
  return compressionOf(path) ? path.slice(0, path.lastIndexOf('.')) : path;
}

interface Source {
  /** Puts at most `most` more bytes at `at` of `into` and says how many; 0 at the end. */
  read(into: Buffer, at: number, most: number): Promise<number>;
  /** Bytes of the file itself read so far. */
  consumed(): number;
  close(): Promise<void>;
}

/** How long reading may keep other work of this process waiting, in milliseconds. */
const TURN = 15;
let turn = 0;

/**
 * A file as it is. Reads of a megabyte from the system's cache are over sooner than a trip through the
 * thread pool; other work gets its turn between them.
 */
function plainSource(path: string): Source {
  const handle = openSync(path, 'r');
  let consumed = 0;
  return {
    async read(into, at, most) {
      if (performance.now() - turn > TURN) {
        await setImmediate();
        turn = performance.now();
      }
      const count = readSync(handle, into, at, most, consumed);
      consumed += count;
      return count;
    },
    consumed: () => consumed,
    async close() {
      closeSync(handle);
    },
  };
}

function decompressor(kind: Compression): Transform & { bytesWritten: number } {
  if (kind === 'gzip') return zlib.createGunzip({ chunkSize: CHUNK / 4 });
  if (typeof zlib.createZstdDecompress !== 'function') {
    throw new InputError('this Node cannot read .zst files: use Node 22.15 or later, or decompress the file');
  }
  return zlib.createZstdDecompress({ chunkSize: CHUNK / 4 });
}

/**
 * A compressed file as its decompressed bytes. Node's zstd stream ends with the first frame, so it is
 * started again behind it until the file ends; gunzip goes through all members by itself.
 */
async function compressedSource(path: string, kind: Compression): Promise<Source> {
  const { size } = await stat(path);
  let raw: ReadStream;
  let inflate: Transform & { bytesWritten: number };
  let chunks: AsyncIterator<Buffer>;
  /** Where the frame that is being read starts. */
  let frame = 0;
  const start = () => {
    raw = createReadStream(path, { start: frame, highWaterMark: CHUNK / 4 });
    inflate = decompressor(kind);
    raw.on('error', (error) => inflate.destroy(error));
    chunks = raw.pipe(inflate)[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  };
  const stop = () => {
    raw.destroy();
    inflate.destroy();
  };
  start();
  let rest: Buffer = Buffer.alloc(0);
  return {
    async read(into, at, most) {
      while (rest.length === 0) {
        const next = await chunks.next();
        if (!next.done) rest = next.value;
        else {
          const passed = inflate.bytesWritten;
          if (kind !== 'zstd' || passed === 0 || frame + passed >= size) return 0;
          frame += passed;
          stop();
          start();
        }
      }
      const copied = rest.copy(into, at, 0, most);
      rest = rest.subarray(copied);
      return copied;
    },
    consumed: () => Math.min(size, frame + raw.bytesRead),
    async close() {
      stop();
    },
  };
}

/** What the system or the decompressor says, as wrong input. */
export function unreadable(error: unknown): InputError {
  if (error instanceof InputError) return error;
  return new InputError(`the file can't be read: ${messageOf(error)}`);
}

/** Buffers of closed views, for the next file: most files are small, and fresh memory is slow. */
const spare: Buffer[] = [];
const SPARE = 4;

/**
 * A sliding view of a file's bytes, decompressed: `bytes[start..end)` is what has been read and not yet
 * dropped. `fill` may move the view and reuse its memory, so nothing may hold on to `bytes` across it.
 */
export class ByteWindow implements AsyncDisposable {
  bytes: Buffer = spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK);
  start = 0;
  end = 0;
  /** Where `start` stands in the (decompressed) file. */
  offset = 0;
  /** True once all bytes of the file are in the view or dropped. */
  ended = false;
  readonly #source: Source;
  readonly #signal: AbortSignal | undefined;
  readonly #onRead: ((consumed: number) => void) | undefined;

  private constructor(source: Source, signal?: AbortSignal, onRead?: (consumed: number) => void) {
    this.#source = source;
    this.#signal = signal;
    this.#onRead = onRead;
  }

  /** Opens a file; a byte order mark at its head is dropped. `onRead` hears the bytes of the file itself read so far. */
  static async open(
    path: string,
    signal?: AbortSignal,
    onRead?: (consumed: number) => void,
  ): Promise<ByteWindow> {
    const kind = compressionOf(path);
    let source: Source;
    try {
      source = kind ? await compressedSource(path, kind) : plainSource(path);
    } catch (error) {
      throw unreadable(error);
    }
    const window = new ByteWindow(source, signal, onRead);
    try {
      while (window.length < 3 && (await window.fill()));
    } catch (error) {
      await window[Symbol.asyncDispose]();
      throw error;
    }
    const { bytes } = window;
    if (window.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) window.drop(3);
    return window;
  }

  get length(): number {
    return this.end - this.start;
  }

  /** Leaves the first `count` bytes of the view behind. */
  drop(count: number): void {
    this.start += count;
    this.offset += count;
  }

  /** Reads more; false at the file's end. The view doubles when full, so re-reading it stays linear. */
  async fill(): Promise<boolean> {
    if (this.ended) return false;
    this.#signal?.throwIfAborted();
    if (this.start > 0) {
      this.bytes.copyWithin(0, this.start, this.end);
      this.end -= this.start;
      this.start = 0;
    }
    if (this.bytes.length - this.end < CHUNK / 8) {
      const larger = Buffer.allocUnsafeSlow(this.bytes.length * 2);
      this.bytes.copy(larger, 0, 0, this.end);
      this.bytes = larger;
    }
    // At least as much again as what was not enough, so that scanning from the start anew stays linear.
    const wanted = this.end + Math.max(1, Math.min(this.end, this.bytes.length - this.end));
    const before = this.end;
    const room = Math.max(CHUNK, this.end);
    do {
      const most = Math.min(room, this.bytes.length - this.end);
      let read: number;
      try {
        read = await this.#source.read(this.bytes, this.end, most);
      } catch (error) {
        throw unreadable(error);
      }
      if (read === 0) {
        this.ended = true;
        break;
      }
      this.end += read;
    } while (this.end < wanted);
    this.#onRead?.(this.#source.consumed());
    return this.end > before;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#source.close();
    if (this.bytes.length === CHUNK && spare.length < SPARE) spare.push(this.bytes);
    this.bytes = Buffer.alloc(0);
    this.start = this.end = 0;
  }
}
