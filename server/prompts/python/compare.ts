/** Truth, equality, order, `in`. */
import { charge } from './budget.ts';
import { PyComplex } from './complex.ts';
import { typeError } from './errors.ts';
import { iterate } from './iterate.ts';
import { asInt } from './numbers.ts';
import { undefinedError } from './print.ts';
import { compareText, textLength } from './text.ts';
import {
  DictView,
  DONE,
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

/** Python's `bool(value)`. */
export function truth(value: Value): boolean {
  switch (typeof value) {
    case 'string':
      return value.length > 0;
    case 'boolean':
      return value;
    case 'number':
      return value !== 0;
    case 'bigint':
      return true;
  }
  if (value === null || value instanceof Undefined) return false;
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof PyDict) return value.size > 0;
  if (value instanceof PyFloat) return value.value !== 0;
  if (value instanceof PyTuple) return value.items.length > 0;
  if (value instanceof PyRange) return value.length > 0;
  if (value instanceof DictView) return value.dict.size > 0;
  if (value instanceof PyComplex) return !value.isZero();
  if (value instanceof PyObject && value.length) return value.length() > 0;
  const text = textOrNothing(value);
  return text === undefined || text.length > 0;
}

type Numeric = number | bigint;

function numeric(value: Value): Numeric | undefined {
  return value instanceof PyFloat ? value.value : asInt(value);
}

/** `a == b`. */
export function equal(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a === 'string' && typeof b === 'string') return false;
  charge(1);
  const x = numeric(a);
  if (x !== undefined) {
    const y = numeric(b);
    // biome-ignore lint/suspicious/noDoubleEquals: compares a number with a bigint by value
    return y !== undefined && x == y;
  }
  const text = textOrNothing(a);
  if (text !== undefined) return text === textOrNothing(b);
  if (Array.isArray(a)) return Array.isArray(b) && equalItems(a, b);
  if (a instanceof PyTuple) return b instanceof PyTuple && equalItems(a.items, b.items);
  if (a instanceof PyDict) return b instanceof PyDict && equalDicts(a, b);
  if (a instanceof Undefined) return b instanceof Undefined;
  if (a instanceof PyRange) return b instanceof PyRange && equalRanges(a, b);
  if (a instanceof PyComplex)
    return b instanceof PyComplex && a.real === b.real && a.imaginary === b.imaginary;
  if (a instanceof DictView) return b instanceof DictView && equalViews(a, b);
  return false;
}

function equalItems(a: readonly Value[], b: readonly Value[]): boolean {
  return a.length === b.length && a.every((item, i) => equal(item, b[i]!));
}

function equalDicts(a: PyDict, b: PyDict): boolean {
  if (a.size !== b.size) return false;
  for (const [hash, entry] of a.entries) {
    const other = b.entries.get(hash);
    if (!other || !equal(entry.value, other.value)) return false;
  }
  return true;
}

function equalRanges(a: PyRange, b: PyRange): boolean {
  if (a.length !== b.length) return false;
  return a.length === 0 || (a.start === b.start && (a.length === 1 || a.step === b.step));
}

function equalViews(a: DictView, b: DictView): boolean {
  if (a.kind === 'values' || b.kind === 'values' || a.dict.size !== b.dict.size) return false;
  if (a.kind !== b.kind) return a.dict.size === 0;
  if (a.kind === 'items') return equalDicts(a.dict, b.dict);
  return a.dict.keys().every((key) => b.dict.has(key));
}

export type OrderOperator = '<' | '<=' | '>' | '>=';

function ordered(operator: OrderOperator, difference: number): boolean {
  switch (operator) {
    case '<':
      return difference < 0;
    case '<=':
      return difference <= 0;
    case '>':
      return difference > 0;
    default:
      return difference >= 0;
  }
}

/** `a < b` and its kin; throws TypeError where Python has no order. */
export function order(operator: OrderOperator, a: Value, b: Value): boolean {
  if (typeof a === 'number' && typeof b === 'number') return ordered(operator, a - b);
  charge(1);
  if (a instanceof Undefined) throw undefinedError(a);
  if (b instanceof Undefined) throw undefinedError(b);
  const x = numeric(a);
  const y = numeric(b);
  if (x !== undefined && y !== undefined) {
    if (Number.isNaN(x) || Number.isNaN(y)) return false;
    return ordered(operator, x < y ? -1 : x > y ? 1 : 0);
  }
  const left = textOrNothing(a);
  const right = textOrNothing(b);
  if (left !== undefined && right !== undefined) return ordered(operator, compareText(left, right));
  const items = itemsOf(a);
  const others = itemsOf(b);
  if (items && others && Array.isArray(a) === Array.isArray(b)) {
    for (let i = 0; i < items.length && i < others.length; i++) {
      if (!equal(items[i]!, others[i]!)) return order(operator, items[i]!, others[i]!);
    }
    return ordered(operator, items.length - others.length);
  }
  throw typeError(`'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}

function itemsOf(value: Value): readonly Value[] | undefined {
  return Array.isArray(value) ? value : value instanceof PyTuple ? value.items : undefined;
}

/** `item in container`. */
export function contains(container: Value, item: Value): boolean {
  const text = textOrNothing(container);
  if (text !== undefined) {
    const part = textOrNothing(item);
    if (part === undefined) {
      throw typeError(`'in <string>' requires string as left operand, not ${typeName(item)}`);
    }
    charge(text.length >>> 6);
    return text.includes(part);
  }
  if (container instanceof PyDict) return container.has(item);
  if (container instanceof DictView && container.kind === 'keys') return container.dict.has(item);
  if (container instanceof DictView && container.kind === 'items') {
    if (!(item instanceof PyTuple) || item.items.length !== 2) return false;
    const value = container.dict.get(item.items[0]!);
    return value !== undefined && equal(value, item.items[1]!);
  }
  if (container instanceof PyRange) {
    const number = numeric(item);
    if (number === undefined) return false;
    const value = Number(number);
    const { start, stop, step } = container;
    const inside = step > 0 ? value >= start && value < stop : value <= start && value > stop;
    return inside && (value - start) % step === 0;
  }
  const iterator = iterate(container, "argument of type '%' is not iterable");
  for (let next = iterator.next(); next !== DONE; next = iterator.next()) {
    charge(1);
    if (equal(next, item)) return true;
  }
  return false;
}

/** Sorts in place as Python's stable sort does by `<`; the keys are computed once. */
export function sortBy(items: Value[], keys: Value[], reverse: boolean): Value[] {
  const places = items.map((_, i) => i);
  charge(items.length * Math.ceil(Math.log2(items.length + 1)));
  const sign = reverse ? -1 : 1;
  places.sort((i, j) => {
    const a = keys[i]!;
    const b = keys[j]!;
    if (order('<', a, b)) return -sign;
    if (order('<', b, a)) return sign;
    return i - j;
  });
  return places.map((place) => items[place]!);
}

/** `len(value)`. */
export function length(value: Value): number {
  const text = textOrNothing(value);
  if (text !== undefined) return textLength(text);
  if (Array.isArray(value)) return value.length;
  if (value instanceof PyDict) return value.size;
  if (value instanceof PyTuple) return value.items.length;
  if (value instanceof PyRange) return value.length;
  if (value instanceof DictView) return value.dict.size;
  if (value instanceof Undefined) return 0;
  if (value instanceof PyObject && value.length) return value.length();
  throw typeError(`object of type '${typeName(value)}' has no len()`);
}
