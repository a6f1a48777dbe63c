import { charge } from './budget.ts';
import { typeError } from './errors.ts';
import {
  DictView,
  Markup,
  PyDict,
  PyFloat,
  PyRange,
  PyTuple,
  typeName,
  Undefined,
  type Value,
} from './values.ts';

/** All undefined values are one key, as in Python, where they hash by their type and are equal. */
const UNDEFINED_KEY = Symbol('undefined');

/**
 * A value as the key of a JavaScript Map, equal exactly where Python's keys are. Throws for what Python
 * can't hash. A text that begins with NUL is marked, for tuples are written as texts that do.
 */
export function hashKey(value: Value): unknown {
  switch (typeof value) {
    case 'string':
      return value.charCodeAt(0) === 0 ? `\0s${value}` : value;
    case 'number':
      return value;
    case 'boolean':
      return value ? 1 : 0;
    case 'bigint':
      return value;
  }
  if (value === null) return null;
  if (value instanceof PyFloat) return floatAsKey(value.value);
  if (value instanceof Markup) return hashKey(value.value);
  if (value instanceof PyTuple) return tupleKey(value);
  if (value instanceof Undefined) return UNDEFINED_KEY;
  if (value instanceof PyRange) {
    const { start, step, length } = value;
    return `\0r${length === 0 ? '' : length === 1 ? `${start}` : `${start},${step},${length}`}`;
  }
  if (
    Array.isArray(value) ||
    value instanceof PyDict ||
    (value instanceof DictView && value.kind !== 'values')
  ) {
    throw typeError(`unhashable type: '${typeName(value)}'`);
  }
  return value;
}

/** An integral float is the int's key; beyond 2**53 that int is a bigint. */
function floatAsKey(value: number): unknown {
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  if (Number.isInteger(value)) return BigInt(value);
  return value;
}

const identities = new WeakMap<object, number>();
let nextIdentity = 1;

function identity(value: object): number {
  let number = identities.get(value);
  if (number === undefined) identities.set(value, (number = nextIdentity++));
  return number;
}

function tupleKey(tuple: PyTuple): string {
  charge(tuple.items.length + 1);
  const parts = tuple.items.map((item) => {
    const key = hashKey(item);
    switch (typeof key) {
      case 'string':
        return `s${key.length}:${key}`;
      case 'number':
        return `n${key}`;
      case 'bigint':
        return `b${key}`;
      case 'symbol':
        return 'u';
      case 'object':
        return key === null ? 'N' : `o${identity(key)}`;
      default:
        return 'N';
    }
  });
  const text = parts.join(',');
  charge(text.length >>> 6);
  return `\0t(${text})`;
}
