/** Python's `iter` and what is built on it. */
import { charge } from './budget.ts';
import { PyError, typeError } from './errors.ts';
import { codePoints } from './text.ts';
import {
  DictView,
  DONE,
  PyDict,
  PyIterator,
  PyObject,
  PyRange,
  PyTuple,
  textOrNothing,
  typeName,
  Undefined,
  type Value,
} from './values.ts';

/** An iterator over a list that may grow while it is walked. */
function overList(items: readonly Value[], label: string): PyIterator {
  let at = 0;
  return new PyIterator(() => (at < items.length ? items[at++]! : DONE), label);
}

/** An iterator over a dict; Python refuses a dict that changes size under it. */
function overDict(dict: PyDict, items: readonly Value[], label: string): PyIterator {
  const size = dict.size;
  let at = 0;
  return new PyIterator(() => {
    if (dict.size !== size) throw new PyError('RuntimeError', 'dictionary changed size during iteration');
    return at < items.length ? items[at++]! : DONE;
  }, label);
}

/** `iter(value)`; `message` with `%` for the type's name. */
export function iterate(value: Value, message = "'%' object is not iterable"): PyIterator {
  if (Array.isArray(value)) return overList(value, 'list_iterator');
  if (value instanceof PyIterator) return value;
  if (value instanceof PyTuple) return overList(value.items, 'tuple_iterator');
  const text = textOrNothing(value);
  if (text !== undefined) {
    charge(text.length >>> 3);
    return overList(codePoints(text), 'str_iterator');
  }
  if (value instanceof PyDict) return overDict(value, value.keys(), 'dict_keyiterator');
  if (value instanceof DictView)
    return overDict(value.dict, viewItems(value), `dict_${value.kind.slice(0, -1)}iterator`);
  if (value instanceof PyRange) {
    let at = 0;
    const { start, step, length } = value;
    return new PyIterator(() => (at < length ? start + step * at++ : DONE), 'range_iterator');
  }
  if (value instanceof Undefined) return overList([], 'generator');
  if (value instanceof PyObject && value.iterate) return value.iterate();
  throw typeError(message.replace('%', typeName(value)));
}

export function viewItems(view: DictView): Value[] {
  if (view.kind === 'keys') return view.dict.keys();
  if (view.kind === 'values') return view.dict.values();
  return view.dict.pairs().map((pair) => new PyTuple(pair));
}

/** `list(value)`: always a new list. */
export function toList(value: Value): Value[] {
  if (Array.isArray(value)) {
    charge(value.length);
    return value.slice();
  }
  const iterator = iterate(value);
  const items: Value[] = [];
  for (let next = iterator.next(); next !== DONE; next = iterator.next()) {
    charge(1);
    items.push(next);
  }
  return items;
}

/** A generator that walks `value` and gives what `make` makes of each item; begins when it is first asked. */
export function generator(
  label: string,
  start: () => PyIterator,
  make: (item: Value) => Value | typeof SKIP,
): PyIterator {
  let source: PyIterator | undefined;
  let finished = false;
  const next = (): Value | typeof DONE => {
    if (finished) return DONE;
    try {
      source ??= start();
      for (let item = source.next(); item !== DONE; item = source.next()) {
        charge(1);
        const made = make(item);
        if (made !== SKIP) return made;
      }
    } catch (error) {
      finished = true;
      throw error;
    }
    finished = true;
    return DONE;
  };
  return new PyIterator(next, `generator object ${label}`);
}

/** What a generator's `make` gives for an item that is left out. */
export const SKIP: unique symbol = Symbol('skip');
