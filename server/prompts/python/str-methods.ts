/** The methods of Python's str: all of the table, with `encode` and `format`. */

import { attribute } from './attributes.ts';
import { PyBytes } from './bytes.ts';
import { PyError } from './errors.ts';
import { subscript } from './operators.ts';
import { bind, signature } from './signature.ts';
import { fill, missingPositional, parseFormat } from './str-format.ts';
import { Markup, textOrNothing, typeName, type Value } from './values.ts';
import './str-case.ts';
import './str-kind.ts';
import './str-pad.ts';
import './str-search.ts';
import './str-split.ts';
import { method, methods, need } from './str-table.ts';

const ENCODINGS = new Set(['utf-8', 'utf8', 'utf_8', 'ascii']);

method('encode', 'encoding=, errors=', (text, [encoding]) => {
  const name = encoding === undefined ? 'utf-8' : need(encoding, 'encode() argument').toLowerCase();
  if (!ENCODINGS.has(name)) throw new PyError('LookupError', `unknown encoding: ${name}`);
  return new PyBytes(new TextEncoder().encode(text));
});

// Formatting

function formatted(self: Value, args: readonly Value[], named: (name: string) => Value): Value {
  const text = textOrNothing(self)!;
  const markup = self instanceof Markup;
  const result = fill(parseFormat(text), {
    positional: (index) => {
      const value = args[index];
      if (value === undefined) throw missingPositional(index);
      return value;
    },
    named,
    attribute: (value, name) => {
      const found = attribute(value, name);
      if (found === undefined) {
        throw new PyError('AttributeError', `'${typeName(value)}' object has no attribute '${name}'`);
      }
      return found;
    },
    item: (value, key) => subscript(value, key),
  });
  return markup ? new Markup(result) : result;
}

methods.set('format', (self, args, kwargs) =>
  formatted(self, args, (name) => {
    const value = kwargs?.get(name);
    if (value === undefined) throw new PyError('KeyError', `'${name}'`);
    return value;
  }),
);
methods.set('format_map', (self, args, kwargs) => {
  const [mapping] = bind(signature('format_map', 'mapping, /'), args, kwargs);
  return formatted(self, [], (name) => subscript(mapping!, name));
});

export { strMethod } from './str-table.ts';
