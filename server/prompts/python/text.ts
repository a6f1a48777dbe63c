/** Python's str counted in code points, and the sets of characters its methods go by. */

import { charge } from './budget.ts';

/** White space by `str.isspace`: JavaScript's `\s` has U+FEFF and lacks U+001C to U+001F and U+0085. */
export const SPACE_CLASS =
  '\\t\\n\\v\\f\\r\\x1c-\\x1f \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const LEADING_SPACE = new RegExp(`^[${SPACE_CLASS}]+`);
const SPACE_CHAR = new RegExp(`^[${SPACE_CLASS}]$`);
const ALL_SPACE = new RegExp(`^[${SPACE_CLASS}]+$`);
const SURROGATE = /[\ud800-\udfff]/;

/** True when a code unit is not a code point: such texts take the slow road. */
export function isWide(text: string): boolean {
  return SURROGATE.test(text);
}

export function codePoints(text: string): string[] {
  return Array.from(text);
}

/** `len(text)`. */
export function textLength(text: string): number {
  if (text.length > 256) charge(text.length >>> 8);
  if (!isWide(text)) return text.length;
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** `text[start:stop]` for `0 <= start`, `stop` clamped. */
export function textSlice(text: string, start: number, stop: number): string {
  if (!isWide(text)) return text.slice(start, stop);
  return codePoints(text).slice(start, stop).join('');
}

/** `text[index]`, or undefined when out of range; negative counts from the end. */
export function textAt(text: string, index: number): string | undefined {
  if (!isWide(text)) return text.at(index);
  return codePoints(text).at(index);
}

/** The code point's number at code unit `unit`. */
export function pointsBefore(text: string, unit: number): number {
  return textLength(text.slice(0, unit));
}

export function isSpaceChar(char: string): boolean {
  return SPACE_CHAR.test(char);
}

export function isSpace(text: string): boolean {
  return ALL_SPACE.test(text);
}

/** `text.lstrip()`. */
export function stripStart(text: string): string {
  return text.replace(LEADING_SPACE, '');
}

/** `text.rstrip()`. */
export function stripEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isSpaceUnit(text.charCodeAt(end - 1))) end--;
  return text.slice(0, end);
}

/** `text.strip()`. */
export function stripBoth(text: string): string {
  return stripEnd(stripStart(text));
}

/** All white space is one code unit long. */
export function isSpaceUnit(code: number): boolean {
  if (code < 128) return code === 32 || (code >= 9 && code <= 13) || (code >= 28 && code <= 31);
  return SPACE_CHAR.test(String.fromCharCode(code));
}

/** Order by code points, as Python compares. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  if (!isWide(a) && !isWide(b)) return a < b ? -1 : 1;
  const left = codePoints(a);
  const right = codePoints(b);
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** `text.splitlines(keepends)`. */
export function splitLines(text: string, keepEnds = false): string[] {
  const lines: string[] = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are Python's line ends
  const ends = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g;
  let from = 0;
  for (let match = ends.exec(text); match; match = ends.exec(text)) {
    lines.push(text.slice(from, keepEnds ? ends.lastIndex : match.index));
    from = ends.lastIndex;
  }
  if (from < text.length) lines.push(text.slice(from));
  return lines;
}

/** The title case of one character, as far as it differs from the upper case. */
export function titleChar(char: string): string {
  const code = char.codePointAt(0)!;
  if (code < 0x80) return char.toUpperCase();
  if ((code >= 0x1c4 && code <= 0x1cc) || (code >= 0x1f1 && code <= 0x1f3)) {
    const first = code >= 0x1f1 ? 0x1f1 : 0x1c4 + Math.floor((code - 0x1c4) / 3) * 3;
    return String.fromCodePoint(first + 1);
  }
  if ((code >= 0x10d0 && code <= 0x10fa) || (code >= 0x10fd && code <= 0x10ff)) return char;
  if (code >= 0x1f80 && code <= 0x1faf) return String.fromCodePoint(code | 8);
  if (code === 0x1fb3 || code === 0x1fc3 || code === 0x1ff3) return String.fromCodePoint(code + 9);
  if (code === 0x1fbc || code === 0x1fcc || code === 0x1ffc || code === 0x149) {
    return code === 0x149 ? 'ʼN' : char;
  }
  const upper = char.toUpperCase();
  const [head, ...rest] = codePoints(upper);
  return rest.length === 0 ? upper : head + rest.join('').toLowerCase();
}
