import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../base/problem.ts';
import { ByteWindow, compressionOf } from './bytes.ts';
import type { Position, SourceFile } from './types.ts';

/** Positions no further apart than this are read at once, up to `BATCH` bytes. */
const GAP = 16 * 1024;
const BATCH = 1024 * 1024;
/** What `before` and `after` say at a file's ends. */
export const NOTHING = -1;

/** The bytes of one position and the bytes on either side. Valid until the next slice is asked for. */
export interface Slice {
  position: Position;
  bytes: Buffer;
  before: number;
  after: number;
}

export function changed(file: SourceFile, line: number, why: string): InputError {
  return new InputError(`the file is not as it was when it was imported (${why}): import again`, {
    file: file.path,
    line,
  });
}

async function* plainSlices(file: SourceFile, positions: readonly Position[]): AsyncGenerator<Slice> {
  const handle = await open(join(file.root, file.path), 'r');
  try {
    for (let first = 0; first < positions.length; ) {
      const from = Math.max(0, positions[first]!.offset - 1);
      let to = positions[first]!.offset + positions[first]!.length;
      let last = first + 1;
      for (; last < positions.length; last++) {
        const { offset, length } = positions[last]!;
        if (offset > to + GAP || offset + length - from > BATCH) break;
        to = Math.max(to, offset + length);
      }
      const bytes = Buffer.allocUnsafe(to - from + 1);
      let read = 0;
      while (read < bytes.length) {
        const { bytesRead } = await handle.read(bytes, read, bytes.length - read, from + read);
        if (bytesRead === 0) break;
        read += bytesRead;
      }
      for (; first < last; first++) {
        const position = positions[first]!;
        const start = position.offset - from;
        const end = start + position.length;
        if (end > read) throw changed(file, position.line, 'it is shorter');
        yield {
          position,
          bytes: bytes.subarray(start, end),
          before: start > 0 ? bytes[start - 1]! : NOTHING,
          after: end < read ? bytes[end]! : NOTHING,
        };
      }
    }
  } finally {
    await handle.close();
  }
}

async function* streamedSlices(file: SourceFile, positions: readonly Position[]): AsyncGenerator<Slice> {
  await using window = await ByteWindow.open(join(file.root, file.path));
  let before = NOTHING;
  for (const position of positions) {
    while (window.offset < position.offset) {
      const count = Math.min(window.length, position.offset - window.offset);
      if (count > 0) {
        before = window.bytes[window.start + count - 1]!;
        window.drop(count);
      } else if (!(await window.fill())) throw changed(file, position.line, 'it is shorter');
    }
    while (window.length <= position.length && (await window.fill()));
    if (window.length < position.length) throw changed(file, position.line, 'it is shorter');
    const end = window.start + position.length;
    yield {
      position,
      bytes: window.bytes.subarray(window.start, end),
      before,
      after: end < window.end ? window.bytes[end]! : NOTHING,
    };
  }
}

/** The bytes of some positions of a file, ascending; a compressed file is decompressed from its start. */
export function slices(file: SourceFile, positions: readonly Position[]): AsyncGenerator<Slice> {
  return compressionOf(file.path) ? streamedSlices(file, positions) : plainSlices(file, positions);
}
