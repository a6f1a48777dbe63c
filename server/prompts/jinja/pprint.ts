/** Python's `pprint.pformat`: 80 columns, dicts by sorted keys. */
import { charge, checkLength } from '../python/budget.ts';
import { order } from '../python/compare.ts';
import { PyError } from '../python/errors.ts';
import { repr } from '../python/print.ts';
import { splitLines, textLength } from '../python/text.ts';
import { PyDict, PyTuple, typeName, type Value } from '../python/values.ts';

const WIDTH = 80;

/** Sorted by key; keys without an order among themselves go by the names of their types. */
function sortedPairs(dict: PyDict): [Value, Value][] {
  const less = (a: Value, b: Value): boolean => {
    try {
      return order('<', a, b);
    } catch (error) {
      if (!(error instanceof PyError)) throw error;
      return typeName(a) < typeName(b);
    }
  };
  return dict.pairs().sort(([a], [b]) => (less(a, b) ? -1 : less(b, a) ? 1 : 0));
}

/** `repr`, with each dict sorted. */
function sortedRepr(value: Value): string {
  charge(1);
  if (value instanceof PyDict) {
    return `{${sortedPairs(value)
      .map(([key, item]) => `${sortedRepr(key)}: ${sortedRepr(item)}`)
      .join(', ')}}`;
  }
  if (Array.isArray(value)) return `[${value.map(sortedRepr).join(', ')}]`;
  if (value instanceof PyTuple)
    return `(${value.items.map(sortedRepr).join(', ')}${value.items.length === 1 ? ',' : ''})`;
  return repr(value);
}

function format(value: Value, indent: number, allowance: number): string {
  charge(1);
  const plain = sortedRepr(value);
  checkLength(plain.length);
  if (textLength(plain) <= WIDTH - indent - allowance) return plain;
  if (value instanceof PyDict && value.size > 0) {
    const pairs = sortedPairs(value);
    const parts = pairs.map(([key, item], i) => {
      const name = sortedRepr(key);
      const last = i === pairs.length - 1;
      return `${name}: ${format(item, indent + 1 + textLength(name) + 2, last ? allowance + 1 : 1)}`;
    });
    return `{${parts.join(`,\n${' '.repeat(indent + 1)}`)}}`;
  }
  if (Array.isArray(value) && value.length > 0) return `[${items(value, indent, allowance + 1)}]`;
  if (value instanceof PyTuple && value.items.length > 0) {
    const comma = value.items.length === 1 ? ',' : '';
    return `(${items(value.items, indent, allowance + comma.length + 1)}${comma})`;
  }
  if (typeof value === 'string' && value !== '') return longText(value, indent, allowance);
  return plain;
}

function items(values: readonly Value[], indent: number, allowance: number): string {
  return values
    .map((item, i) => format(item, indent + 1, i === values.length - 1 ? allowance : 1))
    .join(`,\n${' '.repeat(indent + 1)}`);
}

/** A long str over several lines, in parentheses when it stands on its own. */
function longText(text: string, indent: number, allowance: number): string {
  const isOuter = indent === 0 && allowance === 0;
  const column = isOuter ? 1 : indent;
  const room = isOuter ? allowance + 1 : allowance;
  const lines = splitLines(text, true);
  const chunks: string[] = [];
  lines.forEach((line, i) => {
    const isLastLine = i === lines.length - 1;
    const most = WIDTH - column - (isLastLine ? room : 0);
    if (textLength(repr(line)) <= most) {
      chunks.push(repr(line));
      return;
    }
    const parts = line.match(/\S*\s*/gu) ?? [];
    if (parts.at(-1) === '') parts.pop();
    let current = '';
    parts.forEach((part, j) => {
      const isLast = j === parts.length - 1 && isLastLine;
      const limit = isLast ? WIDTH - column - room : WIDTH - column;
      if (textLength(repr(current + part)) > limit && current) {
        chunks.push(repr(current));
        current = part;
      } else current += part;
    });
    if (current) chunks.push(repr(current));
  });
  if (chunks.length === 1) return chunks[0]!;
  const joined = chunks.join(`\n${' '.repeat(column)}`);
  return isOuter ? `(${joined})` : joined;
}

export function prettyPrint(value: Value): string {
  return format(value, 0, 0);
}
