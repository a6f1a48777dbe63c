/** Filters that make text. */
import { charge, chargeText, checkLength } from '../python/budget.ts';
import { length, truth } from '../python/compare.ts';
import { PyError, typeError, valueError } from '../python/errors.ts';
import { fixed } from '../python/float-text.ts';
import { stripTags } from '../python/html.ts';
import { toList } from '../python/iterate.ts';
import { escapeHtml, escapeValue } from '../python/markup.ts';
import { asIndex, asInt, asNumber, floatToInt, intText, toFloat } from '../python/numbers.ts';
import { add, modulo, slice } from '../python/operators.ts';
import { repr, str } from '../python/print.ts';
import { capitalize } from '../python/str-case.ts';
import { center, stripChars } from '../python/str-pad.ts';
import { join, replace } from '../python/str-split.ts';
import { codePoints, SPACE_CLASS, splitLines, stripBoth } from '../python/text.ts';
import {
  isText,
  Markup,
  PyDict,
  PyTuple,
  textOrNothing,
  typeName,
  Undefined,
  type Value,
} from '../python/values.ts';
import { define, filterError, filters, soft, softText } from './filter-table.ts';
import { attributeGetter } from './getters.ts';
import { prettyPrint } from './pprint.ts';
import { toJson } from './tojson.ts';
import { urlize } from './urlize.ts';
import { wrap } from './wordwrap.ts';

/** What `title` begins a new word after. */
const WORD_EDGE = new RegExp(`([-${SPACE_CLASS}({[<]+)`);

define('upper', '', (value) => soft(value, (text) => text.toUpperCase()));
define('lower', '', (value) => soft(value, (text) => text.toLowerCase()));
define('capitalize', '', (value) => soft(value, capitalize));
define('string', '', (value) => (isText(value) ? value : str(value)));
define('title', '', (value) =>
  softText(value)
    .split(WORD_EDGE)
    .filter((part) => part !== '')
    .map((part) => {
      const [first = ''] = part;
      return first.toUpperCase() + part.slice(first.length).toLowerCase();
    })
    .join(''),
);

define('trim', 'chars=', (value, [chars]) => {
  const set = chars === undefined || chars === null ? undefined : textOrNothing(chars);
  if (chars !== undefined && chars !== null && set === undefined)
    throw typeError('strip arg must be None or str');
  return soft(value, (text) =>
    set === undefined ? stripBoth(text) : stripChars(text, new Set(codePoints(set)), true, true),
  );
});
define('center', 'width=', (value, [width]) =>
  soft(value, (text) => center(text, width === undefined ? 80 : asIndex(width))),
);
define('replace', 'old, new, count=', (value, [old, by, count], run) => {
  const most = count === undefined || count === null ? -1 : asIndex(count);
  if (run.autoescape) {
    const guarded =
      old instanceof Markup || (by instanceof Markup && !(value instanceof Markup))
        ? escapeValue(value)
        : value;
    const text = softText(guarded);
    const other =
      guarded instanceof Markup && !(by instanceof Markup) ? escapeHtml(softText(by!)) : softText(by!);
    const replaced = replace(text, softText(old!), other, most);
    return guarded instanceof Markup ? new Markup(replaced) : replaced;
  }
  const text = str(value);
  chargeText(text.length);
  return replace(text, str(old!), str(by!), most);
});
define('join', 'd=, attribute=', (value, [separator, attribute], run) => {
  const glue = separator === undefined ? '' : separator;
  let items = value;
  if (attribute !== undefined && attribute !== null) items = toList(value).map(attributeGetter(attribute));
  if (!run.autoescape) return join(str(glue), toListOfText(items));
  const parts = toList(items);
  if (!(glue instanceof Markup) && !parts.some((part) => part instanceof Markup))
    return join(str(glue), parts.map(str));
  return new Markup(join(escapeValue(glue).value, parts, escapeHtml));
});

function toListOfText(items: Value): Value[] {
  return toList(items).map((item) => str(item));
}

filters.set('format', (_run, value, args, kwargs) => {
  if (args.length > 0 && kwargs && kwargs.size > 0) {
    throw filterError("can't handle positional and keyword arguments at the same time");
  }
  const named = new PyDict();
  if (kwargs) for (const [key, item] of kwargs) named.setText(key, item);
  return modulo(isText(value) ? value : str(value), named.size > 0 ? named : new PyTuple(args));
});
define('indent', 'width=, first=, blank=', (value, [width, first, blank]) => {
  const indention =
    width === undefined ? '    ' : isText(width) ? softText(width) : ' '.repeat(spaces(width));
  const text = softText(add(value, '\n'));
  const lines = splitLines(text);
  chargeText(text.length + lines.length * indention.length);
  let result: string;
  if (blank !== undefined && truth(blank)) result = lines.join(`\n${indention}`);
  else {
    const [head = '', ...rest] = lines;
    result = [head, ...rest.map((line) => (line === '' ? line : indention + line))].join('\n');
  }
  if (first !== undefined && truth(first)) result = indention + result;
  return value instanceof Markup ? new Markup(result) : result;
});

function spaces(width: Value): number {
  const count = asInt(width);
  if (count === undefined) throw typeError(`can't multiply sequence by non-int of type '${typeName(width)}'`);
  chargeText(Number(count));
  return Math.max(0, Number(count));
}

define('truncate', 'length=, killwords=, end=, leeway=', (value, [wanted, killWords, end, leeway]) => {
  const limit = wanted === undefined ? 255 : wanted;
  const tail = end === undefined ? '...' : end;
  const slack = leeway === undefined || leeway === null ? 5 : asNumber(leeway);
  const most = asNumber(limit);
  if (most === undefined || slack === undefined)
    throw typeError(`'>=' not supported between instances of '${typeName(limit)}' and 'int'`);
  const tailLength = length(tail);
  if (most < tailLength)
    throw new PyError('AssertionError', `expected length >= ${tailLength}, got ${str(limit)}`);
  if (slack < 0) throw new PyError('AssertionError', `expected leeway >= 0, got ${slack}`);
  if (length(value) <= most + slack) return value;
  const stop = asInt(limit);
  if (stop === undefined)
    throw typeError('slice indices must be integers or None or have an __index__ method');
  const cut = slice(value, null, Number(stop) - tailLength, null);
  if (killWords !== undefined && truth(killWords)) return add(cut, tail);
  const text = textOrNothing(cut);
  if (text === undefined)
    throw new PyError('AttributeError', `'${typeName(value)}' object has no attribute 'rsplit'`);
  const space = text.lastIndexOf(' ');
  const shorter = space === -1 ? text : text.slice(0, space);
  return add(value instanceof Markup ? new Markup(shorter) : shorter, tail);
});
define(
  'wordwrap',
  'width=, break_long_words=, wrapstring=, break_on_hyphens=',
  (value, [width, breakLong, glue, breakHyphens]) => {
    const text = needText(value, 'splitlines');
    const options = {
      width: width === undefined ? 79 : asIndex(width),
      breakLongWords: breakLong === undefined || truth(breakLong),
      breakOnHyphens: breakHyphens === undefined || truth(breakHyphens),
    };
    const joint = glue === undefined || glue === null ? '\n' : needText(glue, 'join');
    const result = splitLines(text)
      .map((line) => wrap(line, options).join(joint))
      .join(joint);
    checkLength(result.length);
    return result;
  },
);

function needText(value: Value, attribute: string): string {
  const text = textOrNothing(value);
  if (text === undefined) {
    if (value instanceof Undefined) throw new PyError('UndefinedError', value.message);
    throw new PyError('AttributeError', `'${typeName(value)}' object has no attribute '${attribute}'`);
  }
  return text;
}

define('wordcount', '', (value) => {
  const text = softText(value);
  chargeText(text.length);
  return text.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0;
});
define('striptags', '', (value) => stripTags(softText(value)));
define('e escape', '', (value) => escapeValue(value));
define('forceescape', '', (value) => new Markup(escapeHtml(softText(value))));
define('safe', '', (value) => new Markup(softText(value)));
define('highlight', '', (value) => add(add("<span style='color: #F08080'>", value), '</span>'));
define('pprint', '', (value) => prettyPrint(value));
define('tojson', 'indent=', (value, [indent]) => new Markup(toJson(value, indent)));

define('xmlattr', 'autospace=', (value, [autospace], run) => {
  if (!(value instanceof PyDict)) {
    if (value instanceof Undefined) throw new PyError('UndefinedError', value.message);
    throw new PyError('AttributeError', `'${typeName(value)}' object has no attribute 'items'`);
  }
  const parts: string[] = [];
  for (const [key, item] of value.pairs()) {
    charge(1);
    if (item === null || item instanceof Undefined) continue;
    const name = textOrNothing(key);
    if (name === undefined) throw typeError(`expected string or bytes-like object, got '${typeName(key)}'`);
    if (/[ \t\n\r\f\v/>=]/.test(name)) throw valueError(`Invalid character in attribute name: ${repr(key)}`);
    parts.push(`${escapeValue(key).value}="${escapeValue(item).value}"`);
  }
  const joined = parts.join(' ');
  const result = joined !== '' && (autospace === undefined || truth(autospace)) ? ` ${joined}` : joined;
  return run.autoescape ? new Markup(result) : result;
});

function quoteUrl(value: Value, forQuery: boolean): string {
  const bytes = new TextEncoder().encode(softText(value));
  checkLength(bytes.length);
  let text = '';
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    if (/[\w.~-]/.test(char) || (char === '/' && !forQuery)) text += char;
    else if (char === ' ' && forQuery) text += '+';
    else text += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}

define('urlencode', '', (value) => {
  let items: Value[];
  if (isText(value)) return quoteUrl(value, false);
  if (value instanceof PyDict) items = value.pairs().map((pair) => new PyTuple(pair));
  else {
    try {
      items = toList(value);
    } catch (error) {
      if (error instanceof PyError && error.kind === 'TypeError') return quoteUrl(value, false);
      throw error;
    }
  }
  return items
    .map((item) => {
      const pair = toList(item);
      if (pair.length !== 2) throw valueError(`not enough values to unpack (expected 2, got ${pair.length})`);
      return `${quoteUrl(pair[0]!, true)}=${quoteUrl(pair[1]!, true)}`;
    })
    .join('&');
});
define(
  'urlize',
  'trim_url_limit=, nofollow=, target=, rel=, extra_schemes=',
  (value, [limit, nofollow, target, rel, schemes], run) => {
    const words = new Set(
      (rel === undefined || rel === null ? '' : softText(rel)).split(/\s+/).filter(Boolean),
    );
    if (nofollow !== undefined && truth(nofollow)) words.add('nofollow');
    words.add('noopener');
    const result = urlize(softText(escapeValue(value)), {
      limit: limit === undefined || limit === null ? undefined : asIndex(limit),
      rel: [...words].sort().join(' '),
      target: target === undefined || target === null ? undefined : softText(target),
      schemes: schemes === undefined || schemes === null ? [] : toList(schemes).map(softText),
    });
    return run.autoescape ? new Markup(result) : result;
  },
);

define('filesizeformat', 'binary=', (value, [binary]) => {
  const bytes = toFloat(value);
  const isBinary = binary !== undefined && truth(binary);
  const base = isBinary ? 1024 : 1000;
  const prefixes = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'].map((letter) =>
    isBinary ? `${letter.toUpperCase()}iB` : `${letter}B`,
  );
  if (bytes === 1) return '1 Byte';
  if (bytes < base) return `${intText(floatToInt(bytes, Math.trunc))} Bytes`;
  let unit = base;
  for (const prefix of prefixes) {
    unit *= base;
    if (bytes < unit || prefix === prefixes.at(-1)) return `${fixed((base * bytes) / unit, 1)} ${prefix}`;
  }
  return '';
});
