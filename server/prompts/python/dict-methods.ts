/** The methods of Python's dict. */
import { charge } from './budget.ts';
import { PyError, typeError, valueError } from './errors.ts';
import { iterate, toList } from './iterate.ts';
import { repr } from './print.ts';
import { bind, signature } from './signature.ts';
import { DictView, DONE, type Kwargs, PyDict, PyTuple, type Value } from './values.ts';

type DictMethod = (dict: PyDict, args: Value[], kwargs: Kwargs | undefined) => Value;

const methods = new Map<string, DictMethod>();

function method(
  name: string,
  parameters: string,
  body: (dict: PyDict, args: (Value | undefined)[]) => Value,
): void {
  const shape = signature(name, parameters);
  methods.set(name, (self, args, kwargs) => body(self, bind(shape, args, kwargs)));
}

export function dictMethod(name: string): DictMethod | undefined {
  return methods.get(name);
}

/** Puts what `dict(source, **kwargs)` reads into `dict`. */
export function updateDict(dict: PyDict, source: Value | undefined, kwargs: Kwargs | undefined): void {
  if (source instanceof PyDict) {
    charge(source.size);
    for (const [key, value] of source.pairs()) dict.set(key, value);
  } else if (source !== undefined) {
    const iterator = iterate(source);
    let count = 0;
    for (let next = iterator.next(); next !== DONE; next = iterator.next()) {
      let pair: Value[];
      try {
        pair = toList(next);
      } catch {
        throw typeError(`cannot convert dictionary update sequence element #${count} to a sequence`);
      }
      if (pair.length !== 2) {
        throw valueError(
          `dictionary update sequence element #${count} has length ${pair.length}; 2 is required`,
        );
      }
      dict.set(pair[0]!, pair[1]!);
      count++;
    }
  }
  if (kwargs) for (const [key, value] of kwargs) dict.setText(key, value);
}

method('get', 'key, default=, /', (dict, [key, fallback]) => {
  const value = dict.get(key!);
  return value === undefined ? (fallback ?? null) : value;
});
method('keys', '', (dict) => new DictView(dict, 'keys'));
method('values', '', (dict) => new DictView(dict, 'values'));
method('items', '', (dict) => new DictView(dict, 'items'));
method('copy', '', (dict) => {
  charge(dict.size);
  return dict.copy();
});
method('clear', '', (dict) => {
  dict.entries.clear();
  return null;
});
method('pop', 'key, default=, /', (dict, [key, fallback]) => {
  const value = dict.take(key!);
  if (value !== undefined) return value;
  if (fallback === undefined) throw new PyError('KeyError', repr(key!));
  return fallback;
});
method('popitem', '', (dict) => {
  const last = dict.pairs().at(-1);
  if (!last) throw new PyError('KeyError', "'popitem(): dictionary is empty'");
  dict.take(last[0]);
  return new PyTuple(last);
});
method('setdefault', 'key, default=, /', (dict, [key, fallback]) => {
  const value = dict.get(key!);
  if (value !== undefined) return value;
  charge(1);
  dict.set(key!, fallback ?? null);
  return fallback ?? null;
});
method('fromkeys', 'iterable, value=, /', (_dict, [keys, value]) => {
  const made = new PyDict();
  for (const key of toList(keys!)) made.set(key, value ?? null);
  return made;
});
methods.set('update', (dict, args, kwargs) => {
  if (args.length > 1) throw typeError(`update expected at most 1 argument, got ${args.length}`);
  charge(1);
  updateDict(dict, args[0], kwargs);
  return null;
});
