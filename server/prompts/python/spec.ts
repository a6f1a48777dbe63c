/** Python's format specifications: `format(value, '>10.3f')`. */
import { chargeText } from './budget.ts';
import { PyError, valueError } from './errors.ts';
import { fixed, floatText, general, scientific } from './float-text.ts';
import { asInt, asNumber, type Int, intText } from './numbers.ts';
import { str } from './print.ts';
import { codePoints, textLength } from './text.ts';
import { PyFloat, textOrNothing, typeName, Undefined, type Value } from './values.ts';

interface Spec {
  fill: string;
  align: string;
  sign: string;
  zeroNegative: boolean;
  alternate: boolean;
  zeroPad: boolean;
  width: number;
  grouping: string;
  precision: number | undefined;
  type: string;
}

const SPEC = /^(?:(.)?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?(.)?$/su;

function parse(text: string, value: Value): Spec {
  const match = SPEC.exec(text);
  if (!match) {
    if (/^(?:.?[<>=^])?[-+ ]?z?#?0?\d*[,_]?\.(?!\d)/su.test(text))
      throw valueError('Format specifier missing precision');
    throw valueError(`Invalid format specifier '${text}' for object of type '${typeName(value)}'`);
  }
  const [, fill, align, sign, z, alternate, zero, width, grouping, precision, type] = match;
  const wanted = Number(width ?? 0);
  if (wanted > 2 ** 31 || Number(precision ?? 0) > 2 ** 31)
    throw valueError('Too many decimal digits in format string');
  return {
    fill: fill ?? (zero ? '0' : ' '),
    align: align ?? (zero ? '=' : ''),
    sign: sign ?? '',
    zeroNegative: z !== undefined,
    alternate: alternate !== undefined,
    zeroPad: zero !== undefined,
    width: wanted,
    grouping: grouping ?? '',
    precision: precision === undefined ? undefined : Number(precision),
    type: type ?? '',
  };
}

/** `text` filled up to `width`; for `=` the fill goes after the first `signLength` characters. */
function pad(text: string, spec: Spec, defaultAlign: string, signLength: number): string {
  const missing = spec.width - textLength(text);
  if (missing <= 0) return text;
  chargeText(spec.width);
  const fill = (count: number) => spec.fill.repeat(count);
  switch (spec.align || defaultAlign) {
    case '<':
      return text + fill(missing);
    case '^': {
      const left = missing >> 1;
      return fill(left) + text + fill(missing - left);
    }
    case '=':
      return text.slice(0, signLength) + fill(missing) + text.slice(signLength);
    default:
      return fill(missing) + text;
  }
}

function formatText(text: string, spec: Spec): string {
  const { type, precision } = spec;
  if (type !== '' && type !== 's') throw valueError(`Unknown format code '${type}' for object of type 'str'`);
  if (spec.sign)
    throw valueError(
      spec.sign === ' '
        ? 'Space not allowed in string format specifier'
        : 'Sign not allowed in string format specifier',
    );
  if (spec.zeroNegative)
    throw valueError('Negative zero coercion (z) not allowed in string format specifier');
  if (spec.alternate) throw valueError('Alternate form (#) not allowed in string format specifier');
  if (spec.grouping) throw valueError(`Cannot specify '${spec.grouping}' with 's'.`);
  const explicit = spec.align === '=' && !spec.zeroPad;
  if (explicit) throw valueError("'=' alignment not allowed in string format specifier");
  const cut = precision === undefined ? text : codePoints(text).slice(0, precision).join('');
  return pad(cut, spec.align === '=' ? { ...spec, align: '<' } : spec, '<', 0);
}

/** Digits in groups, filled up with zeros to `width` characters when asked. */
function group(digits: string, separator: string, size: number, width: number): string {
  if (separator === '') return digits.padStart(width, '0');
  const grouped = (text: string) => {
    const parts: string[] = [];
    for (let end = text.length; end > 0; end -= size) parts.unshift(text.slice(Math.max(0, end - size), end));
    return parts.join(separator);
  };
  let padded = digits;
  while (grouped(padded).length < width) padded = `0${padded}`;
  return grouped(padded);
}

function assemble(
  negative: boolean,
  prefix: string,
  whole: string,
  rest: string,
  spec: Spec,
  groupSize: number,
): string {
  const sign = negative ? '-' : spec.sign === '+' ? '+' : spec.sign === ' ' ? ' ' : '';
  const lead = sign + prefix;
  const zeros = spec.fill === '0' && spec.align === '=';
  chargeText(spec.width + whole.length);
  const width = zeros ? spec.width - lead.length - rest.length : 0;
  const digits = group(whole, spec.grouping, groupSize, width);
  return pad(lead + digits + rest, spec, '>', lead.length);
}

function formatInt(value: Int, spec: Spec, kind: string): string {
  const { type } = spec;
  if (spec.precision !== undefined) throw valueError('Precision not allowed in integer format specifier');
  if (spec.zeroNegative)
    throw valueError('Negative zero coercion (z) not allowed in format specifier with integer');
  const negative = value < 0;
  const magnitude = negative ? -BigInt(value) : BigInt(value);
  if (type === 'c') {
    if (spec.sign) throw valueError("Sign not allowed with integer format specifier 'c'");
    if (spec.alternate) throw valueError("Alternate form (#) not allowed with integer format specifier 'c'");
    if (spec.grouping) throw valueError(`Cannot specify '${spec.grouping}' with 'c'.`);
    if (negative || magnitude > 0x10ffffn)
      throw new PyError('OverflowError', '%c arg not in range(0x110000)');
    return pad(String.fromCodePoint(Number(magnitude)), spec, '>', 0);
  }
  const radix = { '': 10, d: 10, n: 10, b: 2, o: 8, x: 16, X: 16 }[type];
  if (radix === undefined) throw valueError(`Unknown format code '${type}' for object of type '${kind}'`);
  if (type === 'n' && spec.grouping) throw valueError(`Cannot specify '${spec.grouping}' with 'n'.`);
  if (radix !== 10 && spec.grouping === ',') throw valueError(`Cannot specify ',' with '${type}'.`);
  let digits = radix === 10 ? intText(negative ? -value : value) : magnitude.toString(radix);
  if (type === 'X') digits = digits.toUpperCase();
  const prefix = spec.alternate && radix !== 10 ? `0${type}` : '';
  return assemble(negative, prefix, digits, '', spec, radix === 10 ? 3 : 4);
}

function formatFloat(value: number, spec: Spec): string {
  const { type, alternate } = spec;
  if (!['', 'e', 'E', 'f', 'F', 'g', 'G', 'n', '%'].includes(type)) {
    throw valueError(`Unknown format code '${type}' for object of type 'float'`);
  }
  if (type === 'n' && spec.grouping) throw valueError(`Cannot specify '${spec.grouping}' with 'n'.`);
  chargeText(spec.precision ?? 0);
  const number = type === '%' ? value * 100 : value;
  const text = floatDigits(number, type, spec.precision, alternate);
  let negative = text.startsWith('-');
  const plain = (negative ? text.slice(1) : text) + (type === '%' ? '%' : '');
  if (spec.zeroNegative && negative && /^[0.]+(?:e[-+]?\d+)?%?$/.test(plain)) negative = false;
  const shown = type === 'E' || type === 'F' || type === 'G' ? plain.toUpperCase() : plain;
  const match = /^\d+/.exec(shown);
  const whole = match ? match[0] : '';
  if (!match) return padNonFinite(negative, shown, spec);
  return assemble(negative, '', whole, shown.slice(whole.length), spec, 3);
}

function padNonFinite(negative: boolean, text: string, spec: Spec): string {
  const sign = negative ? '-' : spec.sign === '+' ? '+' : spec.sign === ' ' ? ' ' : '';
  return pad(sign + text, spec, '>', sign.length);
}

function floatDigits(value: number, type: string, precision: number | undefined, alternate: boolean): string {
  switch (type.toLowerCase()) {
    case 'e':
      return withPoint(scientific(value, precision ?? 6), alternate);
    case 'f':
    case '%':
      return withPoint(fixed(value, precision ?? 6), alternate);
    case 'g':
    case 'n':
      return withPoint(general(value, precision ?? 6, alternate), alternate);
    default:
      return precision === undefined ? floatText(value) : general(value, precision, alternate, true);
  }
}

/** The alternate form keeps a decimal point even with nothing behind it. */
function withPoint(text: string, alternate: boolean): string {
  if (!alternate || text.includes('.') || !/\d/.test(text)) return text;
  return text.includes('e') ? text.replace('e', '.e') : `${text}.`;
}

/** Python's `format(value, spec)`. */
export function formatValue(value: Value, specText: string): string {
  const text = textOrNothing(value);
  if (text !== undefined) return specText === '' ? text : formatText(text, parse(specText, value));
  if (specText === '') return str(value);
  const whole = asInt(value);
  if (whole !== undefined) {
    const spec = parse(specText, value);
    if ('eEfFgG%'.includes(spec.type) && spec.type !== '') return formatFloat(asNumber(value)!, spec);
    return formatInt(whole, spec, typeName(value));
  }
  if (value instanceof PyFloat) return formatFloat(value.value, parse(specText, value));
  if (value instanceof Undefined)
    throw new PyError('TypeError', 'unsupported format string passed to Undefined.__format__');
  throw new PyError('TypeError', `unsupported format string passed to ${typeName(value)}.__format__`);
}
