import type { ByteWindow } from './bytes.ts';
import { dropCounting } from './lines.ts';
import { RecordError } from './record.ts';
import { isBlank, NEWLINE, RETURN, type Spans, tooLong } from './spans.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const NEED = -1;
const BAD = -2;

/**
 * The end of the CSV record that starts at `start`: the index of its newline or, at the file's end, `end`.
 * NEED when the bytes don't reach that far, BAD where text follows a closing quote or a quote never closes.
 */
function recordEnd(bytes: Buffer, start: number, end: number, ended: boolean): number {
  let at = start;
  for (;;) {
    if (at < end && bytes[at] === QUOTE) {
      at++;
      for (;;) {
        const quote = bytes.indexOf(QUOTE, at);
        if (quote < 0 || quote >= end) return ended ? BAD : NEED;
        if (quote + 1 === end && !ended) return NEED;
        at = quote + 1;
        if (at >= end || bytes[at] !== QUOTE) break;
        at++;
      }
      if (at < end && bytes[at] === RETURN) at++;
      if (at < end && bytes[at] !== COMMA && bytes[at] !== NEWLINE) return BAD;
    } else {
      while (at < end && bytes[at] !== COMMA && bytes[at] !== NEWLINE) at++;
    }
    if (at >= end) return ended ? end : NEED;
    if (bytes[at] === NEWLINE) return at;
    at++;
  }
}

async function recordLength(window: ByteWindow, limit: number): Promise<number> {
  for (;;) {
    const end = recordEnd(window.bytes, window.start, window.end, window.ended);
    if (end >= 0) return end - window.start;
    if (end === BAD || window.length > limit) return BAD;
    await window.fill();
  }
}

/** Passes over the rest of a line that can't be read, its newline included; returns its length. */
async function passLine(window: ByteWindow): Promise<number> {
  let length = 0;
  for (;;) {
    const newline = window.bytes.indexOf(NEWLINE, window.start);
    const found = newline >= 0 && newline < window.end;
    const count = (found ? newline + 1 : window.end) - window.start;
    length += count;
    window.drop(count);
    if (found || !(await window.fill())) return length;
  }
}

/**
 * CSV records; a quoted field may hold newlines. Where quotes don't match, the record's first line
 * alone is lost and reading goes on with the next line. `header`: the first record names the columns.
 */
export function csvSpans(header: boolean): Spans {
  return async (window, sink) => {
    let line = 1;
    let first = true;
    while (window.length > 0 || (await window.fill())) {
      // Most records lie in the view as a whole: nothing is awaited for them.
      const near = recordEnd(window.bytes, window.start, window.end, window.ended);
      const length = near >= 0 ? near - window.start : await recordLength(window, sink.limit);
      const { bytes, start } = window;
      if (length === BAD) {
        const passed = await passLine(window);
        const reason = 'a quoted field is not closed, or text follows its closing quote';
        sink.skip({ line, reason: passed > sink.limit ? tooLong(passed, sink.limit) : reason });
        line++;
      } else {
        const cut = length > 0 && bytes[start + length - 1] === RETURN ? length - 1 : length;
        if (!(first && header) && !isBlank(bytes, start, start + cut)) {
          const refused =
            cut > sink.limit
              ? tooLong(cut, sink.limit)
              : sink.record(bytes, start, start + cut, window.offset, line);
          if (refused !== undefined) sink.skip({ line, reason: refused });
        }
        line += dropCounting(window, Math.min(length + 1, window.length));
      }
      first = false;
    }
  };
}

/** The fields of one CSV record, unquoted. */
export function csvFields(text: string): string[] {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      let value = '';
      at++;
      for (;;) {
        const quote = text.indexOf('"', at);
        if (quote < 0) throw new RecordError('a quoted field is not closed');
        value += text.slice(at, quote);
        at = quote + 1;
        if (text[at] !== '"') break;
        value += '"';
        at++;
      }
      if (at < text.length && text[at] !== ',') throw new RecordError('text follows a closing quote');
      fields.push(value);
    } else {
      const comma = text.indexOf(',', at);
      const stop = comma < 0 ? text.length : comma;
      fields.push(text.slice(at, stop));
      at = stop;
    }
    if (at >= text.length) return fields;
    at++;
  }
}
