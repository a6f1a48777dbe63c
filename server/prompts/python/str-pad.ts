/** str's methods about what stands around a text. */

import { charge, chargeText, checkLength } from './budget.ts';
import { typeError } from './errors.ts';
import { asIndex } from './numbers.ts';
import { method } from './str-table.ts';
import { codePoints, stripBoth, stripEnd, stripStart, textLength } from './text.ts';
import { textOrNothing, typeName, type Value } from './values.ts';

function stripSet(chars: Value | undefined, name: string): Set<string> | undefined {
  if (chars === undefined || chars === null) return undefined;
  const text = textOrNothing(chars);
  if (text === undefined) throw typeError(`${name} arg must be None or str`);
  return new Set(codePoints(text));
}

export function stripChars(text: string, chars: Set<string>, start: boolean, end: boolean): string {
  const points = codePoints(text);
  let from = 0;
  let to = points.length;
  while (start && from < to && chars.has(points[from]!)) from++;
  while (end && to > from && chars.has(points[to - 1]!)) to--;
  return points.slice(from, to).join('');
}

method('strip', 'chars=, /', (text, [chars]) => {
  const set = stripSet(chars, 'strip');
  return set ? stripChars(text, set, true, true) : stripBoth(text);
});
method('lstrip', 'chars=, /', (text, [chars]) => {
  const set = stripSet(chars, 'lstrip');
  return set ? stripChars(text, set, true, false) : stripStart(text);
});
method('rstrip', 'chars=, /', (text, [chars]) => {
  const set = stripSet(chars, 'rstrip');
  return set ? stripChars(text, set, false, true) : stripEnd(text);
});

function fillChar(value: Value | undefined): string {
  if (value === undefined) return ' ';
  const text = textOrNothing(value);
  if (text === undefined)
    throw typeError(`The fill character must be a unicode character, not ${typeName(value)}`);
  if (textLength(text) !== 1) throw typeError('The fill character must be exactly one character long');
  return text;
}

/** Python's centring: the odd space goes left when the width is odd. */
export function center(text: string, width: number, fill = ' '): string {
  const missing = width - textLength(text);
  if (missing <= 0) return text;
  chargeText(width);
  const left = (missing >> 1) + (missing & width & 1);
  return fill.repeat(left) + text + fill.repeat(missing - left);
}

method('center', 'width, fillchar=, /', (text, [width, fill]) =>
  center(text, asIndex(width!), fillChar(fill)),
);
method('ljust', 'width, fillchar=, /', (text, [width, fill]) => {
  const missing = asIndex(width!) - textLength(text);
  const char = fillChar(fill);
  chargeText(text.length + Math.max(0, missing));
  return missing <= 0 ? text : text + char.repeat(missing);
});
method('rjust', 'width, fillchar=, /', (text, [width, fill]) => {
  const missing = asIndex(width!) - textLength(text);
  const char = fillChar(fill);
  chargeText(text.length + Math.max(0, missing));
  return missing <= 0 ? text : char.repeat(missing) + text;
});
method('zfill', 'width, /', (text, [width]) => {
  const missing = asIndex(width!) - textLength(text);
  if (missing <= 0) return text;
  chargeText(text.length + missing);
  const sign = /^[+-]/.test(text) ? text[0]! : '';
  return sign + '0'.repeat(missing) + text.slice(sign.length);
});
method('expandtabs', 'tabsize=', (text, [tabsize]) => {
  const size = tabsize === undefined ? 8 : asIndex(tabsize);
  let column = 0;
  let result = '';
  for (const char of text) {
    if (char === '\t') {
      const spaces = size > 0 ? size - (column % size) : 0;
      checkLength(result.length + spaces);
      charge(spaces >>> 6);
      result += ' '.repeat(spaces);
      column += spaces;
    } else {
      result += char;
      column = char === '\n' || char === '\r' ? 0 : column + 1;
    }
  }
  return result;
});
