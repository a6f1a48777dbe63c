/** `+`, `*`, `%` and the other operators over every type, subscripts and slices. */

import { arithmetic, type NumericOperator } from './arithmetic.ts';
import { chargeItems, chargeText, checkLength } from './budget.ts';
import { PyComplex } from './complex.ts';
import { PyError, typeError, valueError } from './errors.ts';
import { escapeHtml } from './markup.ts';
import { asInt, asNumber, type Int } from './numbers.ts';
import { percentFormat } from './percent.ts';
import { str, undefinedError } from './print.ts';
import { codePoints, textAt, textLength } from './text.ts';
import {
  Markup,
  PyDict,
  PyFloat,
  PyObject,
  PyRange,
  PyTuple,
  textOrNothing,
  typeName,
  Undefined,
  type Value,
} from './values.ts';

function unsupported(operator: string, a: Value, b: Value): PyError {
  if (a instanceof Undefined) return undefinedError(a);
  if (b instanceof Undefined) return undefinedError(b);
  const shown = operator === '**' ? '** or pow()' : operator;
  return typeError(`unsupported operand type(s) for ${shown}: '${typeName(a)}' and '${typeName(b)}'`);
}

/** `a + b`. */
export function add(a: Value, b: Value): Value {
  if (typeof a === 'string' && typeof b === 'string') {
    checkLength(a.length + b.length);
    return a + b;
  }
  const number = arithmetic('+', a, b);
  if (number !== undefined) return number;
  const left = textOrNothing(a);
  const right = textOrNothing(b);
  if (left !== undefined && right !== undefined) {
    checkLength(left.length + right.length);
    return new Markup(
      (typeof a === 'string' ? escapeHtml(left) : left) + (typeof b === 'string' ? escapeHtml(right) : right),
    );
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    chargeItems(a.length + b.length);
    return a.concat(b);
  }
  if (a instanceof PyTuple && b instanceof PyTuple) {
    chargeItems(a.items.length + b.items.length);
    return new PyTuple(a.items.concat(b.items));
  }
  if (b instanceof Undefined) throw undefinedError(b);
  if (a instanceof Undefined) throw undefinedError(a);
  if (left !== undefined) throw typeError(`can only concatenate str (not "${typeName(b)}") to str`);
  if (Array.isArray(a)) throw typeError(`can only concatenate list (not "${typeName(b)}") to list`);
  if (a instanceof PyTuple) throw typeError(`can only concatenate tuple (not "${typeName(b)}") to tuple`);
  throw unsupported('+', a, b);
}

function isSequence(value: Value): boolean {
  return textOrNothing(value) !== undefined || Array.isArray(value) || value instanceof PyTuple;
}

function repeat(value: Value, times: Int): Value | undefined {
  const count = Number(times) > 0 ? Number(times) : 0;
  if (typeof times === 'bigint' && BigInt.asIntN(64, times) !== times && isSequence(value)) {
    throw new PyError('OverflowError', "cannot fit 'int' into an index-sized integer");
  }
  const text = textOrNothing(value);
  if (text !== undefined) {
    chargeText(text.length * count);
    const repeated = text.length === 0 ? '' : text.repeat(count);
    return value instanceof Markup ? new Markup(repeated) : repeated;
  }
  const items = Array.isArray(value) ? value : value instanceof PyTuple ? value.items : undefined;
  if (!items) return undefined;
  chargeItems(items.length * count);
  const repeated: Value[] = [];
  for (let i = 0; i < count && items.length > 0; i++) for (const item of items) repeated.push(item);
  return Array.isArray(value) ? repeated : new PyTuple(repeated);
}

/** `a * b`. */
export function multiply(a: Value, b: Value): Value {
  const number = arithmetic('*', a, b);
  if (number !== undefined) return number;
  if (a instanceof Undefined) throw undefinedError(a);
  if (b instanceof Undefined) throw undefinedError(b);
  const times = asInt(b);
  const repeated = times !== undefined ? repeat(a, times) : undefined;
  if (repeated !== undefined) return repeated;
  const count = asInt(a);
  const other = count !== undefined ? repeat(b, count) : undefined;
  if (other !== undefined) return other;
  for (const [sequence, factor] of [
    [a, b],
    [b, a],
  ] as const) {
    if (Array.isArray(sequence) || sequence instanceof PyTuple || textOrNothing(sequence) !== undefined) {
      throw typeError(`can't multiply sequence by non-int of type '${typeName(factor)}'`);
    }
  }
  throw unsupported('*', a, b);
}

/** `a % b`: also the formatting of a str. */
export function modulo(a: Value, b: Value): Value {
  const text = textOrNothing(a);
  if (text !== undefined) {
    return a instanceof Markup ? new Markup(percentFormat(text, b, escapeHtml)) : percentFormat(text, b);
  }
  return binary('%', a, b);
}

export function binary(operator: NumericOperator, a: Value, b: Value): Value {
  const number = arithmetic(operator, a, b);
  if (number === undefined) throw unsupported(operator, a, b);
  return number;
}

export function negative(value: Value): Value {
  if (typeof value === 'number') return value === 0 ? 0 : -value;
  if (value instanceof PyFloat) return new PyFloat(-value.value);
  if (value instanceof PyComplex) return value.negative();
  const whole = asInt(value);
  if (whole !== undefined) return typeof whole === 'bigint' ? -whole : whole === 0 ? 0 : -whole;
  if (value instanceof Undefined) throw undefinedError(value);
  throw typeError(`bad operand type for unary -: '${typeName(value)}'`);
}

export function positive(value: Value): Value {
  if (value instanceof PyFloat || value instanceof PyComplex) return value;
  const whole = asInt(value);
  if (whole !== undefined) return whole;
  if (value instanceof Undefined) throw undefinedError(value);
  throw typeError(`bad operand type for unary +: '${typeName(value)}'`);
}

/** Python's `abs`. */
export function absolute(value: Value): Value {
  if (value instanceof PyComplex) return new PyFloat(value.size());
  const number = asNumber(value);
  if (number === undefined) {
    if (value instanceof Undefined) throw typeError(`bad operand type for abs(): 'Undefined'`);
    throw typeError(`bad operand type for abs(): '${typeName(value)}'`);
  }
  if (value instanceof PyFloat) return new PyFloat(Math.abs(number));
  return number < 0 ? negative(value) : positive(value);
}

/** The place of `index` in a sequence of `size`, or undefined when it is out of range. */
function place(index: Int, size: number): number | undefined {
  const at = index < 0 ? Number(index) + size : Number(index);
  return at >= 0 && at < size ? at : undefined;
}

/** `object[key]` with the errors of Python: KeyError, IndexError, TypeError. */
export function subscript(object: Value, key: Value): Value {
  if (object instanceof PyDict) {
    const value = object.get(key);
    if (value === undefined) throw new PyError('KeyError', str(key));
    return value;
  }
  const text = textOrNothing(object);
  if (text !== undefined) {
    const index = asInt(key);
    if (index === undefined) throw typeError(`string indices must be integers, not '${typeName(key)}'`);
    const size = textLength(text);
    const at = place(index, size);
    if (at === undefined) throw new PyError('IndexError', 'string index out of range');
    const char = textAt(text, at)!;
    return object instanceof Markup ? new Markup(char) : char;
  }
  const items = Array.isArray(object) ? object : object instanceof PyTuple ? object.items : undefined;
  if (items) {
    const kind = Array.isArray(object) ? 'list' : 'tuple';
    const index = asInt(key);
    if (index === undefined)
      throw typeError(`${kind} indices must be integers or slices, not ${typeName(key)}`);
    const at = place(index, items.length);
    if (at === undefined) throw new PyError('IndexError', `${kind} index out of range`);
    return items[at]!;
  }
  if (object instanceof PyRange) {
    const index = asInt(key);
    if (index === undefined)
      throw typeError(`range indices must be integers or slices, not ${typeName(key)}`);
    const at = place(index, object.length);
    if (at === undefined) throw new PyError('IndexError', 'range object index out of range');
    return object.start + at * object.step;
  }
  if (object instanceof Undefined) throw undefinedError(object);
  if (object instanceof PyObject && object.getItem) {
    const value = object.getItem(key);
    if (value === undefined) throw new PyError('KeyError', str(key));
    return value;
  }
  throw typeError(`'${typeName(object)}' object is not subscriptable`);
}

interface Steps {
  start: number;
  stop: number;
  step: number;
  count: number;
}

function clamp(value: Int, size: number, step: number): number {
  let at = Number(value);
  if (at < 0) at += size;
  if (at < 0) return step < 0 ? -1 : 0;
  if (at >= size) return step < 0 ? size - 1 : size;
  return at;
}

function sliceIndex(value: Value): Int | undefined {
  if (value === null) return undefined;
  const index = asInt(value);
  if (index === undefined) {
    throw typeError('slice indices must be integers or None or have an __index__ method');
  }
  return index;
}

function steps(size: number, startValue: Value, stopValue: Value, stepValue: Value): Steps {
  const stepIndex = sliceIndex(stepValue);
  if (stepIndex === 0) throw valueError('slice step cannot be zero');
  const step = stepIndex === undefined ? 1 : Number(stepIndex);
  const startIndex = sliceIndex(startValue);
  const stopIndex = sliceIndex(stopValue);
  const start = startIndex === undefined ? (step < 0 ? size - 1 : 0) : clamp(startIndex, size, step);
  const stop = stopIndex === undefined ? (step < 0 ? -1 : size) : clamp(stopIndex, size, step);
  const span = step < 0 ? start - stop : stop - start;
  return { start, stop, step, count: span <= 0 ? 0 : Math.ceil(span / Math.abs(step)) };
}

function pick<T>(items: ArrayLike<T>, { start, step, count }: Steps): T[] {
  chargeItems(count);
  const picked: T[] = [];
  for (let i = 0, at = start; i < count; i++, at += step) picked.push(items[at]!);
  return picked;
}

/** `object[start:stop:step]`; null for a part that is left out. */
export function slice(object: Value, start: Value, stop: Value, step: Value): Value {
  const text = textOrNothing(object);
  if (text !== undefined) {
    const wide = textLength(text) !== text.length;
    const chars = wide ? codePoints(text) : text;
    const chosen = steps(chars.length, start, stop, step);
    const part =
      !wide && chosen.step === 1
        ? text.slice(chosen.start, chosen.start + chosen.count)
        : pick<string>(chars, chosen).join('');
    return object instanceof Markup ? new Markup(part) : part;
  }
  if (Array.isArray(object)) return pick(object, steps(object.length, start, stop, step));
  if (object instanceof PyTuple)
    return new PyTuple(pick(object.items, steps(object.items.length, start, stop, step)));
  if (object instanceof PyRange) {
    const chosen = steps(object.length, start, stop, step);
    const first = object.start + chosen.start * object.step;
    const stride = chosen.step * object.step;
    return new PyRange(first, object.start + chosen.stop * object.step, stride);
  }
  if (object instanceof Undefined) throw undefinedError(object);
  if (object instanceof PyDict) throw typeError("unhashable type: 'slice'");
  throw typeError(`'${typeName(object)}' object is not subscriptable`);
}
