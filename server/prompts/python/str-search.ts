/** str's methods that look for a part. */
import { typeError, valueError } from './errors.ts';
import { type Method, method, need, span } from './str-table.ts';
import { pointsBefore, textSlice } from './text.ts';
import { PyTuple, textOrNothing, typeName, type Value } from './values.ts';

/** The code point where `part` first (or last) stands inside the span, or -1. */
function search(text: string, args: (Value | undefined)[], last: boolean): number {
  const part = need(args[0], 'argument');
  const [from, to] = span(text, args[1], args[2]);
  if (from > to) return -1;
  const inside = textSlice(text, from, to);
  const unit = last ? inside.lastIndexOf(part) : inside.indexOf(part);
  return unit === -1 ? -1 : from + pointsBefore(inside, unit);
}

function found(at: number): number {
  if (at === -1) throw valueError('substring not found');
  return at;
}

method('find', 'sub, start=, end=, /', (text, args) => search(text, args, false));
method('rfind', 'sub, start=, end=, /', (text, args) => search(text, args, true));
method('index', 'sub, start=, end=, /', (text, args) => found(search(text, args, false)));
method('rindex', 'sub, start=, end=, /', (text, args) => found(search(text, args, true)));
method('count', 'sub, start=, end=, /', (text, args) => {
  const part = need(args[0], 'argument');
  const [from, to] = span(text, args[1], args[2]);
  if (from > to) return 0;
  if (part === '') return to - from + 1;
  return textSlice(text, from, to).split(part).length - 1;
});

function edge(name: 'startswith' | 'endswith'): Method {
  return (text, args) => {
    const [from, to] = span(text, args[1], args[2]);
    const inside = from > to ? undefined : textSlice(text, from, to);
    const prefixes = args[0] instanceof PyTuple ? args[0].items : [args[0] ?? null];
    return prefixes.some((prefix) => {
      const part = textOrNothing(prefix);
      if (part === undefined) {
        throw typeError(`${name} first arg must be str or a tuple of str, not ${typeName(prefix)}`);
      }
      if (inside === undefined) return false;
      return name === 'startswith' ? inside.startsWith(part) : inside.endsWith(part);
    });
  };
}

method('startswith', 'prefix, start=, end=, /', edge('startswith'));
method('endswith', 'suffix, start=, end=, /', edge('endswith'));
method('removeprefix', 'prefix, /', (text, [prefix]) => {
  const part = need(prefix, 'removeprefix() argument');
  return part !== '' && text.startsWith(part) ? text.slice(part.length) : text;
});
method('removesuffix', 'suffix, /', (text, [suffix]) => {
  const part = need(suffix, 'removesuffix() argument');
  return part !== '' && text.endsWith(part) ? text.slice(0, -part.length) : text;
});
