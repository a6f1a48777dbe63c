/** The table of filters, and how an entry is made: Python's parameter list, and a body. */
import { chargeText } from '../python/budget.ts';
import { PyError } from '../python/errors.ts';
import { str } from '../python/print.ts';
import { bind, signature } from '../python/signature.ts';
import { type Kwargs, Markup, textOrNothing, type Value } from '../python/values.ts';
import type { Run } from './run.ts';

export type FilterFunction = (run: Run, value: Value, args: Value[], kwargs: Kwargs | undefined) => Value;

export const filters = new Map<string, FilterFunction>();

export type Bound = (Value | undefined)[];

/** Adds a filter under each of `names`. */
export function define(
  names: string,
  parameters: string,
  body: (value: Value, args: Bound, run: Run) => Value,
): void {
  for (const name of names.split(' ')) {
    const shape = signature(name, parameters);
    filters.set(name, (run, value, args, kwargs) =>
      args.length === 0 && !kwargs && shape.required === 0
        ? body(value, [], run)
        : body(value, bind(shape, args, kwargs), run),
    );
  }
}

export function filterError(message: string): PyError {
  return new PyError('FilterArgumentError', message);
}

/** Jinja2's `soft_str`, cut in two: the text, and whether the result is `Markup` again. */
export function softText(value: Value): string {
  return textOrNothing(value) ?? str(value);
}

export function soft(value: Value, change: (text: string) => string): Value {
  const before = softText(value);
  chargeText(before.length);
  const text = change(before);
  return value instanceof Markup ? new Markup(text) : text;
}
