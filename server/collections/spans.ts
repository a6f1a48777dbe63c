import type { ByteWindow } from './bytes.ts';
import type { Skip } from './types.ts';

/** Takes the records of a file as stretches of bytes, in file order. */
export interface SpanSink {
  /**
   * One record: `bytes[start..end)`, at `offset` of the (decompressed) file. Returns undefined when it
   * was kept, else why not, for the caller to report as a skip.
   */
  record(bytes: Buffer, start: number, end: number, offset: number, line: number): string | undefined;
  skip(skip: Skip): void;
  /** Bytes that one record may have. */
  readonly limit: number;
}

/** Cuts a file into its records. */
export type Spans = (window: ByteWindow, sink: SpanSink) => Promise<void>;

export const NEWLINE = 0x0a;
export const RETURN = 0x0d;
export const SPACE = 0x20;
export const TAB = 0x09;

export function tooLong(length: number, limit: number): string {
  return `the record has ${length.toLocaleString('en')} bytes, over the limit of ${limit.toLocaleString('en')}`;
}

/** The number of newlines in `bytes[start..end)`. */
export function newlines(bytes: Buffer, start: number, end: number): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE, start); at >= 0 && at < end; at = bytes.indexOf(NEWLINE, at + 1))
    count++;
  return count;
}

/** True when `bytes[start..end)` is white space alone. */
export function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte !== SPACE && byte !== TAB && byte !== NEWLINE && byte !== RETURN) return false;
  }
  return true;
}
