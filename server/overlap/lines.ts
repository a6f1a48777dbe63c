import { open } from 'node:fs/promises';

const LINE_FEED = 10;
/** Read at once: little, so that few lines are alive while they are used, and the nursery stays small. */
const READ_BYTES = 1 << 16;

/** The lines of a file as bytes, without their line feeds, and the byte each starts at; good until the next are asked for. A BOM at the start is left out. */
export async function* linesOf(
  path: string,
  signal: AbortSignal,
): AsyncGenerator<{ line: Buffer; offset: number }[]> {
  const handle = await open(path, 'r');
  try {
    let rest: Buffer[] = [];
    let offset = 0;
    let first = true;
    const chunk = Buffer.allocUnsafe(READ_BYTES);
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead } = await handle.read(chunk, 0, chunk.length);
      let part = chunk.subarray(0, bytesRead);
      if (first && part.length >= 3 && part[0] === 0xef && part[1] === 0xbb && part[2] === 0xbf) {
        part = part.subarray(3);
        offset = 3;
      }
      first = false;
      const lines: { line: Buffer; offset: number }[] = [];
      for (let feed = part.indexOf(LINE_FEED); feed >= 0; feed = part.indexOf(LINE_FEED)) {
        const line =
          rest.length > 0 ? Buffer.concat([...rest, part.subarray(0, feed)]) : part.subarray(0, feed);
        rest = [];
        lines.push({ line, offset });
        offset += line.length + 1;
        part = part.subarray(feed + 1);
      }
      if (part.length > 0) rest.push(Buffer.from(part));
      if (bytesRead === 0) {
        const line = Buffer.concat(rest);
        if (line.length > 0) yield [{ line, offset }];
        return;
      }
      if (lines.length > 0) yield lines;
    }
  } finally {
    await handle.close();
  }
}

/** The line numbers (from 1) of bytes of a file, given ascending. */
export async function lineNumbers(path: string, offsets: readonly number[]): Promise<number[]> {
  const numbers: number[] = [];
  const handle = await open(path, 'r');
  try {
    const chunk = Buffer.allocUnsafe(1 << 20);
    let line = 1;
    for (let base = 0; numbers.length < offsets.length; ) {
      const { bytesRead } = await handle.read(chunk, 0, chunk.length);
      const part = chunk.subarray(0, bytesRead);
      let at = 0;
      for (;;) {
        const wanted = offsets[numbers.length];
        if (wanted === undefined || (bytesRead > 0 && wanted >= base + bytesRead)) break;
        for (let feed = part.indexOf(LINE_FEED, at); feed >= 0 && feed < wanted - base; ) {
          line++;
          at = feed + 1;
          feed = part.indexOf(LINE_FEED, at);
        }
        numbers.push(line);
      }
      for (let feed = part.indexOf(LINE_FEED, at); feed >= 0; feed = part.indexOf(LINE_FEED, feed + 1))
        line++;
      base += bytesRead;
    }
  } finally {
    await handle.close();
  }
  return numbers;
}
