/** The methods of Python's list and tuple. */
import { charge } from './budget.ts';
import { equal, sortBy, truth } from './compare.ts';
import { PyError, valueError } from './errors.ts';
import { iterate, toList } from './iterate.ts';
import { asIndex, asInt } from './numbers.ts';
import { repr } from './print.ts';
import { bind, signature } from './signature.ts';
import { DONE, type Kwargs, PyCallable, type PyTuple, type Value } from './values.ts';

type ListMethod = (list: Value[], args: (Value | undefined)[]) => Value;
export type BoundTo<T> = (self: T, args: Value[], kwargs: Kwargs | undefined) => Value;

const methods = new Map<string, BoundTo<Value[]>>();

function method(name: string, parameters: string, body: ListMethod): void {
  const shape = signature(name, parameters);
  methods.set(name, (self, args, kwargs) => body(self, bind(shape, args, kwargs)));
}

export function listMethod(name: string): BoundTo<Value[]> | undefined {
  return methods.get(name);
}

export function tupleMethod(name: string): BoundTo<PyTuple> | undefined {
  const shared = name === 'count' || name === 'index' ? methods.get(name) : undefined;
  return shared && ((self, args, kwargs) => shared(self.items as Value[], args, kwargs));
}

method('append', 'object, /', (list, [item]) => {
  charge(1);
  list.push(item!);
  return null;
});
method('extend', 'iterable, /', (list, [items]) => {
  const iterator = iterate(items === list ? list.slice() : items!);
  for (let next = iterator.next(); next !== DONE; next = iterator.next()) {
    charge(1);
    list.push(next);
  }
  return null;
});
method('insert', 'index, object, /', (list, [index, item]) => {
  charge(list.length >>> 6);
  const at = asIndex(index!);
  list.splice(at < 0 ? Math.max(0, at + list.length) : Math.min(at, list.length), 0, item!);
  return null;
});
method('pop', 'index=, /', (list, [index]) => {
  if (list.length === 0) throw new PyError('IndexError', 'pop from empty list');
  const at = index === undefined ? list.length - 1 : asIndex(index);
  const place = at < 0 ? at + list.length : at;
  if (place < 0 || place >= list.length) throw new PyError('IndexError', 'pop index out of range');
  return list.splice(place, 1)[0]!;
});
method('remove', 'value, /', (list, [value]) => {
  const at = list.findIndex((item) => equal(item, value!));
  if (at === -1) throw valueError('list.remove(x): x not in list');
  list.splice(at, 1);
  return null;
});
method('clear', '', (list) => {
  list.length = 0;
  return null;
});
method('copy', '', (list) => toList(list));
method('reverse', '', (list) => {
  charge(list.length);
  list.reverse();
  return null;
});
method('count', 'value, /', (list, [value]) => list.filter((item) => equal(item, value!)).length);
method('index', 'value, start=, stop=, /', (list, [value, start, stop]) => {
  const clamp = (at: number) => (at < 0 ? Math.max(0, at + list.length) : at);
  const from = clamp(start === undefined ? 0 : Number(asInt(start) ?? asIndex(start)));
  const to = clamp(stop === undefined ? list.length : Number(asInt(stop) ?? asIndex(stop)));
  for (let at = from; at < to && at < list.length; at++) if (equal(list[at]!, value!)) return at;
  throw valueError(`${repr(value!)} is not in list`);
});

const SORT = signature('sort', 'key=, reverse=');
methods.set('sort', (list, args, kwargs) => {
  if (args.length > 0) throw new PyError('TypeError', 'sort() takes no positional arguments');
  const [key, reverse] = bind(SORT, args, kwargs);
  const keys = key instanceof PyCallable ? list.map((item) => key.call([item], undefined)) : list;
  const sorted = sortBy(list.slice(), keys.slice(), reverse !== undefined && truth(reverse));
  list.splice(0, list.length, ...sorted);
  return null;
});
