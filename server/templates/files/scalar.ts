/**
 * Where each character of a YAML scalar's value stands in the file: `starts[i]` is the offset of the value's
 * i-th UTF-16 unit; one more entry holds the end. Line folds and escapes are followed as YAML 1.2 defines them;
 * what can't be followed is placed at the scalar's start.
 */
export function valueOffsets(
  source: string,
  from: number,
  to: number,
  value: string,
  type: string,
): number[] {
  const starts = align(source, from, to, value, type);
  if (starts) return starts;
  return Array.from({ length: value.length + 1 }, (_, index) => (index < value.length ? from : to));
}

function align(source: string, from: number, to: number, value: string, type: string): number[] | undefined {
  const quoted = type === 'QUOTE_SINGLE' || type === 'QUOTE_DOUBLE';
  let at = quoted ? from + 1 : type.startsWith('BLOCK') ? blockStart(source, from) : from;
  const starts: number[] = [];
  let index = 0;
  while (index < value.length) {
    const unit = value[index]!;
    if (type === 'QUOTE_SINGLE' && unit === "'" && source.startsWith("''", at)) {
      starts.push(at);
      at += 2;
      index++;
      continue;
    }
    if (type === 'QUOTE_DOUBLE' && source[at] === '\\') {
      const escaped = escapeAt(source, at, value, index);
      if (!escaped) return undefined;
      for (let n = 0; n < escaped.units; n++) starts.push(at);
      at = escaped.end;
      index += escaped.units;
      continue;
    }
    if (isSpace(unit)) {
      // White space in the value answers to white space in the file, of another length where lines are folded.
      const run = spaceRun(value, index);
      const inFile = type === 'QUOTE_DOUBLE' ? doubleSpaceRun(source, at, to) : spaceRun(source, at, to);
      if (inFile.length === 0) return undefined;
      for (let n = 0; n < run; n++) starts.push(inFile[Math.min(n, inFile.length - 1)]!);
      at = inFile.at(-1)! + 1;
      index += run;
      continue;
    }
    if (isSpace(source[at] ?? '') || source[at] !== unit) {
      // Leading indentation of a continuation line.
      const skipped = at;
      while (at < to && isSpace(source[at]!)) at++;
      if (at === skipped || source[at] !== unit) return undefined;
    }
    starts.push(at);
    at++;
    index++;
  }
  starts.push(Math.min(at, to));
  return starts;

  function spaceRun(text: string, start: number): number;
  function spaceRun(text: string, start: number, end: number): number[];
  function spaceRun(text: string, start: number, end?: number): number | number[] {
    const limit = end ?? text.length;
    let last = start;
    while (last < limit && isSpace(text[last]!)) last++;
    return end === undefined ? last - start : Array.from({ length: last - start }, (_, n) => start + n);
  }
}

/** White space of a double-quoted scalar; a backslash at a line's end joins the lines. */
function doubleSpaceRun(source: string, from: number, to: number): number[] {
  const offsets: number[] = [];
  let at = from;
  while (at < to) {
    if (isSpace(source[at]!)) offsets.push(at++);
    else if (source[at] === '\\' && /[\n\r nrt]/.test(source[at + 1] ?? '')) {
      offsets.push(at, at + 1);
      at += 2;
    } else break;
  }
  return offsets;
}

const LENGTHS: Record<string, number> = { x: 2, u: 4, U: 8 };

function escapeAt(
  source: string,
  at: number,
  value: string,
  index: number,
): { end: number; units: number } | undefined {
  const kind = source[at + 1] ?? '';
  if (kind === '\n' || kind === '\r') {
    let end = at + 2;
    while (/[ \t]/.test(source[end] ?? '')) end++;
    return { end, units: 0 };
  }
  const digits = LENGTHS[kind];
  if (digits === undefined) return { end: at + 2, units: 1 };
  const code = Number.parseInt(source.slice(at + 2, at + 2 + digits), 16);
  if (Number.isNaN(code) || index >= value.length) return undefined;
  return { end: at + 2 + digits, units: code > 0xffff ? 2 : 1 };
}

/** The first character after a block scalar's header line and its indentation. */
function blockStart(source: string, from: number): number {
  let at = source.indexOf('\n', from) + 1;
  while (source[at] === ' ') at++;
  return at;
}

function isSpace(unit: string): boolean {
  return unit === ' ' || unit === '\n' || unit === '\t' || unit === '\r';
}
