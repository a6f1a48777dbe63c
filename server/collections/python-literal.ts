import type { SyntaxNode } from '@lezer/common';

/** What a Python literal of strings, tuples, lists and dictionaries holds. */
export type Literal = string | Literal[] | Map<string, Entry>;
/** A dictionary's value, not yet read, and where its key stands. */
export interface Entry {
  value: SyntaxNode;
  at: number;
}

/** Something that is no literal, or one of another kind, and where it stands. */
export class LiteralError extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.name = 'LiteralError';
    this.at = at;
  }
}

const SIMPLE: { [letter: string]: string } = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
};

/** One string literal as Python reads it, from its prefix and quotes on. */
export function pythonString(token: string, at = 0): string {
  const match = /^([a-zA-Z]*)("""|'''|"|')([\s\S]*)\2$/.exec(token);
  if (!match) throw new LiteralError('the string does not end', at);
  const [, prefix, , written] = match as unknown as [string, string, string, string];
  if (/[bBfFtT]/.test(prefix)) throw new LiteralError('bytes and f-strings are not plain strings', at);
  const body = written.replace(/\r\n?/g, '\n');
  if (/[rR]/.test(prefix)) return body;
  return body.replace(
    /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g,
    (whole, octal?: string, x?: string, u?: string, long?: string, other?: string) => {
      if (octal) return String.fromCodePoint(Number.parseInt(octal, 8));
      const hex = x ?? u ?? long;
      if (hex) {
        const code = Number.parseInt(hex, 16);
        if (code > 0x10ffff) throw new LiteralError(`there is no character ${whole}`, at);
        return String.fromCodePoint(code);
      }
      if (other === 'x' || other === 'u' || other === 'U' || other === 'N') {
        throw new LiteralError(`the escape ${whole} can't be read`, at);
      }
      // Python keeps a backslash that escapes nothing.
      return SIMPLE[other!] ?? whole;
    },
  );
}

function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) found.push(child);
  return found;
}

function isPunctuation(node: SyntaxNode): boolean {
  return /^[()[\]{},:]$/.test(node.name) || node.name === 'Comment';
}

/** Reads a literal of the grammar's tree. Throws `LiteralError` for everything else; nothing is executed. */
export function readLiteral(node: SyntaxNode, source: string): Literal {
  if (node.type.isError) throw new LiteralError('the Python is broken here', node.from);
  const inner = () => {
    for (const child of children(node)) {
      if (child.type.isError) throw new LiteralError('the Python is broken here', child.from);
    }
    return children(node).filter((child) => !isPunctuation(child));
  };
  switch (node.name) {
    case 'String':
      return pythonString(source.slice(node.from, node.to), node.from);
    case 'ContinuedString':
      return inner()
        .map((part) => readLiteral(part, source))
        .join('');
    case 'ParenthesizedExpression': {
      const [only] = inner();
      if (!only) throw new LiteralError('an empty pair of brackets', node.from);
      return readLiteral(only, source);
    }
    case 'TupleExpression':
    case 'ArrayExpression':
      return inner().map((item) => readLiteral(item, source));
    case 'DictionaryExpression':
      return readDictionary(node, source);
    default:
      throw new LiteralError(
        `"${source.slice(node.from, Math.min(node.to, node.from + 40))}" is not a literal`,
        node.from,
      );
  }
}

/** The entries of a dictionary whose keys are strings. As in Python the last of several with one key counts. */
function readDictionary(node: SyntaxNode, source: string): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  let key: SyntaxNode | undefined;
  for (const child of children(node)) {
    if (child.type.isError) throw new LiteralError('the Python is broken here', child.from);
    if (isPunctuation(child)) continue;
    if (child.name === '**') throw new LiteralError('"**" is not a literal', child.from);
    if (!key) key = child;
    else {
      const name = readLiteral(key, source);
      if (typeof name !== 'string') throw new LiteralError('a key is not a string', key.from);
      entries.set(name, { value: child, at: key.from });
      key = undefined;
    }
  }
  return entries;
}
