import type { ByteWindow } from './bytes.ts';
import { dropCounting } from './lines.ts';
import { isBlank, NEWLINE, RETURN, SPACE, type SpanSink, type Spans, tooLong } from './spans.ts';

const DASH = 0x2d;
const HASH = 0x23;

function isItem(bytes: Buffer, at: number, end: number): boolean {
  return bytes[at] === DASH && (at + 1 >= end || bytes[at + 1]! <= SPACE);
}

/** Spaces at a line's head. */
function indent(bytes: Buffer, at: number, end: number): number {
  let stop = at;
  while (stop < end && bytes[stop] === SPACE) stop++;
  return stop - at;
}

/** The first line after the view's first that is indented by `depth` or less; -1 where the view ends first. */
function itemEnd(window: ByteWindow, depth: number): number {
  const { bytes, start, end } = window;
  for (let at = bytes.indexOf(NEWLINE, start) + 1; at > 0 && at < end; at = bytes.indexOf(NEWLINE, at) + 1) {
    const spaces = indent(bytes, at, end);
    if (at + spaces >= end) return -1;
    const byte = bytes[at + spaces]!;
    if (byte !== NEWLINE && byte !== RETURN && byte !== HASH && spaces <= depth) return at;
  }
  return -1;
}

/** The bytes up to the next line that is indented by `depth` or less (any line: Infinity), or to the file's end. */
async function itemLength(window: ByteWindow, depth: number, limit: number): Promise<number> {
  for (;;) {
    const end = itemEnd(window, depth);
    if (end >= 0) return end - window.start;
    if (window.length > limit || !(await window.fill())) return window.length;
  }
}

/** Passes over an item that is longer than the limit; returns its length and the newlines in it. */
async function passItem(window: ByteWindow, depth: number): Promise<{ length: number; lines: number }> {
  const passed = { length: 0, lines: 0 };
  for (;;) {
    const end = itemEnd(window, depth);
    const newline = window.bytes.lastIndexOf(NEWLINE, window.end - 1);
    // The last newline stays in view: behind it the next item may start.
    const stop = end >= 0 ? end : newline >= window.start && !window.ended ? newline : window.end;
    passed.length += stop - window.start;
    passed.lines += dropCounting(window, stop - window.start);
    if (end >= 0 || !(await window.fill())) return passed;
  }
}

/**
 * The acts of a ParlAI log: the items of the list below the top-level key `acts` or, where an item is
 * itself a list, that list's items. Found by indentation, so that each can be read on its own.
 */
export const actSpans: Spans = async (window, sink) => {
  let line = 1;
  let depth = -1;
  let section = '';
  while (window.length > 0 || (await window.fill())) {
    let length = await itemLength(window, Number.POSITIVE_INFINITY, sink.limit);
    const { bytes, start } = window;
    const spaces = indent(bytes, start, start + length);
    const key =
      spaces === 0 ? /^(\w+):/.exec(bytes.toString('latin1', start, start + Math.min(length, 64))) : null;
    if (key) {
      section = key[1]!;
      depth = -1;
    } else if (section === 'acts' && isItem(bytes, start + spaces, start + length)) {
      if (depth < 0) depth = spaces;
      length = await itemLength(window, spaces, sink.limit);
      if (length > sink.limit) {
        const passed = await passItem(window, spaces);
        sink.skip({ line, reason: tooLong(passed.length, sink.limit) });
        line += passed.lines;
        continue;
      }
      itemSpans(window, length, spaces, line, sink);
    } else if (
      section === 'acts' &&
      !isBlank(bytes, start, start + length) &&
      bytes[start + spaces] !== HASH
    ) {
      sink.skip({ line, reason: 'the line is not part of an act: check its indentation' });
    }
    line += dropCounting(window, length);
  }
};

/** Hands over one item, or the items of the list that it is. */
function itemSpans(
  window: ByteWindow,
  length: number,
  depth: number,
  firstLine: number,
  sink: SpanSink,
): void {
  const { bytes, start, offset } = window;
  const end = start + length;
  const inner = start + depth + 1 + indent(bytes, start + depth + 1, end);
  const starts = [start];
  if (isItem(bytes, inner, end)) {
    const innerDepth = inner - start;
    for (let newline = bytes.indexOf(NEWLINE, start); newline >= 0 && newline + 1 < end; ) {
      const at = newline + 1;
      const spaces = indent(bytes, at, end);
      if (spaces === innerDepth && isItem(bytes, at + spaces, end)) starts.push(at);
      newline = bytes.indexOf(NEWLINE, at);
    }
  }
  let line = firstLine;
  starts.forEach((from, index) => {
    const to = starts[index + 1] ?? end;
    const refused = sink.record(bytes, from, to, offset + from - start, line);
    if (refused !== undefined) sink.skip({ line, reason: refused });
    for (let at = from; at < to; at++) if (bytes[at] === NEWLINE) line++;
  });
}
