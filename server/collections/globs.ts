import { InputError } from '../base/problem.ts';

const cache = new Map<string, RegExp>();

/** `*` within a part of a name, `**` across parts, `?` one character, `{a,b}` either, `[ab]` one of. */
function compiled(glob: string): RegExp {
  let expression = cache.get(glob);
  if (expression) return expression;
  let source = '';
  let braces = 0;
  for (let at = 0; at < glob.length; at++) {
    const letter = glob[at]!;
    if (glob.startsWith('**/', at)) {
      source += '(?:.*/)?';
      at += 2;
    } else if (glob.startsWith('**', at)) {
      source += '.*';
      at++;
    } else if (letter === '*') source += '[^/]*';
    else if (letter === '?') source += '[^/]';
    else if (letter === '{') {
      source += '(?:';
      braces++;
    } else if (letter === '}' && braces > 0) {
      source += ')';
      braces--;
    } else if (letter === ',' && braces > 0) source += '|';
    else if (letter === '[') {
      const close = glob.indexOf(']', at + 2);
      if (close < 0) throw new InputError(`the glob "${glob}" has a "[" without "]"`);
      const set = glob
        .slice(at + 1, close)
        .replace(/^!/, '^')
        .replace(/[\\[\]]/g, '\\$&');
      source += `[${set}]`;
      at = close;
    } else source += letter.replace(/[.+^$()|\\}\]]/g, '\\$&');
  }
  if (braces > 0) throw new InputError(`the glob "${glob}" has a "{" without "}"`);
  expression = new RegExp(`^${source}$`, 'su');
  cache.set(glob, expression);
  return expression;
}

/** True when a task's name matches one of the globs. */
export function matches(name: string, globs: readonly string[]): boolean {
  return globs.some((glob) => compiled(glob).test(name));
}

/** Whether a task belongs to a collection: it matches `include` (all tasks, where absent) and not `exclude`. */
export function includes(
  name: string,
  include?: readonly string[] | string,
  exclude?: readonly string[] | string,
): boolean {
  const list = (globs: readonly string[] | string) => (typeof globs === 'string' ? [globs] : globs);
  if (include !== undefined && !matches(name, list(include))) return false;
  return exclude === undefined || !matches(name, list(exclude));
}
