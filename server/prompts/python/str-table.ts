/** The table of str's methods, and how an entry is made. */

import { chargeText } from './budget.ts';
import { typeError } from './errors.ts';
import { asInt } from './numbers.ts';
import { bind, signature } from './signature.ts';
import { textLength } from './text.ts';
import { type Kwargs, Markup, PyTuple, textOrNothing, typeName, type Value } from './values.ts';
export type Method = (text: string, args: (Value | undefined)[], self: Value) => Value;

export const methods = new Map<string, (self: Value, args: Value[], kwargs: Kwargs | undefined) => Value>();

/** Adds a method; a str it returns becomes `Markup` where the object is. */
export function method(name: string, parameters: string, body: Method): void {
  const shape = signature(name, parameters);
  methods.set(name, (self, args, kwargs) => {
    const text = textOrNothing(self)!;
    chargeText(text.length);
    const result = body(text, bind(shape, args, kwargs), self);
    return self instanceof Markup ? marked(result) : result;
  });
}

function marked(value: Value): Value {
  if (typeof value === 'string') return new Markup(value);
  if (Array.isArray(value)) return value.map(marked);
  if (value instanceof PyTuple) return new PyTuple(value.items.map(marked));
  return value;
}

/** The method `name` of a str, or undefined. */
export function strMethod(
  name: string,
): ((self: Value, args: Value[], kwargs: Kwargs | undefined) => Value) | undefined {
  return methods.get(name);
}

export function need(value: Value | undefined, what: string): string {
  const text = textOrNothing(value ?? null);
  if (text === undefined) throw typeError(`${what} must be str, not ${typeName(value ?? null)}`);
  return text;
}

function optionalIndex(value: Value | undefined): number | undefined {
  if (value === undefined || value === null) return undefined;
  const whole = asInt(value);
  if (whole === undefined)
    throw typeError('slice indices must be integers or None or have an __index__ method');
  return Number(whole);
}

/** `[start, end)` as code points, clamped as Python clamps slices. */
export function span(text: string, start: Value | undefined, end: Value | undefined): [number, number] {
  const size = textLength(text);
  const clamp = (at: number) => (at < 0 ? Math.max(0, at + size) : at);
  return [clamp(optionalIndex(start) ?? 0), Math.min(size, clamp(optionalIndex(end) ?? size))];
}
