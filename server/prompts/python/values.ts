/**
 * Python's values as the templates see them.
 *
 * None is `null`; bool is `boolean`; int is a safe-integer `number`, or a `bigint` beyond that; float is
 * `PyFloat`; str is `string`, or `Markup` for markupsafe's; list is an array; the rest are classes here.
 */

import { isJsonNumber } from '../../base/json.ts';
import type { Json } from '../../collections/types.ts';
import { PyDict } from './dict.ts';

export class PyFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

export class PyTuple {
  readonly items: readonly Value[];
  /** Names of the items, for the pairs that `groupby` gives. */
  readonly names: readonly string[] | undefined;
  constructor(items: readonly Value[], names?: readonly string[]) {
    this.items = items;
    this.names = names;
  }
}

/** markupsafe's str: text that is already escaped. */
export class Markup {
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
}

export class Undefined {
  /** What to say when it is used. */
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

export class PyRange {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  readonly length: number;
  constructor(start: number, stop: number, step: number) {
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.length = Math.max(0, Math.ceil((stop - start) / step));
  }
}

/** Marks the end of an iteration. */
export const DONE: unique symbol = Symbol('done');

/** An iterator or generator: can be walked once. */
export class PyIterator {
  readonly next: () => Value | typeof DONE;
  /** What Python prints, without the address. */
  readonly label: string;
  constructor(next: () => Value | typeof DONE, label: string) {
    this.next = next;
    this.label = label;
  }
}

export type Kwargs = Map<string, Value>;

/** Anything that can be called: a method bound to its object, a global, a macro. */
export class PyCallable {
  readonly call: (args: Value[], kwargs: Kwargs | undefined) => Value;
  readonly label: string;
  /** Attributes, for those that have some (macros). */
  readonly attributes: ReadonlyMap<string, Value> | undefined;
  constructor(
    label: string,
    call: (args: Value[], kwargs: Kwargs | undefined) => Value,
    attributes?: ReadonlyMap<string, Value>,
  ) {
    this.label = label;
    this.call = call;
    this.attributes = attributes;
  }
}

export class DictView {
  readonly dict: PyDict;
  readonly kind: 'keys' | 'values' | 'items';
  constructor(dict: PyDict, kind: 'keys' | 'values' | 'items') {
    this.dict = dict;
    this.kind = kind;
  }
}

/** An object with attributes of our own giving: `loop`, a namespace, a cycler, `self`. */
export abstract class PyObject {
  abstract readonly typeName: string;
  abstract getAttribute(name: string): Value | undefined;
  /** `object[name]`, where the class has it. */
  getItem?(key: Value): Value | undefined;
  call?(args: Value[], kwargs: Kwargs | undefined): Value;
  length?(): number;
  iterate?(): PyIterator;
  print(): string {
    return `<${this.typeName} object>`;
  }
}

export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | PyFloat
  | Value[]
  | PyTuple
  | PyDict
  | Markup
  | Undefined
  | PyRange
  | PyIterator
  | PyCallable
  | DictView
  | PyObject;

export { PyDict };

/** A value out of a record: lists and dicts are copied, so that a template cannot change the record. */
export function fromJson(json: Json | undefined): Value {
  switch (typeof json) {
    case 'string':
    case 'boolean':
      return json;
    case 'number':
      if (Number.isSafeInteger(json)) return Object.is(json, -0) ? 0 : json;
      return new PyFloat(json);
    case 'undefined':
      return null;
  }
  if (json === null) return null;
  if (Array.isArray(json)) return json.map(fromJson);
  if (isJsonNumber(json)) {
    return json.isFloat ? new PyFloat(json.valueOf()) : BigInt(json.source);
  }
  const dict = new PyDict();
  for (const key of Object.keys(json)) dict.setText(key, fromJson(json[key]));
  return dict;
}

/** True for both kinds of str. */
export function isText(value: Value): value is string | Markup {
  return typeof value === 'string' || value instanceof Markup;
}

/** The characters of a str, or undefined for anything else. */
export function textOrNothing(value: Value): string | undefined {
  return typeof value === 'string' ? value : value instanceof Markup ? value.value : undefined;
}

/** Python's name for a value's type, as in its messages. */
export function typeName(value: Value): string {
  switch (typeof value) {
    case 'string':
      return 'str';
    case 'number':
    case 'bigint':
      return 'int';
    case 'boolean':
      return 'bool';
  }
  if (value === null) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (value instanceof PyDict) return 'dict';
  if (value instanceof PyFloat) return 'float';
  if (value instanceof PyTuple) return 'tuple';
  if (value instanceof Markup) return 'Markup';
  if (value instanceof Undefined) return 'Undefined';
  if (value instanceof PyRange) return 'range';
  if (value instanceof PyIterator) return value.label;
  if (value instanceof DictView) return `dict_${value.kind}`;
  if (value instanceof PyCallable) return value.attributes ? 'Macro' : 'builtin_function_or_method';
  return value.typeName;
}
