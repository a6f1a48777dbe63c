/** Python's `str.format`: the pattern taken apart once, then filled many times. */
import { checkLength, enterCall, leaveCall } from './budget.ts';
import { PyError, valueError } from './errors.ts';
import { ascii } from './percent.ts';
import { repr, str } from './print.ts';
import { formatValue } from './spec.ts';
import type { Value } from './values.ts';

/** One step from a value into it: `.name`, or `[key]`, where a key of digits counts as an int. */
export type PathStep = { attribute: string } | { item: string | number };

export interface Replacement {
  /** The argument: a name, or a number; undefined for the next in turn. */
  field: string | number | undefined;
  path: PathStep[];
  conversion: string;
  spec: FormatPattern;
  /** Where the `{` stands in the pattern, from 0. */
  offset: number;
}

/** Literal text and replacements, in order. */
export type FormatPattern = (string | Replacement)[];

/** A fault in a pattern, with its place. */
export class PatternError extends PyError {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super('ValueError', message);
    this.offset = offset;
  }
}

/** Takes a pattern apart. Throws `PatternError`; faults inside a replacement's own spec come when it is filled. */
export function parseFormat(text: string, offset = 0, depth = 2): FormatPattern {
  if (depth < 1) throw new PatternError('Max string recursion exceeded', offset);
  const parts: FormatPattern = [];
  let literal = '';
  let at = 0;
  while (at < text.length) {
    const char = text[at]!;
    if (char !== '{' && char !== '}') {
      literal += char;
      at++;
      continue;
    }
    if (text[at + 1] === char) {
      literal += char;
      at += 2;
      continue;
    }
    if (char === '}') throw new PatternError("Single '}' encountered in format string", offset + at);
    if (at + 1 >= text.length) throw new PatternError("Single '{' encountered in format string", offset + at);
    if (literal) parts.push(literal);
    literal = '';
    const end = closing(text, at, offset);
    parts.push(replacement(text.slice(at + 1, end), offset + at, depth));
    at = end + 1;
  }
  if (literal) parts.push(literal);
  return parts;
}

/** Where the replacement that begins at `start` ends: braces nest, and a `[` hides them up to its `]`. */
function closing(text: string, start: number, offset: number): number {
  let depth = 1;
  let inBracket = false;
  let inSpec = false;
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at];
    if (inBracket) {
      if (char === ']') inBracket = false;
      continue;
    }
    if (!inSpec && char === '[') inBracket = true;
    else if (!inSpec && (char === ':' || char === '!')) inSpec = true;
    else if (char === '{') {
      if (!inSpec) throw new PatternError("unexpected '{' in field name", offset + at);
      depth++;
    } else if (char === '}' && --depth === 0) return at;
  }
  throw new PatternError("expected '}' before end of string", offset + start);
}

function replacement(body: string, offset: number, depth: number): Replacement {
  let nameEnd = 0;
  let inBracket = false;
  while (nameEnd < body.length) {
    const char = body[nameEnd]!;
    if (inBracket) inBracket = char !== ']';
    else if (char === '[') inBracket = true;
    else if (char === ':' || char === '!') break;
    nameEnd++;
  }
  const name = body.slice(0, nameEnd);
  let rest = body.slice(nameEnd);
  let conversion = '';
  if (rest.startsWith('!')) {
    conversion = Array.from(rest.slice(1))[0] ?? '';
    if (conversion === '')
      throw new PatternError('end of string while looking for conversion specifier', offset);
    rest = rest.slice(1 + conversion.length);
    if (rest !== '' && !rest.startsWith(':')) {
      throw new PatternError("expected ':' after conversion specifier", offset);
    }
  }
  const specText = rest.slice(1);
  const hasNested = specText.includes('{') || specText.includes('}');
  const spec = hasNested ? parseFormat(specText, offset, depth - 1) : specText ? [specText] : [];
  return { ...fieldName(name, offset), conversion, spec, offset };
}

function fieldName(name: string, offset: number): { field: string | number | undefined; path: PathStep[] } {
  const head = /^[^.[]*/.exec(name)![0];
  const path: PathStep[] = [];
  let at = head.length;
  while (at < name.length) {
    if (name[at] === '.') {
      const attribute = /^[^.[]*/.exec(name.slice(at + 1))![0];
      if (attribute === '') throw new PatternError('Empty attribute in format string', offset);
      path.push({ attribute });
      at += 1 + attribute.length;
    } else if (name[at] === '[') {
      const end = name.indexOf(']', at);
      if (end === -1) throw new PatternError("Missing ']' in format string", offset);
      const key = name.slice(at + 1, end);
      if (key === '') throw new PatternError('Empty attribute in format string', offset);
      path.push({ item: /^\d+$/.test(key) ? Number(key) : key });
      at = end + 1;
    } else {
      throw new PatternError("Only '.' or '[' may follow ']' in format field specifier", offset);
    }
  }
  return { field: head === '' ? undefined : /^\d+$/.test(head) ? Number(head) : head, path };
}

/** How a pattern gets at its arguments. */
export interface Arguments {
  positional(index: number): Value;
  named(name: string): Value;
  attribute(value: Value, name: string): Value;
  item(value: Value, key: string | number): Value;
}

/** Counts `{}` across a pattern and the specs inside it; Python refuses to mix them with `{0}`. */
export class Numbering {
  private next = 0;
  private mode: 'automatic' | 'manual' | undefined;
  resolve(field: string | number | undefined): string | number {
    if (typeof field === 'string') return field;
    const mode = field === undefined ? 'automatic' : 'manual';
    if (this.mode !== undefined && this.mode !== mode) {
      throw valueError(
        mode === 'manual'
          ? 'cannot switch from automatic field numbering to manual field specification'
          : 'cannot switch from manual field specification to automatic field numbering',
      );
    }
    this.mode = mode;
    return field ?? this.next++;
  }
}

/** One replacement's text. */
export function fillOne(part: Replacement, args: Arguments, numbering: Numbering): string {
  const field = numbering.resolve(part.field);
  let value = typeof field === 'number' ? args.positional(field) : args.named(field);
  for (const step of part.path) {
    value = 'attribute' in step ? args.attribute(value, step.attribute) : args.item(value, step.item);
  }
  switch (part.conversion) {
    case '':
      break;
    case 's':
      value = str(value);
      break;
    case 'r':
      value = repr(value);
      break;
    case 'a':
      value = ascii(repr(value));
      break;
    default:
      throw valueError(`Unknown conversion specifier ${part.conversion}`);
  }
  return formatValue(value, part.spec.length === 0 ? '' : fill(part.spec, args, numbering));
}

/** The whole pattern's text. */
export function fill(pattern: FormatPattern, args: Arguments, numbering = new Numbering()): string {
  enterCall();
  let text = '';
  for (const part of pattern) {
    text += typeof part === 'string' ? part : fillOne(part, args, numbering);
    checkLength(text.length);
  }
  leaveCall();
  return text;
}

export function missingPositional(index: number): PyError {
  return new PyError('IndexError', `Replacement index ${index} out of range for positional args tuple`);
}
