/** Python's int and float: what a value is as a number, and how one is read from text. */
import { LimitError, PyError, typeError, valueError } from './errors.ts';
import { fixed, isNegative, scaled } from './float-text.ts';
import { stripBoth } from './text.ts';
import { PyFloat, textOrNothing, typeName, Undefined, type Value } from './values.ts';

/** Digits of an int that Python refuses to print. */
const MAX_INT_DIGITS = 4300;
/** Bits of an int beyond which we stop: a template has no use for it. */
export const MAX_INT_BITS = 200_000;

export type Int = number | bigint;

/** An int in its one form: a number where it is safe, else a bigint. */
export function int(value: bigint): Int {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

/** The int of an int or bool; undefined for other values. */
export function asInt(value: Value): Int | undefined {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return value;
    case 'boolean':
      return value ? 1 : 0;
  }
  return undefined;
}

/** The number of an int, bool or float; undefined for other values. */
export function asNumber(value: Value): number | undefined {
  if (value instanceof PyFloat) return value.value;
  const whole = asInt(value);
  return whole === undefined ? undefined : toDouble(whole);
}

function toDouble(value: Int): number {
  if (typeof value === 'number') return value;
  const result = Number(value);
  if (!Number.isFinite(result)) throw new PyError('OverflowError', 'int too large to convert to float');
  return result;
}

/** An int that Python takes where it needs an index; throws TypeError for anything else. */
export function asIndex(value: Value, what = 'object'): number {
  const whole = asInt(value);
  if (whole === undefined)
    throw typeError(`'${typeName(value)}' ${what} cannot be interpreted as an integer`);
  if (typeof whole === 'bigint')
    throw new PyError('OverflowError', 'Python int too large to convert to C ssize_t');
  return whole;
}

export function intText(value: Int): string {
  if (typeof value === 'number') return String(value === 0 ? 0 : value);
  checkBits(value);
  const text = value.toString();
  if (text.length - (value < 0n ? 1 : 0) > MAX_INT_DIGITS) {
    throw valueError('Exceeds the limit (4300 digits) for integer string conversion');
  }
  return text;
}

export function checkBits(value: bigint): void {
  if (BigInt.asIntN(MAX_INT_BITS, value) !== value)
    throw new LimitError('the template made a number of too many digits');
}
/** Python's `round(value, places)`; without `places` an int comes back. */
export function roundNumber(value: Value, places: number | undefined): Value {
  const whole = asInt(value);
  if (whole !== undefined) {
    if (places === undefined || places >= 0) return whole;
    if (places < -MAX_INT_DIGITS) return 0;
    const unit = 10n ** BigInt(-places);
    const big = BigInt(whole);
    const remainder = ((big % unit) + unit) % unit;
    const low = big - remainder;
    const up = remainder * 2n > unit || (remainder * 2n === unit && (low / unit) % 2n !== 0n);
    return int(up ? low + unit : low);
  }
  if (value instanceof Undefined) throw typeError(`type Undefined doesn't define __round__ method`);
  if (!(value instanceof PyFloat)) throw typeError(`type ${typeName(value)} doesn't define __round__ method`);
  const number = value.value;
  if (places === undefined) return floatToInt(number, (n) => Number(fixed(n, 0)));
  if (!Number.isFinite(number) || number === 0 || places > 400) return value;
  if (places < -400) return new PyFloat(isNegative(number) ? -0 : 0);
  const rounded = scaled(number, places);
  const result = places >= 0 ? Number(fixed(number, places)) : Number(rounded * 10n ** BigInt(-places));
  return new PyFloat(places < 0 && isNegative(number) ? -result : result);
}

/** A float's int after `toWhole`; throws for nan and infinity. */
export function floatToInt(value: number, toWhole: (value: number) => number): Int {
  if (Number.isNaN(value)) throw valueError('cannot convert float NaN to integer');
  if (!Number.isFinite(value)) throw new PyError('OverflowError', 'cannot convert float infinity to integer');
  const whole = toWhole(value);
  return Number.isSafeInteger(whole) ? (whole === 0 ? 0 : whole) : int(BigInt(whole));
}

const FLOAT_TEXT = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;

/** Python's `float(value)`. */
export function toFloat(value: Value): number {
  if (value instanceof Undefined) throw new PyError('UndefinedError', value.message);
  const number = asNumber(value);
  if (number !== undefined) return number;
  const text = textOrNothing(value);
  if (text === undefined) {
    throw typeError(`float() argument must be a string or a real number, not '${typeName(value)}'`);
  }
  const trimmed = plainDigits(stripBoth(text));
  if (FLOAT_TEXT.test(trimmed)) return Number(trimmed.replaceAll('_', ''));
  const word = trimmed.toLowerCase().replace(/^[+-]/, '');
  const sign = trimmed.startsWith('-') ? -1 : 1;
  if (word === 'inf' || word === 'infinity') return sign * Number.POSITIVE_INFINITY;
  if (word === 'nan') return Number.NaN;
  throw valueError(`could not convert string to float: '${text}'`);
}

/** Decimal digits of any script as ASCII digits, as Python's `int` and `float` read them. */
function plainDigits(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of ASCII
  if (/^[\x00-\x7f]*$/.test(text)) return text;
  return text.replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0)!;
    let zero = code;
    while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && code - zero < 9) zero--;
    return String(code - zero);
  });
}

/** Python's `int(text, base)`. */
export function parseInt10(text: string, base: number): Int {
  if (base !== 0 && (base < 2 || base > 36)) throw valueError('int() base must be >= 2 and <= 36, or 0');
  const failed = () => valueError(`invalid literal for int() with base ${base}: '${text}'`);
  let digits = plainDigits(stripBoth(text)).toLowerCase();
  const negative = digits.startsWith('-');
  if (/^[+-]/.test(digits)) digits = digits.slice(1);
  const prefix = /^0([xob])_?/.exec(digits);
  const prefixBase = prefix ? { x: 16, o: 8, b: 2 }[prefix[1] as 'x' | 'o' | 'b'] : undefined;
  let radix = base;
  if (prefix && (base === 0 || base === prefixBase)) {
    radix = prefixBase!;
    digits = digits.slice(prefix[0].length);
  } else if (base === 0) {
    radix = 10;
    if (/^0[0_]*[1-9]/.test(digits)) throw failed();
  }
  if (!/^[0-9a-z]+(?:_[0-9a-z]+)*$/.test(digits)) throw failed();
  const plain = digits.replaceAll('_', '');
  if (radix === 10 && plain.length > MAX_INT_DIGITS)
    throw valueError('Exceeds the limit (4300 digits) for integer string conversion');
  if (plain.length > 20_000) throw new LimitError('the template made a number of too many digits');
  let result = 0n;
  for (const char of plain) {
    const digit = Number.parseInt(char, 36);
    if (digit >= radix) throw failed();
    result = result * BigInt(radix) + BigInt(digit);
  }
  return int(negative ? -result : result);
}

/** Python's `int(value, base)`; `base` only for a str. */
export function toInt(value: Value, base?: number): Int {
  if (value instanceof Undefined) throw new PyError('UndefinedError', value.message);
  const whole = asInt(value);
  if (whole !== undefined) return whole;
  if (value instanceof PyFloat) return floatToInt(value.value, Math.trunc);
  const text = textOrNothing(value);
  if (text === undefined) {
    throw typeError(
      `int() argument must be a string, a bytes-like object or a real number, not '${typeName(value)}'`,
    );
  }
  return parseInt10(text, base ?? 10);
}
export function bitLength(value: Int): number {
  const big = BigInt(value);
  return big === 0n ? 0 : (big < 0n ? -big : big).toString(2).length;
}
