/** `str` and `repr`. */
import { charge, checkLength } from './budget.ts';
import { PyError } from './errors.ts';
import { floatText } from './float-text.ts';
import { intText } from './numbers.ts';
import {
  DictView,
  Markup,
  PyCallable,
  PyDict,
  PyFloat,
  PyIterator,
  PyRange,
  PyTuple,
  Undefined,
  type Value,
} from './values.ts';

const NEEDS_ESCAPE = /['\\]|[^ \P{Z}]|\p{C}/u;
const ESCAPED = /[\\]|[^ \P{Z}]|\p{C}/gu;

function escapeChar(char: string): string {
  switch (char) {
    case '\\':
      return '\\\\';
    case '\n':
      return '\\n';
    case '\r':
      return '\\r';
    case '\t':
      return '\\t';
  }
  const code = char.codePointAt(0)!;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}

/** `repr` of a str. */
export function reprText(text: string): string {
  if (text.length > 64) charge(text.length >>> 6);
  if (!NEEDS_ESCAPE.test(text)) return `'${text}'`;
  const escaped = text.replace(ESCAPED, escapeChar);
  if (!escaped.includes("'")) return `'${escaped}'`;
  if (!escaped.includes('"')) return `"${escaped}"`;
  return `'${escaped.replaceAll("'", "\\'")}'`;
}

class Printer {
  private readonly open = new Set<object>();
  private length = 0;

  repr(value: Value): string {
    const text = this.one(value);
    this.length += text.length;
    checkLength(this.length);
    return text;
  }

  private one(value: Value): string {
    switch (typeof value) {
      case 'string':
        return reprText(value);
      case 'number':
      case 'bigint':
        return intText(value);
      case 'boolean':
        return value ? 'True' : 'False';
    }
    if (value === null) return 'None';
    if (value instanceof PyFloat) return floatText(value.value);
    if (value instanceof Markup) return `Markup(${reprText(value.value)})`;
    if (value instanceof Undefined) return 'Undefined';
    if (Array.isArray(value)) return this.nested(value, '[...]', () => `[${this.list(value)}]`);
    if (value instanceof PyTuple) {
      const comma = value.items.length === 1 ? ',' : '';
      return this.nested(value, '(...)', () => `(${this.list(value.items)}${comma})`);
    }
    if (value instanceof PyDict) return this.nested(value, '{...}', () => `{${this.pairs(value)}}`);
    if (value instanceof PyRange) {
      const { start, stop, step } = value;
      return step === 1 ? `range(${start}, ${stop})` : `range(${start}, ${stop}, ${step})`;
    }
    if (value instanceof DictView) return this.view(value);
    if (value instanceof PyIterator) return `<${value.label} object>`;
    if (value instanceof PyCallable) return `<${value.label}>`;
    return value.print();
  }

  private nested(value: object, seen: string, print: () => string): string {
    if (this.open.has(value)) return seen;
    this.open.add(value);
    const text = print();
    this.open.delete(value);
    return text;
  }

  private list(items: readonly Value[]): string {
    charge(items.length);
    return items.map((item) => this.repr(item)).join(', ');
  }

  private pairs(dict: PyDict): string {
    charge(dict.size);
    return dict
      .pairs()
      .map(([key, value]) => `${this.repr(key)}: ${this.repr(value)}`)
      .join(', ');
  }

  private view(view: DictView): string {
    const { dict, kind } = view;
    if (kind === 'keys') return `dict_keys([${this.list(dict.keys())}])`;
    if (kind === 'values') return `dict_values([${this.list(dict.values())}])`;
    return `dict_items([${this.list(dict.pairs().map((pair) => new PyTuple(pair)))}])`;
  }
}

/** `repr(value)`. */
export function repr(value: Value): string {
  if (typeof value === 'string') return reprText(value);
  return new Printer().repr(value);
}

/** `str(value)`: what `{{ value }}` prints. */
export function str(value: Value): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return String(value);
    case 'boolean':
      return value ? 'True' : 'False';
  }
  if (value instanceof Markup) return value.value;
  if (value instanceof Undefined) return '';
  return new Printer().repr(value);
}

/** What Python raises when an undefined value is used. */
export function undefinedError(value: Undefined): PyError {
  return new PyError('UndefinedError', value.message);
}
