import type { ByteWindow } from './bytes.ts';
import { isBlank, NEWLINE, newlines, RETURN, type SpanSink, type Spans, tooLong } from './spans.ts';

/** Passes over a line that is longer than the limit; returns its length in bytes. */
async function passLine(window: ByteWindow): Promise<number> {
  let length = 0;
  for (;;) {
    const at = window.bytes.indexOf(NEWLINE, window.start);
    if (at >= 0 && at < window.end) {
      length += at - window.start;
      window.drop(at - window.start + 1);
      return length;
    }
    length += window.length;
    window.drop(window.length);
    if (!(await window.fill())) return length;
  }
}

/** Hands over the whole lines of the view (at the file's end also the last, unended one); returns how many. */
function cutView(window: ByteWindow, sink: SpanSink, firstLine: number, header: boolean): number {
  const { bytes, end } = window;
  const shift = window.offset - window.start;
  let line = firstLine;
  let start = window.start;
  while (start < end) {
    let stop = bytes.indexOf(NEWLINE, start);
    if (stop < 0 || stop >= end) {
      if (!window.ended) break;
      stop = end;
    }
    const last = stop > start && bytes[stop - 1] === RETURN ? stop - 1 : stop;
    const head = header && line === 1;
    if (!head && !isBlankLine(bytes, start, last)) {
      if (last - start > sink.limit) sink.skip({ line, reason: tooLong(last - start, sink.limit) });
      else {
        const refused = sink.record(bytes, start, last, start + shift, line);
        if (refused !== undefined) sink.skip({ line, reason: refused });
      }
    }
    line++;
    start = stop + 1;
  }
  window.drop(Math.min(start, end) - window.start);
  return line - firstLine;
}

/** A blank line holds no record; most lines tell by their first byte. */
function isBlankLine(bytes: Buffer, start: number, end: number): boolean {
  return start === end || (bytes[start]! <= 0x20 && isBlank(bytes, start, end));
}

/** One record a line. `header`: the first line names the columns and is no record. */
export function lineSpans(header = false): Spans {
  return async (window, sink) => {
    let line = 1;
    for (;;) {
      line += cutView(window, sink, line, header);
      if (window.length === 0 && window.ended) return;
      if (window.length > sink.limit) {
        sink.skip({ line, reason: tooLong(await passLine(window), sink.limit) });
        line++;
      } else await window.fill();
    }
  };
}

/** Drops `count` bytes of the view; returns the newlines among them. */
export function dropCounting(window: ByteWindow, count: number): number {
  const counted = newlines(window.bytes, window.start, window.start + count);
  window.drop(count);
  return counted;
}
