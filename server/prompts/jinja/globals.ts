/** The global names of PromptSource's environment: Jinja2's own, and `zip`. */
import { charge } from '../python/budget.ts';
import { truth } from '../python/compare.ts';
import { updateDict } from '../python/dict-methods.ts';
import { PyError, typeError, valueError } from '../python/errors.ts';
import { iterate } from '../python/iterate.ts';
import { asIndex } from '../python/numbers.ts';
import {
  DONE,
  type Kwargs,
  PyCallable,
  PyDict,
  PyIterator,
  PyRange,
  PyTuple,
  type Value,
} from '../python/values.ts';
import { Cycler, DictType, Joiner, Namespace } from './objects.ts';

function makeRange(args: Value[], kwargs: Kwargs | undefined): Value {
  if (kwargs) throw typeError('range() takes no keyword arguments');
  if (args.length === 0) throw typeError('range expected at least 1 argument, got 0');
  if (args.length > 3) throw typeError(`range expected at most 3 arguments, got ${args.length}`);
  const [first, second, third] = args.map((arg) => asIndex(arg));
  if (third === 0) throw valueError('range() arg 3 must not be zero');
  return second === undefined ? new PyRange(0, first!, 1) : new PyRange(first!, second, third ?? 1);
}

function makeDict(args: Value[], kwargs: Kwargs | undefined): PyDict {
  if (args.length > 1) throw typeError(`dict expected at most 1 argument, got ${args.length}`);
  const dict = new PyDict();
  updateDict(dict, args[0], kwargs);
  return dict;
}

function makeZip(args: Value[], kwargs: Kwargs | undefined): Value {
  const strict = kwargs?.get('strict');
  if (kwargs && (kwargs.size > 1 || strict === undefined))
    throw typeError('zip() got an unexpected keyword argument');
  const isStrict = strict !== undefined && truth(strict);
  const iterators = args.map((arg) => iterate(arg));
  return new PyIterator(() => {
    const items: Value[] = [];
    for (const [i, iterator] of iterators.entries()) {
      charge(1);
      const item = iterator.next();
      if (item === DONE) {
        if (isStrict && (i > 0 || iterators.slice(1).some((other) => other.next() !== DONE))) {
          throw valueError(`zip() argument ${i + 1} is shorter than argument ${Math.max(1, i)}`);
        }
        return DONE;
      }
      items.push(item);
    }
    return items.length === 0 ? DONE : new PyTuple(items);
  }, 'zip');
}

function makeCycler(args: Value[]): Value {
  if (args.length === 0) throw new PyError('RuntimeError', 'at least one item has to be provided');
  return new Cycler(args);
}

function lipsum(): Value {
  throw new PyError('RuntimeError', 'lipsum() makes random text, which no benchmark can reproduce');
}

function named(name: string, call: (args: Value[], kwargs: Kwargs | undefined) => Value): [string, Value] {
  return [name, new PyCallable(`class '${name}'`, call)];
}

export const globals: ReadonlyMap<string, Value> = new Map<string, Value>([
  named('range', makeRange),
  ['dict', new DictType(makeDict)],
  named('zip', makeZip),
  named('namespace', (args, kwargs) => new Namespace(makeDict(args, kwargs))),
  named('cycler', makeCycler),
  named('joiner', (args, kwargs) => new Joiner(args[0] ?? kwargs?.get('sep') ?? ', ')),
  named('lipsum', lipsum),
]);
