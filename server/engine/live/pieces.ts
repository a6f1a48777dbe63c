import type { Range } from '../../templates/types.ts';

/** A stretch of text as a file writes it: a string of JSON, a cell, the words between two expressions of a template. */
export interface Piece {
  /** As it is read, escapes resolved. */
  text: string;
  /** Where `[from, to)` of the text stands in the file. */
  range(from: number, to: number): Range;
}

/** Pieces that are read as one text: a gram may run from one into the next. */
export type PieceText = readonly Piece[];

export interface Lines {
  range(from: number, to: number): Range;
}

/** A stretch that stands in the file as it is read. */
export function plainPiece(source: string, start: number, end: number, lines: Lines): Piece {
  return {
    text: source.slice(start, end),
    range: (from, to) => lines.range(start + from, start + to),
  };
}

/** What an escape at `at` of the source stands for, and its length there; undefined where there is none. */
export type Unescape = (source: string, at: number) => { text: string; length: number } | undefined;

/** A stretch in which escapes stand for other text. */
export function escapedPiece(
  source: string,
  start: number,
  end: number,
  lines: Lines,
  escapeAt: Unescape,
): Piece {
  let text = '';
  /** Where each unit of the text starts in the source, and where the last one ends. */
  const starts: number[] = [];
  let plain = start;
  const take = (to: number) => {
    text += source.slice(plain, to);
    for (let at = plain; at < to; at++) starts.push(at);
  };
  for (let at = start; at < end; ) {
    const found = escapeAt(source, at);
    if (!found) {
      at++;
      continue;
    }
    take(at);
    text += found.text;
    for (let unit = 0; unit < found.text.length; unit++) starts.push(at);
    at = Math.min(end, at + Math.max(1, found.length));
    plain = at;
  }
  take(end);
  starts.push(end);
  return {
    text,
    range: (from, to) => {
      // The last unit's own end: an escape is underlined whole.
      const last = to > from ? starts[to]! : starts[from]!;
      return lines.range(starts[from]!, last);
    },
  };
}
