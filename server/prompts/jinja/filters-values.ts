/** Filters over numbers, sequences and dicts. */
import { missingAttribute, attribute as pythonAttribute } from '../python/attributes.ts';
import { charge } from '../python/budget.ts';
import { equal, length, order, truth } from '../python/compare.ts';
import { PyError, typeError } from '../python/errors.ts';
import { generator, iterate, SKIP, toList } from '../python/iterate.ts';
import {
  asIndex,
  asInt,
  asNumber,
  floatToInt,
  type Int,
  roundNumber,
  toFloat,
  toInt,
} from '../python/numbers.ts';
import { absolute, add, binary, multiply, subscript } from '../python/operators.ts';
import { str } from '../python/print.ts';
import { codePoints } from '../python/text.ts';
import {
  DictView,
  DONE,
  isText,
  Markup,
  PyDict,
  PyFloat,
  PyIterator,
  PyRange,
  PyTuple,
  textOrNothing,
  typeName,
  Undefined,
  type Value,
} from '../python/values.ts';
import { define, filterError, filters } from './filter-table.ts';
import { attributeGetter, type Getter } from './getters.ts';
import type { Run } from './run.ts';
import { tests } from './tests.ts';

define('abs', '', absolute);
define('count length', '', length);
define('list', '', toList);
define('d default', 'default_value=, boolean=', (value, [fallback, boolean]) => {
  if (value instanceof Undefined || (boolean !== undefined && truth(boolean) && !truth(value)))
    return fallback === undefined ? '' : fallback;
  return value;
});

define('attr', 'name', (value, [name]) => {
  const text = textOrNothing(name!);
  if (text === undefined) throw typeError('attribute name must be string');
  const found = value instanceof Undefined ? undefined : pythonAttribute(value, text);
  if (value instanceof Undefined) throw new PyError('UndefinedError', value.message);
  return found === undefined ? missingAttribute(value, text) : found;
});
define('first', '', (value) => {
  const item = iterate(value).next();
  return item === DONE ? new Undefined('No first item, sequence was empty.') : item;
});

/** What Python's `reversed` walks, or TypeError. */
function reversedItems(value: Value): Value[] {
  const text = textOrNothing(value);
  if (text !== undefined) {
    const chars = codePoints(text).reverse();
    return value instanceof Markup ? chars.map((char) => new Markup(char)) : chars;
  }
  if (
    Array.isArray(value) ||
    value instanceof PyTuple ||
    value instanceof PyDict ||
    value instanceof PyRange ||
    value instanceof DictView
  ) {
    return toList(value).reverse();
  }
  if (value instanceof Undefined) return [];
  throw typeError(`'${typeName(value)}' object is not reversible`);
}

define('last', '', (value) => {
  const [last] = reversedItems(value);
  return last === undefined ? new Undefined('No last item, sequence was empty.') : last;
});

define('reverse', '', (value) => {
  const text = textOrNothing(value);
  if (text !== undefined) {
    const reversed = codePoints(text).reverse().join('');
    return value instanceof Markup ? new Markup(reversed) : reversed;
  }
  if (value instanceof PyIterator) return toList(value).reverse();
  try {
    const items = reversedItems(value);
    const iterator = iterate(items);
    return new PyIterator(iterator.next, Array.isArray(value) ? 'list_reverseiterator' : 'reversed');
  } catch (error) {
    if (error instanceof PyError && error.kind === 'TypeError')
      throw filterError('argument must be iterable');
    throw error;
  }
});
define('items', '', (value) =>
  generator(
    'do_items',
    () => {
      if (value instanceof Undefined) return iterate([]);
      if (!(value instanceof PyDict)) throw typeError('Can only get item pairs from a mapping.');
      return iterate(new DictView(value, 'items'));
    },
    (item) => item,
  ),
);

// Numbers

define('int', 'default=, base=', (value, [fallback, base]): Value => {
  const number = base === undefined ? 10 : asIndex(base);
  const isIgnorable = (error: unknown, kinds: string[]) =>
    error instanceof PyError && kinds.includes(error.kind);
  try {
    return toInt(value, number);
  } catch (error) {
    if (!isIgnorable(error, ['TypeError', 'ValueError'])) throw error;
  }
  try {
    return floatToInt(toFloat(value), Math.trunc);
  } catch (error) {
    if (!isIgnorable(error, ['TypeError', 'ValueError', 'OverflowError'])) throw error;
  }
  return fallback === undefined ? 0 : fallback;
});
define('float', 'default=', (value, [fallback]) => {
  try {
    return new PyFloat(toFloat(value));
  } catch (error) {
    if (error instanceof PyError && (error.kind === 'TypeError' || error.kind === 'ValueError')) {
      return fallback === undefined ? new PyFloat(0) : fallback;
    }
    throw error;
  }
});
define('round', 'precision=, method=', (value, [precision, method]) => {
  const how = method === undefined ? 'common' : textOrNothing(method);
  if (how !== 'common' && how !== 'ceil' && how !== 'floor')
    throw filterError('method must be common, ceil or floor');
  if (how === 'common') return roundNumber(value, precision === null ? undefined : asIndex(precision ?? 0));
  const power = binary('**', 10, precision ?? 0);
  const scaled = multiply(value, power);
  const number = asNumber(scaled);
  if (number === undefined) throw typeError(`must be real number, not ${typeName(scaled)}`);
  const whole: Int = asInt(scaled) ?? floatToInt(number, how === 'ceil' ? Math.ceil : Math.floor);
  return binary('/', whole, power);
});
define('sum', 'attribute=, start=', (value, [attribute, start]) => {
  const get = attribute === undefined || attribute === null ? undefined : attributeGetter(attribute);
  let total: Value = start === undefined ? 0 : start;
  if (isText(total)) throw typeError("sum() can't sum strings [use ''.join(seq) instead]");
  const iterator = iterate(value);
  for (let item = iterator.next(); item !== DONE; item = iterator.next()) {
    charge(1);
    total = add(total, get ? get(item) : item);
  }
  return total;
});

// Filters and tests by name

/** A filter by the name that a template gives as a value. */
export function namedFilter(name: Value) {
  const filter = filters.get(textOrNothing(name) ?? '');
  if (!filter) throw new PyError('TemplateRuntimeError', `No filter named ${str(name)}.`);
  return filter;
}

filters.set('map', (run, value, args, kwargs) => {
  let apply: Getter | undefined;
  const prepare = (): Getter => {
    if (args.length === 0 && kwargs?.has('attribute')) {
      const other = [...kwargs.keys()].find((key) => key !== 'attribute' && key !== 'default');
      if (other) throw filterError(`Unexpected keyword argument '${other}'`);
      return attributeGetter(kwargs.get('attribute')!, undefined, kwargs.get('default'));
    }
    const [name, ...rest] = args;
    if (name === undefined) throw filterError('map requires a filter argument');
    return (item) => namedFilter(name)(run, item, rest, kwargs);
  };
  return generator(
    'sync_do_map',
    () => {
      if (!truth(value)) return iterate([]);
      apply = prepare();
      return iterate(value);
    },
    (item) => apply!(item),
  );
});

function selector(name: string, keeps: boolean, byAttribute: boolean): void {
  filters.set(name, (run: Run, value, args, kwargs) => {
    let test: ((item: Value) => boolean) | undefined;
    const prepare = () => {
      const [attribute] = args;
      if (byAttribute && attribute === undefined) throw filterError('Missing parameter for attribute name');
      const get = byAttribute ? attributeGetter(attribute!) : (item: Value) => item;
      const [testName, ...rest] = byAttribute ? args.slice(1) : args;
      if (testName === undefined) return (item: Value) => truth(get(item));
      return (item: Value) => {
        const found = tests.get(textOrNothing(testName) ?? '');
        if (!found) throw new PyError('TemplateRuntimeError', `No test named ${str(testName)}.`);
        return truth(found(run, get(item), rest, kwargs));
      };
    };
    return generator(
      `sync_do_${name}`,
      () => {
        if (!truth(value)) return iterate([]);
        test = prepare();
        return iterate(value);
      },
      (item) => (test!(item) === keeps ? item : SKIP),
    );
  });
}

selector('select', true, false);
selector('reject', false, false);
selector('selectattr', true, true);
selector('rejectattr', false, true);

// PromptSource's own, and chance

/** `random.choice` over a sequence, drawn as `Run.draw` says. */
function draw(value: Value, run: Run): Value {
  const size = length(value);
  if (size === 0) throw new PyError('IndexError', 'Cannot choose from an empty sequence');
  const items = value instanceof PyDict ? value.keys() : toList(value);
  return subscript(value, run.draw(items.map((item) => str(item))));
}

define('choice', '', (value, _args, run) => draw(value, run));
define('random', '', (value, _args, run) =>
  length(value) === 0 ? new Undefined('No random item, sequence was empty.') : draw(value, run),
);
define('most_frequent', '', (value) => {
  if (!truth(value)) return null;
  const counts = new PyDict();
  if (value instanceof PyDict) for (const [key, count] of value.pairs()) counts.set(key, count);
  else {
    const iterator = iterate(value);
    for (let item = iterator.next(); item !== DONE; item = iterator.next()) {
      charge(1);
      counts.set(item, ((counts.get(item) as number | undefined) ?? 0) + 1);
    }
  }
  const pairs = counts.pairs();
  if (pairs.length === 0) throw new PyError('IndexError', 'list index out of range');
  let most = pairs[0]![1];
  for (const [, count] of pairs) if (order('>', count, most)) most = count;
  return pairs.filter(([, count]) => equal(count, most)).map(([key]) => key);
});
