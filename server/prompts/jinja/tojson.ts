/** Jinja2's `tojson`: Python's `json.dumps` with sorted keys, safe inside HTML. */
import { charge, checkLength } from '../python/budget.ts';
import { sortBy } from '../python/compare.ts';
import { typeError } from '../python/errors.ts';
import { floatText } from '../python/float-text.ts';
import { asIndex, asInt, intText } from '../python/numbers.ts';
import { PyDict, PyFloat, PyTuple, textOrNothing, typeName, type Value } from '../python/values.ts';

function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function floatJson(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '-Infinity' : 'Infinity';
  return floatText(value);
}

function keyText(key: Value): string {
  const text = textOrNothing(key);
  if (text !== undefined) return text;
  if (key === null) return 'null';
  if (typeof key === 'boolean') return key ? 'true' : 'false';
  if (key instanceof PyFloat) return floatJson(key.value);
  const whole = asInt(key);
  if (whole !== undefined) return intText(whole);
  throw typeError(`keys must be str, int, float, bool or None, not ${typeName(key)}`);
}

class Writer {
  private readonly indent: string | undefined;
  private length = 0;

  constructor(indent: string | undefined) {
    this.indent = indent;
  }

  private items(open: string, parts: string[], close: string, level: number): string {
    if (parts.length === 0) return open + close;
    if (this.indent === undefined) return open + parts.join(', ') + close;
    const line = `\n${this.indent.repeat(level + 1)}`;
    return `${open}${line}${parts.join(`,${line}`)}\n${this.indent.repeat(level)}${close}`;
  }

  write(value: Value, level: number): string {
    charge(1);
    const text = this.one(value, level);
    this.length += text.length;
    checkLength(this.length);
    return text;
  }

  private one(value: Value, level: number): string {
    const text = textOrNothing(value);
    if (text !== undefined) return quote(text);
    if (value === null) return 'null';
    if (typeof value === 'boolean') return value ? 'true' : 'false';
    if (value instanceof PyFloat) return floatJson(value.value);
    const whole = asInt(value);
    if (whole !== undefined) return intText(whole);
    if (Array.isArray(value) || value instanceof PyTuple) {
      const items = Array.isArray(value) ? value : value.items;
      return this.items(
        '[',
        items.map((item) => this.write(item, level + 1)),
        ']',
        level,
      );
    }
    if (value instanceof PyDict) {
      const keys = value.keys();
      const parts = sortBy(keys, keys, false).map(
        (key) => `${quote(keyText(key))}: ${this.write(value.get(key)!, level + 1)}`,
      );
      return this.items('{', parts, '}', level);
    }
    throw typeError(`Object of type ${typeName(value)} is not JSON serializable`);
  }
}

export function toJson(value: Value, indent: Value | undefined): string {
  const step =
    indent === undefined || indent === null
      ? undefined
      : (textOrNothing(indent) ?? ' '.repeat(Math.max(0, asIndex(indent))));
  return new Writer(step)
    .write(value, 0)
    .replaceAll('<', '\\u003c')
    .replaceAll('>', '\\u003e')
    .replaceAll('&', '\\u0026')
    .replaceAll("'", '\\u0027');
}
