/**
 * Reads one JSONL record in place. Only what is plainly right is read here, and only then is the answer
 * `record`: anything unusual (bad JSON, bad UTF-8, a key twice, a text that is no string, deep nesting) is
 * `odd` and left to `JSON.parse`. So this may refuse a good record, never take a bad one.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const DEEPEST = 32;

/** Where the text of a record goes. */
export interface Folding {
  readonly bytes: Uint8Array;
  begin(): void;
  space(): void;
  foldAscii(byte: number): void;
  foldCode(code: number): void;
}

export type Answer = 'record' | 'odd' | 'blank';

type Key = 'text' | 'inputs' | 'targets' | 'other';

export function readRecord(folding: Folding, from: number, to: number): Answer {
  const { bytes } = folding;
  let at = skipBlanks(bytes, from);
  if (at >= to) return 'blank';
  if (bytes[at] !== 0x7b) return 'odd';
  folding.begin();
  let text = false;
  let inputs = false;
  let targets = false;
  let waiting = -1;
  at = skipBlanks(bytes, at + 1);
  for (;;) {
    if (bytes[at] !== QUOTE) return 'odd';
    const start = at + 1;
    at = plainKeyEnd(bytes, start);
    if (at < 0) return 'odd';
    const key = keyOf(bytes, start, at);
    at = skipBlanks(bytes, at + 1);
    if (bytes[at] !== 0x3a) return 'odd';
    at = skipBlanks(bytes, at + 1);
    if (key === 'other') at = skipValue(bytes, at, 0);
    else {
      if (bytes[at] !== QUOTE || text) return 'odd';
      if (key === 'text') {
        if (inputs || targets) return 'odd';
        text = true;
        at = foldString(folding, at + 1);
      } else if (key === 'inputs') {
        if (inputs) return 'odd';
        inputs = true;
        at = foldString(folding, at + 1);
      } else {
        if (targets) return 'odd';
        targets = true;
        if (inputs) {
          folding.space();
          at = foldString(folding, at + 1);
        } else {
          waiting = at + 1;
          at = skipString(bytes, at + 1);
        }
      }
    }
    if (at < 0) return 'odd';
    at = skipBlanks(bytes, at);
    if (bytes[at] === 0x2c) at = skipBlanks(bytes, at + 1);
    else break;
  }
  if (bytes[at] !== 0x7d || skipBlanks(bytes, at + 1) !== to) return 'odd';
  if (waiting >= 0) {
    folding.space();
    foldString(folding, waiting);
  }
  return text || inputs || targets ? 'record' : 'odd';
}

function skipBlanks(bytes: Uint8Array, at: number): number {
  while (bytes[at] === 0x20 || bytes[at] === 0x0d || bytes[at] === 0x09) at++;
  return at;
}

/** The end of a key without escapes, in ASCII; else -1. */
function plainKeyEnd(bytes: Uint8Array, at: number): number {
  for (; ; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) return at;
    if (byte < 0x20 || byte >= 0x80 || byte === BACKSLASH) return -1;
  }
}

function matches(bytes: Uint8Array, at: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return false;
  return true;
}

function keyOf(bytes: Uint8Array, from: number, to: number): Key {
  const length = to - from;
  if (length === 4 && matches(bytes, from, 'text')) return 'text';
  if (length === 6 && matches(bytes, from, 'inputs')) return 'inputs';
  if (length === 7 && matches(bytes, from, 'targets')) return 'targets';
  return 'other';
}

/** The value of four hexadecimal digits, or -1. */
function hex4(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let i = 0; i < 4; i++) {
    const byte = bytes[at + i]!;
    const lower = byte | 0x20;
    const digit =
      byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/** What a backslash and this byte stand for; 0 for `u`, -1 where JSON has no such escape. */
function escapeOf(byte: number): number {
  switch (byte) {
    case 0x6e:
      return 10;
    case 0x74:
      return 9;
    case 0x72:
      return 13;
    case 0x62:
      return 8;
    case 0x66:
      return 12;
    case 0x75:
      return 0;
    case QUOTE:
    case BACKSLASH:
    case 0x2f:
      return byte;
    default:
      return -1;
  }
}

/** The bytes of one UTF-8 character beyond ASCII, its code point left in `decoded`; 0 where it is malformed. */
let decoded = 0;
function decode(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return 0;
  let code = first & (0xff >> (length + 1));
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i]!;
    if ((byte & 0xc0) !== 0x80) return 0;
    code = (code << 6) | (byte & 0x3f);
  }
  if (length === 3 && (code < 0x800 || (code >= 0xd800 && code <= 0xdfff))) return 0;
  if (length === 4 && (code < 0x10000 || code > 0x10ffff)) return 0;
  decoded = code;
  return length;
}

/** Folds a JSON string from after its quote; gives the place after the closing quote, or -1. */
function foldString(folding: Folding, at: number): number {
  const { bytes } = folding;
  for (;;) {
    const byte = bytes[at]!;
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) {
      let code = escapeOf(bytes[at + 1]!);
      if (code < 0) return -1;
      at += 2;
      if (code === 0) {
        code = hex4(bytes, at);
        if (code < 0) return -1;
        at += 4;
        if (code >= 0xd800 && code <= 0xdbff && bytes[at] === BACKSLASH && bytes[at + 1] === 0x75) {
          const low = hex4(bytes, at + 2);
          if (low >= 0xdc00 && low <= 0xdfff) {
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            at += 6;
          }
        }
      }
      folding.foldCode(code);
    } else if (byte < 0x20) {
      return -1;
    } else if (byte < 0x80) {
      folding.foldAscii(byte);
      at++;
    } else {
      const length = decode(bytes, at);
      if (length === 0) return -1;
      folding.foldCode(decoded);
      at += length;
    }
  }
}

function skipString(bytes: Uint8Array, at: number): number {
  for (;;) {
    const byte = bytes[at]!;
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) {
      const code = escapeOf(bytes[at + 1]!);
      if (code < 0 || (code === 0 && hex4(bytes, at + 2) < 0)) return -1;
      at += code === 0 ? 6 : 2;
    } else if (byte < 0x20) {
      return -1;
    } else if (byte < 0x80) {
      at++;
    } else {
      const length = decode(bytes, at);
      if (length === 0) return -1;
      at += length;
    }
  }
}

/** The place after any JSON value, or -1. */
function skipValue(bytes: Uint8Array, at: number, depth: number): number {
  const byte = bytes[at]!;
  if (byte === QUOTE) return skipString(bytes, at + 1);
  if (byte === 0x7b || byte === 0x5b) return depth < DEEPEST ? skipNested(bytes, at, depth) : -1;
  if (byte === 0x74) return matches(bytes, at, 'true') ? at + 4 : -1;
  if (byte === 0x66) return matches(bytes, at, 'false') ? at + 5 : -1;
  if (byte === 0x6e) return matches(bytes, at, 'null') ? at + 4 : -1;
  return skipNumber(bytes, at);
}

function skipNested(bytes: Uint8Array, at: number, depth: number): number {
  const object = bytes[at] === 0x7b;
  const close = object ? 0x7d : 0x5d;
  at = skipBlanks(bytes, at + 1);
  if (bytes[at] === close) return at + 1;
  for (;;) {
    if (object) {
      if (bytes[at] !== QUOTE) return -1;
      at = skipString(bytes, at + 1);
      if (at < 0) return -1;
      at = skipBlanks(bytes, at);
      if (bytes[at] !== 0x3a) return -1;
      at = skipBlanks(bytes, at + 1);
    }
    at = skipValue(bytes, at, depth + 1);
    if (at < 0) return -1;
    at = skipBlanks(bytes, at);
    if (bytes[at] === close) return at + 1;
    if (bytes[at] !== 0x2c) return -1;
    at = skipBlanks(bytes, at + 1);
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function skipDigits(bytes: Uint8Array, at: number): number {
  if (!isDigit(bytes[at])) return -1;
  while (isDigit(bytes[at])) at++;
  return at;
}

function skipNumber(bytes: Uint8Array, at: number): number {
  if (bytes[at] === 0x2d) at++;
  if (bytes[at] === 0x30) at++;
  else at = skipDigits(bytes, at);
  if (at >= 0 && bytes[at] === 0x2e) at = skipDigits(bytes, at + 1);
  if (at >= 0 && (bytes[at]! | 0x20) === 0x65) {
    at++;
    if (bytes[at] === 0x2b || bytes[at] === 0x2d) at++;
    at = skipDigits(bytes, at);
  }
  return at;
}
