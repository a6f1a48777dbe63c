import { escapedPiece, type Lines, type Piece, type PieceText, plainPiece, type Unescape } from './pieces.ts';

/** Which strings of a JSON file are read, and which together. */
export interface JsonFields {
  /** The keys whose strings make up a record's text, in its order; empty: every string is a text by itself. */
  record: readonly string[];
  /** Keys whose strings are texts by themselves. */
  alone: readonly string[];
  /** Keys below which nothing is read. */
  passed: readonly string[];
}

interface Frame {
  object: boolean;
  key: string | undefined;
  /** The next string is a key. */
  keyNext: boolean;
  found: { rank: number; piece: Piece }[];
}

/**
 * The texts of a JSON file or of JSON Lines, as far as they can be read: a file is broken now and then while
 * it is edited, and what stands before and behind the broken place still counts.
 */
export function jsonTexts(source: string, lines: Lines, fields: JsonFields, lined: boolean): PieceText[] {
  const texts: PieceText[] = [];
  const stack: Frame[] = [];
  const rank = new Map(fields.record.map((key, at) => [key, at]));
  const alone = new Set(fields.alone);
  const passed = new Set(fields.passed);
  const close = (frame: Frame | undefined) => {
    if (!frame || frame.found.length === 0) return;
    texts.push(frame.found.sort((a, b) => a.rank - b.rank).map(({ piece }) => piece));
  };
  const value = (start: number, end: number) => {
    if (stack.some(({ key }) => key !== undefined && passed.has(key))) return;
    if (rank.size === 0 || stack.some(({ key }) => key !== undefined && alone.has(key))) {
      texts.push([stringPiece(source, start, end, lines)]);
      return;
    }
    const owner = stack.findLast(({ key }) => key !== undefined && rank.has(key));
    if (!owner) return;
    owner.found.push({ rank: rank.get(owner.key!)!, piece: stringPiece(source, start, end, lines) });
  };
  for (let at = 0; at < source.length; at++) {
    const code = source.charCodeAt(at);
    const top = stack.at(-1);
    if (code === 0x22) {
      const end = stringEnd(source, at + 1);
      if (top?.object && top.keyNext) {
        top.key = unquoted(source.slice(at + 1, end));
        top.keyNext = false;
      } else value(at + 1, end);
      at = source.charCodeAt(end) === 0x22 ? end : end - 1;
    } else if (code === 0x7b || code === 0x5b) {
      stack.push({ object: code === 0x7b, key: undefined, keyNext: code === 0x7b, found: [] });
    } else if (code === 0x7d || code === 0x5d) close(stack.pop());
    else if (code === 0x2c && top?.object) {
      top.keyNext = true;
      top.key = undefined;
    } else if (code === 0x0a && lined) while (stack.length > 0) close(stack.pop());
  }
  while (stack.length > 0) close(stack.pop());
  return texts;
}

/** The closing quote of a string, or the end of the line where it has none. */
function stringEnd(source: string, from: number): number {
  for (let at = from; at < source.length; at++) {
    const code = source.charCodeAt(at);
    if (code === 0x22 || code === 0x0a) return at;
    if (code === 0x5c) at++;
  }
  return source.length;
}

function unquoted(key: string): string {
  if (!key.includes('\\')) return key;
  try {
    return String(JSON.parse(`"${key}"`));
  } catch {
    return key;
  }
}

function stringPiece(source: string, start: number, end: number, lines: Lines): Piece {
  const backslash = source.indexOf('\\', start);
  if (backslash < 0 || backslash >= end) return plainPiece(source, start, end, lines);
  return escapedPiece(source, start, end, lines, jsonEscape);
}

const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

const jsonEscape: Unescape = (source, at) => {
  if (source.charCodeAt(at) !== 0x5c) return undefined;
  const kind = source[at + 1] ?? '';
  if (kind === 'u') {
    const code = Number.parseInt(source.slice(at + 2, at + 6), 16);
    if (!Number.isNaN(code)) return { text: String.fromCharCode(code), length: 6 };
  }
  return { text: ESCAPES[kind] ?? kind, length: 2 };
};
