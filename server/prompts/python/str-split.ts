/** str's methods that replace, split and join. */

import { charge, chargeText, checkLength } from './budget.ts';
import { truth } from './compare.ts';
import { PyError, typeError, valueError } from './errors.ts';
import { iterate } from './iterate.ts';
import { escapeHtml } from './markup.ts';
import { asIndex, asInt } from './numbers.ts';
import { subscript } from './operators.ts';
import { str } from './print.ts';
import { method, need } from './str-table.ts';
import {
  codePoints,
  isSpaceChar,
  SPACE_CLASS,
  splitLines,
  stripBoth,
  stripEnd,
  stripStart,
  textLength,
} from './text.ts';
import { DONE, Markup, PyDict, PyTuple, textOrNothing, typeName, type Value } from './values.ts';

/** `text.replace(old, new, count)`; a negative count means all. */
export function replace(text: string, old: string, by: string, count: number): string {
  if (count === 0) return text;
  const most = count < 0 ? Number.POSITIVE_INFINITY : count;
  const pieces = old === '' ? codePoints(text) : text.split(old);
  const gaps = old === '' ? pieces.length + 1 : pieces.length - 1;
  chargeText(text.length + Math.min(gaps, most) * (by.length - old.length));
  charge(pieces.length >>> 3);
  if (old === '') {
    const head = pieces.slice(0, Math.max(0, most === Number.POSITIVE_INFINITY ? pieces.length : most - 1));
    const tail = pieces.slice(head.length).join('');
    const start = by + head.map((char) => char + by).join('');
    return start + tail;
  }
  if (gaps <= most) return pieces.join(by);
  return pieces.slice(0, most + 1).join(by) + old + pieces.slice(most + 1).join(old);
}

method('replace', 'old, new, count=, /', (text, [old, by, count], self) => {
  const part = need(old, 'replace() argument 1');
  const plain = need(by, 'replace() argument 2');
  const other = self instanceof Markup && typeof by === 'string' ? escapeHtml(plain) : plain;
  return replace(text, part, other, count === undefined ? -1 : asIndex(count));
});

function splitCount(value: Value | undefined): number {
  const count = value === undefined ? -1 : asIndex(value);
  return count < 0 ? Number.POSITIVE_INFINITY : count;
}

function splitSpace(text: string, most: number): string[] {
  const parts: string[] = [];
  let rest = stripStart(text);
  while (rest !== '' && parts.length < most) {
    let end = 0;
    while (end < rest.length && !isSpaceChar(rest[end]!)) end++;
    parts.push(rest.slice(0, end));
    rest = stripStart(rest.slice(end));
  }
  if (rest !== '') parts.push(rest);
  return parts;
}

const SPACE_RUN = new RegExp(`[${SPACE_CLASS}]+`);

function rsplitSpace(text: string, most: number): string[] {
  const parts: string[] = [];
  let rest = stripEnd(text);
  while (rest !== '' && parts.length < most) {
    let start = rest.length;
    while (start > 0 && !isSpaceChar(rest[start - 1]!)) start--;
    parts.unshift(rest.slice(start));
    rest = stripEnd(rest.slice(0, start));
  }
  if (rest !== '') parts.unshift(rest);
  return parts;
}

function separator(value: Value | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = need(value, 'sep');
  if (text === '') throw valueError('empty separator');
  return text;
}

method('split', 'sep=, maxsplit=', (text, [sep, maxsplit]) => {
  const part = separator(sep);
  const most = splitCount(maxsplit);
  if (part === undefined) {
    if (most !== Number.POSITIVE_INFINITY) return splitSpace(text, most);
    const stripped = stripBoth(text);
    return stripped === '' ? [] : counted(stripped.split(SPACE_RUN));
  }
  const pieces = counted(text.split(part));
  return pieces.length - 1 <= most ? pieces : [...pieces.slice(0, most), pieces.slice(most).join(part)];
});
method('rsplit', 'sep=, maxsplit=', (text, [sep, maxsplit]) => {
  const part = separator(sep);
  const most = splitCount(maxsplit);
  if (part === undefined) return rsplitSpace(text, most);
  if (most === 0) return [text];
  const pieces: string[] = [];
  let end = text.length;
  while (pieces.length < most) {
    const at = end < part.length ? -1 : text.lastIndexOf(part, end - part.length);
    if (at === -1) break;
    pieces.unshift(text.slice(at + part.length, end));
    charge(1);
    end = at;
  }
  pieces.unshift(text.slice(0, end));
  return pieces;
});

function counted(pieces: string[]): string[] {
  charge(pieces.length >>> 2);
  return pieces;
}

method('splitlines', 'keepends=', (text, [keepEnds]) =>
  splitLines(text, keepEnds !== undefined && truth(keepEnds)),
);
method('partition', 'sep, /', (text, [sep]) => {
  const part = separator(sep ?? null) ?? need(null, 'must be str');
  const at = text.indexOf(part);
  return new PyTuple(at === -1 ? [text, '', ''] : [text.slice(0, at), part, text.slice(at + part.length)]);
});
method('rpartition', 'sep, /', (text, [sep]) => {
  const part = separator(sep ?? null) ?? need(null, 'must be str');
  const at = text.lastIndexOf(part);
  return new PyTuple(at === -1 ? ['', '', text] : [text.slice(0, at), part, text.slice(at + part.length)]);
});

/** `separator.join(values)`. */
export function join(glue: string, values: Value, guard?: (text: string) => string): string {
  const iterator = iterate(values, 'can only join an iterable');
  const parts: string[] = [];
  let total = 0;
  for (let next = iterator.next(); next !== DONE; next = iterator.next()) {
    charge(1);
    const text = textOrNothing(next);
    if (text === undefined && !guard) {
      throw typeError(`sequence item ${parts.length}: expected str instance, ${typeName(next)} found`);
    }
    const part = guard && !(next instanceof Markup) ? guard(str(next)) : (text ?? '');
    total += part.length + glue.length;
    checkLength(total);
    parts.push(part);
  }
  chargeText(total);
  return parts.join(glue);
}

method('join', 'iterable, /', (text, [values], self) =>
  join(text, values!, self instanceof Markup ? escapeHtml : undefined),
);

method('translate', 'table, /', (text, [table]) => {
  const chars = codePoints(text).map((char) => {
    let by: Value;
    try {
      by = subscript(table!, char.codePointAt(0)!);
    } catch (error) {
      if (error instanceof PyError && (error.kind === 'KeyError' || error.kind === 'IndexError')) return char;
      throw error;
    }
    if (by === null) return '';
    const whole = asInt(by);
    return whole !== undefined ? String.fromCodePoint(Number(whole)) : need(by, 'character mapping');
  });
  const result = chars.join('');
  checkLength(result.length);
  return result;
});
method('maketrans', 'x, y=, z=, /', (_text, [x, y, z]) => {
  const table = new PyDict();
  if (y === undefined) {
    if (!(x instanceof PyDict))
      throw typeError('if you give only one argument to maketrans it must be a dict');
    for (const [key, value] of x.pairs()) {
      const char = textOrNothing(key);
      if (char !== undefined && textLength(char) !== 1)
        throw valueError('string keys in translate table must be of length 1');
      table.set(char === undefined ? key : char.codePointAt(0)!, value);
    }
    return table;
  }
  const from = codePoints(need(x, 'maketrans() argument 1'));
  const to = codePoints(need(y, 'maketrans() argument 2'));
  if (from.length !== to.length) throw valueError('the first two maketrans arguments must have equal length');
  from.forEach((char, i) => void table.set(char.codePointAt(0)!, to[i]!.codePointAt(0)!));
  if (z !== undefined)
    for (const char of need(z, 'maketrans() argument 3')) table.set(char.codePointAt(0)!, null);
  return table;
});
