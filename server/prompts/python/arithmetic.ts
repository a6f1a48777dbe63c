/** Arithmetic on Python's numbers. */
import { PyComplex } from './complex.ts';
import { LimitError, PyError } from './errors.ts';
import { asInt, asNumber, bitLength, checkBits, type Int, int, MAX_INT_BITS } from './numbers.ts';
import { PyFloat, type Value } from './values.ts';

function bigOperation(operator: string, a: bigint, b: bigint): bigint {
  checkBits(a);
  checkBits(b);
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '//': {
      const quotient = a / b;
      return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
    }
    default: {
      const remainder = a % b;
      return remainder !== 0n && remainder < 0n !== b < 0n ? remainder + b : remainder;
    }
  }
}

function divisionByZero(message: string): PyError {
  return new PyError('ZeroDivisionError', message);
}

function floatModulo(a: number, b: number): number {
  const remainder = a % b;
  if (remainder === 0) return b < 0 ? -0 : 0;
  return remainder < 0 !== b < 0 ? remainder + b : remainder;
}

function floatFloorDivide(a: number, b: number): number {
  const remainder = a % b;
  let quotient = (a - remainder) / b;
  if (remainder !== 0 && remainder < 0 !== b < 0) quotient -= 1;
  if (quotient === 0) return a / b < 0 || Object.is(a / b, -0) ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

function power(a: Value, b: Value): Value {
  const base = asInt(a);
  const exponent = asInt(b);
  if (base !== undefined && exponent !== undefined && exponent >= 0) {
    const bits = typeof base === 'bigint' ? base.toString(16).length * 4 : Math.log2(Math.abs(base) + 1);
    if (bits * Number(exponent) > MAX_INT_BITS && base !== 1 && base !== -1 && base !== 0) {
      throw new LimitError('the template made a number of too many digits');
    }
    if (typeof exponent === 'bigint')
      return base === -1 && exponent % 2n !== 0n ? -1 : base === -1 ? 1 : base;
    const quick = typeof base === 'number' ? base ** exponent : Number.NaN;
    return Number.isSafeInteger(quick) ? quick : int(BigInt(base) ** BigInt(exponent));
  }
  const x = asNumber(a)!;
  const y = asNumber(b)!;
  if (x === 0 && y < 0) throw divisionByZero('0.0 cannot be raised to a negative power');
  if (x < 0 && Number.isFinite(y) && !Number.isInteger(y))
    return new PyComplex(x, 0).power(new PyComplex(y, 0));
  if (x === 1 || y === 0) return new PyFloat(1);
  if (x === -1 && !Number.isFinite(y) && !Number.isNaN(y)) return new PyFloat(1);
  const result = x ** y;
  if (!Number.isFinite(result) && Number.isFinite(x) && Number.isFinite(y)) {
    throw new PyError('OverflowError', "(34, 'Numerical result out of range')");
  }
  return new PyFloat(result);
}

export type NumericOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';

/** Arithmetic on two numbers; undefined when one of them is none. */
export function arithmetic(operator: NumericOperator, a: Value, b: Value): Value | undefined {
  if (a instanceof PyComplex || b instanceof PyComplex) return complexArithmetic(operator, a, b);
  const x = asInt(a);
  const y = asInt(b);
  if (x !== undefined && y !== undefined) {
    if (operator === '**') return power(x, y);
    if (operator === '/') {
      if (!y) throw divisionByZero('division by zero');
      return new PyFloat(divideInts(x, y));
    }
    if ((operator === '//' || operator === '%') && !y)
      throw divisionByZero('integer division or modulo by zero');
    if (typeof x === 'number' && typeof y === 'number') {
      const quick = quickInt(operator, x, y);
      if (Number.isSafeInteger(quick)) return quick === 0 ? 0 : quick;
    }
    return int(bigOperation(operator, BigInt(x), BigInt(y)));
  }
  const left = asNumber(a);
  const right = asNumber(b);
  if (left === undefined || right === undefined) return undefined;
  switch (operator) {
    case '+':
      return new PyFloat(left + right);
    case '-':
      return new PyFloat(left - right);
    case '*':
      return new PyFloat(left * right);
    case '**':
      return power(a, b);
  }
  if (right === 0) {
    throw divisionByZero(
      operator === '/'
        ? 'float division by zero'
        : operator === '%'
          ? 'float modulo'
          : 'float floor division by zero',
    );
  }
  if (operator === '/') return new PyFloat(left / right);
  if (!Number.isFinite(right) && Number.isFinite(left)) {
    if (operator === '%')
      return new PyFloat(
        left !== 0 && left < 0 !== right < 0 ? right : left === 0 ? (right < 0 ? -0 : 0) : left,
      );
    return new PyFloat(left !== 0 && left < 0 !== right < 0 ? -1 : left < 0 !== right < 0 ? -0 : 0);
  }
  return new PyFloat(operator === '%' ? floatModulo(left, right) : floatFloorDivide(left, right));
}

function complexArithmetic(operator: NumericOperator, a: Value, b: Value): Value | undefined {
  const [left, right] = [a, b].map((side) => {
    const number = asNumber(side);
    return number === undefined ? side : new PyComplex(number, 0);
  });
  return left instanceof PyComplex && right instanceof PyComplex ? left.apply(operator, right) : undefined;
}

function quickInt(operator: NumericOperator, x: number, y: number): number {
  switch (operator) {
    case '+':
      return x + y;
    case '-':
      return x - y;
    case '*':
      return x * y;
    case '//': {
      const remainder = x % y;
      return (x - remainder) / y - (remainder !== 0 && remainder < 0 !== y < 0 ? 1 : 0);
    }
    default: {
      const remainder = x % y;
      return remainder !== 0 && remainder < 0 !== y < 0 ? remainder + y : remainder;
    }
  }
}

/** `x / y` for ints, also where one of them is beyond a double's range. */
function divideInts(x: Int, y: Int): number {
  if (typeof x === 'number' && typeof y === 'number') return x / y;
  const a = BigInt(x);
  const b = BigInt(y);
  if (a === 0n) return b < 0n ? -0 : 0;
  const shift = BigInt(Math.max(0, 66 - (bitLength(a) - bitLength(b))));
  const quotient = (a << shift) / b;
  const down = Math.max(0, bitLength(quotient) - 64);
  const result = Number(quotient >> BigInt(down)) * 2 ** (down - Number(shift));
  if (!Number.isFinite(result))
    throw new PyError('OverflowError', 'integer division result too large for a float');
  return result;
}
