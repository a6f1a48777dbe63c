/** How Python prints floats, correctly rounded. */

/** No double has more digits than this behind its point, or in all: beyond stand zeros. */
const MOST_DECIMALS = 1100;

/** How Python prints a float: the shortest digits that read back the same. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [mantissa, exponentText] = value.toExponential().split('e') as [string, string];
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const sign = exponent < 0 ? '-' : '+';
    return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const text = String(value);
  if (text.includes('e')) return fixed(value, mantissa.replace('-', '').length - 2 - exponent);
  return text.includes('.') ? text : `${text}.0`;
}

/** A finite double as an exact fraction: `numerator / 2**shift`, or `numerator * 2**-shift`. */
function exactly(value: number): { numerator: bigint; shift: number } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, Math.abs(value));
  const raw = bits.getBigUint64(0);
  const exponent = Number(raw >> 52n);
  const fraction = raw & 0xfffffffffffffn;
  const numerator = exponent === 0 ? fraction : fraction | 0x10000000000000n;
  return { numerator, shift: 1075 - Math.max(exponent, 1) };
}

/** `|value| * 10**places`, to the nearest int, ties to even. */
export function scaled(value: number, places: number): bigint {
  let { numerator, shift } = exactly(value);
  let denominator = 1n;
  if (places >= 0) numerator *= 10n ** BigInt(places);
  else denominator = 10n ** BigInt(-places);
  if (shift >= 0) denominator <<= BigInt(shift);
  else numerator <<= BigInt(-shift);
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  if (twice > denominator || (twice === denominator && quotient & 1n)) return quotient + 1n;
  return quotient;
}

export function isNegative(value: number): boolean {
  return value < 0 || Object.is(value, -0);
}

/** `'%.{places}f'`: correctly rounded, ties to even on the exact value. */
export function fixed(value: number, places: number): string {
  if (!Number.isFinite(value)) return floatText(value);
  const digits = scaled(value, places)
    .toString()
    .padStart(places + 1, '0');
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return isNegative(value) ? `-${text}` : text;
}

/** The digits and the power of ten of `'%.{places}e'`, without sign. */
function significant(value: number, places: number): { digits: string; exponent: number } {
  if (value === 0) return { digits: '0'.repeat(places + 1), exponent: 0 };
  if (places > MOST_DECIMALS) {
    const { digits, exponent } = significant(value, MOST_DECIMALS);
    return { digits: digits + '0'.repeat(places - MOST_DECIMALS), exponent };
  }
  let exponent = Number(Math.abs(value).toExponential().split('e')[1]);
  let digits = scaled(value, places - exponent).toString();
  if (digits.length > places + 1) {
    exponent++;
    digits = scaled(value, places - exponent).toString();
  }
  return { digits, exponent };
}

function exponentText(exponent: number): string {
  return `e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** `'%.{places}e'`. */
export function scientific(value: number, places: number): string {
  if (!Number.isFinite(value)) return floatText(value);
  const { digits, exponent } = significant(value, places);
  const mantissa = places === 0 ? digits : `${digits[0]}.${digits.slice(1)}`;
  return (isNegative(value) ? '-' : '') + mantissa + exponentText(exponent);
}

/** `'%.{precision}g'`; `alternate` keeps trailing zeros; `least` keeps one decimal, as `str` and `''` do. */
export function general(value: number, precision: number, alternate = false, least = false): string {
  if (!Number.isFinite(value)) return floatText(value);
  const wanted = precision === 0 ? 1 : precision;
  const { digits, exponent } = significant(value, wanted - 1);
  const limit = least ? wanted - 1 : wanted;
  const trim = (text: string) => (alternate || !text.includes('.') ? text : text.replace(/\.?0+$/, ''));
  let text: string;
  if (exponent < -4 || exponent >= (least ? Math.max(limit, 1) : limit)) {
    const mantissa = trim(digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits);
    text = mantissa + exponentText(exponent);
  } else {
    text = trim(fixed(Math.abs(value), Math.max(0, wanted - 1 - exponent)));
    if (least && !text.includes('.')) text += '.0';
  }
  return isNegative(value) ? `-${text}` : text;
}
