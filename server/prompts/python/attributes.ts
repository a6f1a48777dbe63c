/**
 * Attributes, as Jinja looks them up. Only names listed here are reachable: no attribute of a value ever
 * leads to a JavaScript property, and names that begin with an underscore are not attributes at all.
 */
import { equal } from './compare.ts';
import { dictMethod } from './dict-methods.ts';
import { PyError } from './errors.ts';
import { stripTags, unescapeHtml } from './html.ts';
import { listMethod, tupleMethod } from './list-methods.ts';
import { escapeValue } from './markup.ts';
import { asInt, bitLength } from './numbers.ts';
import { subscript } from './operators.ts';
import { repr, undefinedError } from './print.ts';
import { bind, signature } from './signature.ts';
import { strMethod } from './str-methods.ts';
import {
  DictView,
  type Kwargs,
  Markup,
  PyCallable,
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

function bound<T extends Value>(
  self: T,
  name: string,
  method: ((self: T, args: Value[], kwargs: Kwargs | undefined) => Value) | undefined,
): Value | undefined {
  if (!method) return undefined;
  const label =
    self instanceof Markup
      ? `bound method Markup.${name} of ${repr(self)}`
      : `built-in method ${name} of ${typeName(self)} object`;
  return new PyCallable(label, (args, kwargs) => method(self, args, kwargs));
}

type NumberMethod = (self: Value, args: (Value | undefined)[]) => Value;

const INT_ATTRIBUTES = new Map<string, (self: Value) => Value>([
  ['real', (self) => asInt(self)!],
  ['imag', () => 0],
  ['numerator', (self) => asInt(self)!],
  ['denominator', () => 1],
]);
const INT_METHODS = new Map<string, NumberMethod>([
  ['bit_length', (self) => bitLength(asInt(self)!)],
  ['bit_count', (self) => BigInt(asInt(self)!).toString(2).replaceAll(/[^1]/g, '').length],
  ['conjugate', (self) => asInt(self)!],
  ['as_integer_ratio', (self) => new PyTuple([asInt(self)!, 1])],
]);
const FLOAT_METHODS = new Map<string, NumberMethod>([
  ['is_integer', (self) => Number.isInteger((self as PyFloat).value)],
  ['conjugate', (self) => self],
]);

function numberAttribute(value: Value, name: string): Value | undefined {
  const isFloat = value instanceof PyFloat;
  if (isFloat && (name === 'real' || name === 'imag')) return name === 'real' ? value : new PyFloat(0);
  const field = isFloat ? undefined : INT_ATTRIBUTES.get(name);
  if (field) return field(value);
  const method = (isFloat ? FLOAT_METHODS : INT_METHODS).get(name);
  if (!method) return undefined;
  const shape = signature(name, '');
  return bound(value, name, (self, args, kwargs) => method(self, bind(shape, args, kwargs)));
}

function markupAttribute(value: Markup, name: string): Value | undefined {
  switch (name) {
    case 'striptags':
      return bound(value, name, () => stripTags(value.value));
    case 'unescape':
      return bound(value, name, () => unescapeHtml(value.value));
    case 'escape':
      return bound(value, name, (_self, args) => escapeValue(args[0] ?? null));
  }
  return undefined;
}

const ONE_VALUE = signature('range.index', 'value, /');

function rangeAttribute(value: PyRange, name: string): Value | undefined {
  switch (name) {
    case 'start':
      return value.start;
    case 'stop':
      return value.stop;
    case 'step':
      return value.step;
    case 'count':
    case 'index':
      return bound(value, name, (self, args, kwargs) => {
        const [wanted] = bind(ONE_VALUE, args, kwargs);
        const items = Array.from({ length: self.length }, (_, i) => self.start + i * self.step);
        const at = items.findIndex((item) => equal(item, wanted!));
        if (name === 'count') return at === -1 ? 0 : 1;
        if (at === -1) throw new PyError('ValueError', `${repr(wanted!)} is not in range`);
        return at;
      });
  }
  return undefined;
}

/** `getattr(value, name)`, or undefined where Python would raise AttributeError. */
export function attribute(value: Value, name: string): Value | undefined {
  if (name.startsWith('_')) return undefined;
  if (value instanceof PyDict) return bound(value, name, dictMethod(name));
  const text = textOrNothing(value);
  if (text !== undefined) {
    const special = value instanceof Markup ? markupAttribute(value, name) : undefined;
    return special ?? bound(value, name, strMethod(name));
  }
  if (Array.isArray(value)) return bound(value, name, listMethod(name));
  if (value instanceof PyTuple) {
    const place = value.names?.indexOf(name) ?? -1;
    return place >= 0 ? value.items[place] : bound(value, name, tupleMethod(name));
  }
  if (value instanceof Undefined) throw undefinedError(value);
  if (value instanceof PyFloat || asInt(value) !== undefined) return numberAttribute(value, name);
  if (value instanceof PyRange) return rangeAttribute(value, name);
  if (value instanceof PyObject) return value.getAttribute(name);
  if (value instanceof PyCallable) return value.attributes?.get(name);
  if (value instanceof DictView && name === 'mapping') return value.dict;
  return undefined;
}

/** The name of a value's type in the message of an undefined attribute. */
function described(value: Value): string {
  if (value === null) return 'None';
  const name = typeName(value);
  return value instanceof Markup ? `markupsafe.${name} object` : `${name} object`;
}

/** What `object.name` gives where there is no such thing. */
export function missingAttribute(object: Value, name: string): Undefined {
  return new Undefined(`'${described(object)}' has no attribute '${name}'`);
}

function isLookupFailure(error: unknown): boolean {
  return (
    error instanceof PyError && ['KeyError', 'IndexError', 'TypeError', 'AttributeError'].includes(error.kind)
  );
}

/** Jinja's `object.name`: the attribute, else the item, else undefined. */
export function getAttribute(object: Value, name: string): Value {
  const found = attribute(object, name);
  if (found !== undefined) return found;
  if (object instanceof PyDict) {
    const value = object.getText(name);
    return value === undefined ? missingAttribute(object, name) : value;
  }
  try {
    return subscript(object, name);
  } catch (error) {
    if (!isLookupFailure(error)) throw error;
    return missingAttribute(object, name);
  }
}

/** Jinja's `object[key]`: the item, else the attribute, else undefined. */
export function getItem(object: Value, key: Value): Value {
  try {
    if (object instanceof PyDict) {
      const value = object.get(key);
      if (value !== undefined) return value;
    } else return subscript(object, key);
  } catch (error) {
    if (!isLookupFailure(error)) throw error;
  }
  const name = textOrNothing(key);
  if (name === undefined) {
    return new Undefined(`${described(object)} has no element ${repr(key)}`);
  }
  const value = attribute(object, name);
  return value === undefined ? missingAttribute(object, name) : value;
}
