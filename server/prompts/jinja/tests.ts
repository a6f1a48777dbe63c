/** Jinja2's tests: `x is defined`. */
import { contains, equal, length, type OrderOperator, order } from '../python/compare.ts';
import { PyError } from '../python/errors.ts';
import { hashKey } from '../python/hash.ts';
import { iterate } from '../python/iterate.ts';
import { asInt } from '../python/numbers.ts';
import { modulo } from '../python/operators.ts';
import { str } from '../python/print.ts';
import { bind, signature } from '../python/signature.ts';
import { isLower, isUpper } from '../python/str-kind.ts';
import {
  DictView,
  isText,
  type Kwargs,
  Markup,
  PyCallable,
  PyDict,
  PyFloat,
  PyIterator,
  PyObject,
  textOrNothing,
  Undefined,
  type Value,
} from '../python/values.ts';
import { filters } from './filter-table.ts';
import type { Run } from './run.ts';

type TestFunction = (run: Run, value: Value, args: Value[], kwargs: Kwargs | undefined) => Value;

export const tests = new Map<string, TestFunction>();

function define(names: string, parameters: string, body: (value: Value, other: Value) => boolean): void {
  for (const name of names.split(' ')) {
    const shape = signature(name, parameters);
    tests.set(name, (_run, value, args, kwargs) => body(value, bind(shape, args, kwargs)[0] ?? null));
  }
}

function isNumber(value: Value): boolean {
  return value instanceof PyFloat || asInt(value) !== undefined;
}

function isSequence(value: Value): boolean {
  if (value instanceof DictView || value instanceof PyIterator) return false;
  if (value instanceof PyObject) return value.length !== undefined && value.getItem !== undefined;
  try {
    length(value);
    return true;
  } catch (error) {
    if (error instanceof PyError) return false;
    throw error;
  }
}

/** Python's `is`, as far as it is certain: small ints, None, bools and one and the same object. */
function isSame(a: Value, b: Value): boolean {
  if (a instanceof PyFloat && b instanceof PyFloat) return a === b;
  if (a instanceof Undefined && b instanceof Undefined) return a === b;
  return a === b;
}

function parity(value: Value, wanted: number): boolean {
  if (value instanceof Undefined) throw new PyError('UndefinedError', value.message);
  return equal(modulo(value, 2), wanted);
}

define('defined', '', (value) => !(value instanceof Undefined));
define('undefined', '', (value) => value instanceof Undefined);
define('none', '', (value) => value === null);
define('boolean', '', (value) => typeof value === 'boolean');
define('true', '', (value) => value === true);
define('false', '', (value) => value === false);
define('integer', '', (value) => typeof value !== 'boolean' && asInt(value) !== undefined);
define('float', '', (value) => value instanceof PyFloat);
define('number', '', isNumber);
define('string', '', isText);
define('mapping', '', (value) => value instanceof PyDict);
define('sequence', '', isSequence);
define('iterable', '', (value) => {
  try {
    iterate(value);
    return true;
  } catch (error) {
    if (error instanceof PyError && error.kind === 'TypeError') return false;
    throw error;
  }
});
define(
  'callable',
  '',
  (value) =>
    value instanceof PyCallable ||
    value instanceof Undefined ||
    (value instanceof PyObject && value.call !== undefined),
);
define('escaped', '', (value) => value instanceof Markup);
define('lower', '', (value) => isLower(str(value)));
define('upper', '', (value) => isUpper(str(value)));
define('odd', '', (value) => parity(value, 1));
define('even', '', (value) => parity(value, 0));
define('divisibleby', 'num', (value, by) => equal(modulo(value, by), 0));
define('sameas', 'other', isSame);
define('in', 'seq', (value, container) => contains(container, value));
define('eq equalto ==', 'other', equal);
define('ne !=', 'other', (a, b) => !equal(a, b));
for (const [names, operator] of [
  ['lt lessthan <', '<'],
  ['le <=', '<='],
  ['gt greaterthan >', '>'],
  ['ge >=', '>='],
] as [string, OrderOperator][]) {
  define(names, 'other', (a, b) => order(operator, a, b));
}
define('filter', '', (value) => named(value, filters));
define('test', '', (value) => named(value, tests));

function named(value: Value, table: ReadonlyMap<string, unknown>): boolean {
  hashKey(value);
  return table.has(textOrNothing(value) ?? '');
}
