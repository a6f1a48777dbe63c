/** Filters that order, group and part. */
import { charge, chargeItems } from '../python/budget.ts';
import { equal, order, sortBy, truth } from '../python/compare.ts';
import { PyError } from '../python/errors.ts';
import { generator, iterate, SKIP, toList } from '../python/iterate.ts';
import { asIndex, asNumber } from '../python/numbers.ts';
import {
  DONE,
  PyDict,
  PyIterator,
  PyTuple,
  textOrNothing,
  typeName,
  Undefined,
  type Value,
} from '../python/values.ts';
import { define, filterError } from './filter-table.ts';
import { attributeGetter, type Getter, ignoreCase, multiGetter } from './getters.ts';

function sortKey(caseSensitive: Value | undefined): Getter | undefined {
  return caseSensitive !== undefined && truth(caseSensitive) ? undefined : ignoreCase;
}

function given(value: Value | undefined): Value {
  return value === undefined ? null : value;
}

define('sort', 'reverse=, case_sensitive=, attribute=', (value, [reverse, caseSensitive, attribute]) => {
  const items = toList(value);
  const keys = items.map(multiGetter(given(attribute), sortKey(caseSensitive)));
  return sortBy(items, keys, reverse !== undefined && truth(reverse));
});
define('dictsort', 'case_sensitive=, by=, reverse=', (value, [caseSensitive, by, reverse]) => {
  const what = by === undefined ? 'key' : textOrNothing(by);
  if (what !== 'key' && what !== 'value') throw filterError('You can only sort by either "key" or "value"');
  if (value instanceof Undefined) throw new PyError('UndefinedError', value.message);
  if (!(value instanceof PyDict))
    throw new PyError('AttributeError', `'${typeName(value)}' object has no attribute 'items'`);
  const pairs = value.pairs();
  const key = sortKey(caseSensitive) ?? ((item: Value) => item);
  const keys = pairs.map((pair) => key(pair[what === 'key' ? 0 : 1]));
  return sortBy(
    pairs.map((pair) => new PyTuple(pair)),
    keys,
    reverse !== undefined && truth(reverse),
  );
});

function extreme(operator: '<' | '>') {
  return (value: Value, [caseSensitive, attribute]: (Value | undefined)[]): Value => {
    const get = attributeGetter(given(attribute), sortKey(caseSensitive));
    const iterator = iterate(value);
    let best = iterator.next();
    if (best === DONE) return new Undefined('No aggregated item, sequence was empty.');
    let bestKey = get(best);
    for (let item = iterator.next(); item !== DONE; item = iterator.next()) {
      charge(1);
      const key = get(item);
      if (order(operator, key, bestKey)) {
        best = item;
        bestKey = key;
      }
    }
    return best;
  };
}

define('min', 'case_sensitive=, attribute=', extreme('<'));
define('max', 'case_sensitive=, attribute=', extreme('>'));
define('unique', 'case_sensitive=, attribute=', (value, [caseSensitive, attribute]) => {
  const get = attributeGetter(given(attribute), sortKey(caseSensitive));
  const seen = new PyDict();
  return generator(
    'sync_do_unique',
    () => iterate(value),
    (item) => {
      const key = get(item);
      if (seen.has(key)) return SKIP;
      seen.set(key, true);
      return item;
    },
  );
});
define('groupby', 'attribute, default=, case_sensitive=', (value, [attribute, fallback, caseSensitive]) => {
  const key = attributeGetter(attribute!, sortKey(caseSensitive), fallback);
  const shown = attributeGetter(attribute!, undefined, fallback);
  const items = toList(value);
  const sorted = sortBy(items, items.map(key), false);
  const groups: { key: Value; items: Value[] }[] = [];
  for (const item of sorted) {
    const itemKey = key(item);
    const last = groups.at(-1);
    if (last && equal(last.key, itemKey)) last.items.push(item);
    else groups.push({ key: itemKey, items: [item] });
  }
  const isSensitive = caseSensitive !== undefined && truth(caseSensitive);
  return groups.map(
    (group) =>
      new PyTuple([isSensitive ? group.key : shown(group.items[0]!), group.items], ['grouper', 'list']),
  );
});

// Parts

define('batch', 'linecount, fill_with=', (value, [count, fill]) => {
  const size = asNumber(count!);
  let source: PyIterator | undefined;
  let finished = false;
  return new PyIterator(() => {
    if (finished) return DONE;
    source ??= iterate(value);
    const batch: Value[] = [];
    for (;;) {
      // A count below 1 is never reached, so that all items come in one batch, after an empty one for 0.
      if (batch.length === size && batch.length > 0) return batch;
      const item = source.next();
      charge(1);
      if (item === DONE) {
        finished = true;
        if (batch.length === 0) return DONE;
        if (fill !== undefined && fill !== null && size !== undefined && batch.length < size) {
          chargeItems(size);
          while (batch.length < asIndex(count!)) batch.push(fill);
        }
        return batch;
      }
      batch.push(item);
    }
  }, 'generator object do_batch');
});
define('slice', 'slices, fill_with=', (value, [slices, fill]) => {
  let parts: Value[][] | undefined;
  let at = 0;
  return new PyIterator(() => {
    parts ??= sliced(toList(value), asIndex(slices!), fill);
    return parts[at++] ?? DONE;
  }, 'generator object sync_do_slice');
});

function sliced(items: Value[], slices: number, fill: Value | undefined): Value[][] {
  if (slices === 0) throw new PyError('ZeroDivisionError', 'integer division or modulo by zero');
  const size = Math.floor(items.length / slices);
  const extra = ((items.length % slices) + slices) % slices;
  chargeItems(Math.max(0, slices));
  const parts: Value[][] = [];
  let offset = 0;
  for (let i = 0; i < slices; i++) {
    const start = offset + i * size;
    if (i < extra) offset++;
    const part = items.slice(start, offset + (i + 1) * size);
    if (fill !== undefined && fill !== null && i >= extra) part.push(fill);
    parts.push(part);
  }
  return parts;
}
