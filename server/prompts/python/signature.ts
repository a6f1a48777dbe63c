/** Binding of positional and keyword arguments to named parameters, as Python does for a call. */
import { typeError } from './errors.ts';
import type { Kwargs, Value } from './values.ts';

export interface Signature {
  name: string;
  /** Parameters in order; the first `required` have no default. */
  parameters: readonly string[];
  required: number;
  /** Parameters that can't be given by name. */
  positionalOnly: number;
}

/** Reads `"old, new, count=, /"`: `=` marks a default, `/` ends the parameters that are positional only. */
export function signature(name: string, text: string): Signature {
  const parameters: string[] = [];
  let required = 0;
  let positionalOnly = 0;
  for (const part of text.split(',').map((word) => word.trim())) {
    if (part === '') continue;
    if (part === '/') {
      positionalOnly = parameters.length;
      continue;
    }
    if (!part.endsWith('=')) required = parameters.length + 1;
    parameters.push(part.replace('=', ''));
  }
  return { name, parameters, required, positionalOnly };
}

/** The arguments by parameter; undefined where a default stands. Throws TypeError as Python does. */
export function bind(
  to: Signature,
  args: readonly Value[],
  kwargs: Kwargs | undefined,
): (Value | undefined)[] {
  const { name, parameters, required, positionalOnly } = to;
  if (args.length > parameters.length) {
    throw typeError(`${name}() takes at most ${parameters.length} arguments (${args.length} given)`);
  }
  const bound: (Value | undefined)[] = args.slice();
  if (kwargs) {
    for (const [key, value] of kwargs) {
      const place = parameters.indexOf(key, positionalOnly);
      if (place === -1) throw typeError(`${name}() got an unexpected keyword argument '${key}'`);
      if (place < args.length) throw typeError(`${name}() got multiple values for argument '${key}'`);
      bound[place] = value;
    }
  }
  for (let i = 0; i < required; i++) {
    if (bound[i] === undefined) throw typeError(`${name}() missing required argument: '${parameters[i]}'`);
  }
  return bound;
}
