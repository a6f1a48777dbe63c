/** printf formatting: `'%s of %d' % (a, b)`. */
import { chargeText, checkLength } from './budget.ts';
import { PyError, typeError, valueError } from './errors.ts';
import { fixed, general, scientific } from './float-text.ts';
import { asInt, asNumber, intText, toFloat, toInt } from './numbers.ts';
import { repr, str, undefinedError } from './print.ts';
import { codePoints, textLength } from './text.ts';
import {
  isText,
  Markup,
  PyDict,
  PyFloat,
  PyRange,
  PyTuple,
  textOrNothing,
  typeName,
  Undefined,
  type Value,
} from './values.ts';

/** `%`, a key in parentheses (one pair may nest), flags, width, precision, a size that means nothing. */
const DIRECTIVE = /%(?:\(((?:[^()]|\([^()]*\))*)\))?([-+ #0]*)(\*|\d+)?(\.(?:\*|\d*))?[hlL]?/y;

/** `format % values`; `guard` escapes each text that goes in (markupsafe). */
export function percentFormat(format: string, values: Value, guard?: (text: string) => string): string {
  const list: readonly Value[] = values instanceof PyTuple ? values.items : [values];
  let at = 0;
  const take = (): Value => {
    const value = list[at++];
    if (value === undefined) throw typeError('not enough arguments for format string');
    return value;
  };
  const star = (): number => {
    const value = asInt(take());
    if (value === undefined) throw typeError('* wants int');
    return Number(value);
  };
  let result = '';
  let from = 0;
  for (let mark = format.indexOf('%'); mark !== -1; mark = format.indexOf('%', from)) {
    result += format.slice(from, mark);
    DIRECTIVE.lastIndex = mark;
    const [whole, key, flags, width, precision] = DIRECTIVE.exec(format)!;
    if (key === undefined && format[mark + 1] === '(') throw valueError('incomplete format key');
    const named = key === undefined ? undefined : byName(values, key);
    const options: Options = { flags: flags!, width: 0, precision: undefined };
    if (width !== undefined) options.width = width === '*' ? star() : Number(width);
    if (options.width < 0) {
      options.flags += '-';
      options.width = -options.width;
    }
    if (precision !== undefined)
      options.precision = precision === '.*' ? Math.max(0, star()) : Number(precision.slice(1));
    const type = String.fromCodePoint(format.codePointAt(mark + whole.length) ?? 0);
    if (mark + whole.length >= format.length) throw valueError('incomplete format');
    from = mark + whole.length + type.length;
    result += type === '%' ? '%' : directive(type, options, named ? () => named.value : take, guard);
    checkLength(result.length);
  }
  if (at < list.length && !isMapping(values)) {
    throw typeError('not all arguments converted during string formatting');
  }
  return result + format.slice(from);
}

/** What Python takes for a mapping here: anything with `[]` that is neither a tuple nor a str. */
function isMapping(value: Value): boolean {
  return (
    value instanceof PyDict || Array.isArray(value) || value instanceof PyRange || value instanceof Undefined
  );
}

function byName(values: Value, key: string): { value: Value } {
  if (values instanceof Undefined) throw undefinedError(values);
  if (!(values instanceof PyDict)) throw typeError('format requires a mapping');
  const value = values.getText(key);
  if (value === undefined) throw new PyError('KeyError', `'${key}'`);
  return { value };
}

interface Options {
  flags: string;
  width: number;
  precision: number | undefined;
}

function directive(
  type: string,
  options: Options,
  take: () => Value,
  guard?: (text: string) => string,
): string {
  switch (type) {
    case 's':
    case 'r':
    case 'a':
      return padText(cut(textFor(type, take(), guard), options.precision), options);
    case 'c':
      return padText(character(take()), options);
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
      return integer(type, options, take());
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      return real(type, options, take());
  }
  const code = type.codePointAt(0)!.toString(16);
  throw valueError(`unsupported format character '${type}' (0x${code})`);
}

function textFor(type: string, value: Value, guard?: (text: string) => string): string {
  const plain = type === 's' ? str(value) : repr(value);
  const text = type === 'a' ? ascii(plain) : plain;
  return guard && !(type === 's' && value instanceof Markup) ? guard(text) : text;
}

/** Escapes what is not ASCII, as Python's `ascii`. */
export function ascii(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of ASCII
  return text.replace(/[^\x00-\x7f]/gu, (char) => {
    const code = char.codePointAt(0)!;
    if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
    if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
    return `\\U${code.toString(16).padStart(8, '0')}`;
  });
}

function cut(text: string, precision: number | undefined): string {
  return precision === undefined ? text : codePoints(text).slice(0, precision).join('');
}

function padText(text: string, { width, flags }: Options): string {
  const missing = width - textLength(text);
  if (missing <= 0) return text;
  chargeText(width);
  return flags.includes('-') ? text + ' '.repeat(missing) : ' '.repeat(missing) + text;
}

function character(value: Value): string {
  const whole = asInt(value);
  if (whole !== undefined) {
    if (whole < 0 || whole > 0x10ffff) throw new PyError('OverflowError', '%c arg not in range(0x110000)');
    return String.fromCodePoint(Number(whole));
  }
  const text = textOrNothing(value);
  if (text === undefined || textLength(text) !== 1) throw typeError('%c requires int or char');
  return text;
}

function withSign(negative: boolean, prefix: string, digits: string, options: Options): string {
  const { flags, width } = options;
  const sign = negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const lead = sign + prefix;
  const missing = width - lead.length - digits.length;
  if (missing > 0 && flags.includes('0') && !flags.includes('-')) {
    chargeText(width);
    return lead + '0'.repeat(missing) + digits;
  }
  return padText(lead + digits, options);
}

function integer(type: string, options: Options, value: Value): string {
  if (value instanceof Undefined) {
    throw 'oxX'.includes(type)
      ? typeError(`%${type} format: an integer is required, not Undefined`)
      : undefinedError(value);
  }
  const isDecimal = 'diu'.includes(type);
  if (asNumber(value) === undefined || (!isDecimal && value instanceof PyFloat)) {
    const wanted = isDecimal ? 'a real number' : 'an integer';
    throw typeError(`%${type} format: ${wanted} is required, not ${typeName(value)}`);
  }
  const whole = toInt(value);
  const negative = whole < 0;
  const radix = type === 'o' ? 8 : isDecimal ? 10 : 16;
  let digits =
    radix === 10
      ? intText(negative ? -whole : whole)
      : (negative ? -BigInt(whole) : BigInt(whole)).toString(radix);
  chargeText(options.precision ?? 0);
  digits = digits.padStart(options.precision ?? 0, '0');
  let prefix = options.flags.includes('#') && !isDecimal ? `0${type}` : '';
  if (type === 'X') {
    digits = digits.toUpperCase();
    prefix = prefix && '0X';
  }
  return withSign(negative, prefix, digits, options);
}

function real(type: string, options: Options, value: Value): string {
  if (isText(value) || (asNumber(value) === undefined && !(value instanceof Undefined))) {
    throw typeError(`must be real number, not ${typeName(value)}`);
  }
  const number = toFloat(value);
  const precision = options.precision ?? 6;
  chargeText(precision);
  const alternate = options.flags.includes('#');
  const kind = type.toLowerCase();
  let text =
    kind === 'f'
      ? fixed(number, precision)
      : kind === 'e'
        ? scientific(number, precision)
        : general(number, precision, alternate);
  if (alternate && !text.includes('.') && Number.isFinite(number))
    text = text.includes('e') ? text.replace('e', '.e') : `${text}.`;
  const negative = text.startsWith('-');
  const digits = negative ? text.slice(1) : text;
  const shown = type === kind ? digits : digits.toUpperCase();
  const plain = Number.isFinite(number) ? options : { ...options, flags: options.flags.replaceAll('0', '') };
  return withSign(negative, '', shown, plain);
}
