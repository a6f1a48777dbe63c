import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** Bytes read at once. */
const BLOCK = 1 << 20;
const LINE_FEED = 10;

export interface Line {
  text: string;
  /** The byte after it. */
  to: number;
}

export interface RawLine {
  /** Without the line feed. */
  bytes: Buffer;
  /** The byte after it. */
  to: number;
}

/** The size of a file; 0 where there is none. */
export function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Bytes [from, to) of a file, fewer where it is shorter. */
export function readRange(file: string, from: number, to: number): Buffer {
  let handle: number;
  try {
    handle = openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
  try {
    const bytes = Buffer.alloc(Math.max(0, to - from));
    let filled = 0;
    while (filled < bytes.length) {
      const read = readSync(handle, bytes, filled, bytes.length - filled, from + filled);
      if (read === 0) break;
      filled += read;
    }
    return bytes.subarray(0, filled);
  } finally {
    closeSync(handle);
  }
}

/** Whether a line begins at a byte: the file may have been cut and written on since it was read so far. */
export function beginsLine(file: string, at: number): boolean {
  return at === 0 || readRange(file, at - 1, at)[0] === LINE_FEED;
}

/** The whole lines of a file from a byte on; what stands after the last line feed is still being written. */
export function* linesFrom(file: string, from: number): Generator<Line> {
  for (const { bytes, to } of rawLinesFrom(file, from)) yield { text: bytes.toString('utf8'), to };
}

/** The same undecoded, for logs of which few lines are looked into. */
export function* rawLinesFrom(file: string, from: number): Generator<RawLine> {
  const size = sizeOf(file);
  let at = from;
  let rest: Buffer = Buffer.alloc(0);
  while (at < size) {
    const block = readRange(file, at, Math.min(size, at + BLOCK));
    if (block.length === 0) return;
    const bytes = rest.length > 0 ? Buffer.concat([rest, block]) : block;
    const base = at - rest.length;
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
      yield { bytes: bytes.subarray(start, end), to: base + end + 1 };
      start = end + 1;
    }
    rest = bytes.subarray(start);
    at += block.length;
  }
}

/** The end of the last whole line. */
export function wholeSize(file: string): number {
  const size = sizeOf(file);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - BLOCK);
    const found = readRange(file, start, end).lastIndexOf(LINE_FEED);
    if (found >= 0) return start + found + 1;
    end = start;
  }
  return 0;
}

/** The last lines of a text file, whole ones, empty ones at its end left out. */
export function lastLines(file: string, most: number, bytes = 64 << 10): string[] {
  const size = sizeOf(file);
  const from = Math.max(0, size - bytes);
  const lines = readRange(file, from, size).toString('utf8').split(/\r?\n/);
  if (from > 0) lines.shift();
  while (lines.length > 0 && lines.at(-1)!.trim() === '') lines.pop();
  return lines.slice(-most);
}

/** The last line of a log, for a reason in one line. */
export function lastLine(file: string): string {
  return lastLines(file, 1, 4096)[0]?.trim().slice(-300) ?? '(empty)';
}
