import { parser } from '@lezer/python';
import { isScalar, parseDocument, visit } from 'yaml';
import { readPromptSource } from '../../templates/files/promptsource.ts';
import { valueOffsets } from '../../templates/files/scalar.ts';
import type { Range } from '../../templates/types.ts';
import { escapedPiece, type Lines, type PieceText, type Unescape } from './pieces.ts';

/** What stands for other text in a Jinja template, and what parts its source from its target. */
const JINJA = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|\{#[\s\S]*?#\}|\|\|\|/g;
/** The same in a pattern for `str.format`; doubled braces are braces. */
const FORMAT = /\{\{|\}\}|\{[^{}]*\}/g;

/** The words that a `templates.yaml` writes itself, each stretch between two expressions a text. */
export function promptSourceTexts(file: string, source: string): PieceText[] {
  return readPromptSource(file, source).tasks.flatMap(({ templates }) =>
    templates.flatMap(({ template, textAt }) => between(template.text, JINJA, textAt)),
  );
}

/** The strings of a Python module of patterns. */
export function pythonTexts(source: string, lines: Lines): PieceText[] {
  const texts: PieceText[] = [];
  parser.parse(source).iterate({
    enter: ({ name, from, to }) => {
      if (name !== 'String') return;
      const token = source.slice(from, to);
      const [, prefix, quotes] = /^([a-zA-Z]*)("""|'''|"|')/.exec(token) ?? [];
      if (prefix === undefined || quotes === undefined) return;
      const end = token.length > quotes.length && token.endsWith(quotes) ? to - quotes.length : to;
      const start = from + prefix.length + quotes.length;
      const escapes = /r/i.test(prefix) ? () => undefined : pythonEscape;
      const piece = escapedPiece(source, start, Math.max(start, end), lines, escapes);
      texts.push(...between(piece.text, FORMAT, piece.range));
    },
  });
  return texts;
}

/** Every text that a YAML file holds, by itself. */
export function yamlTexts(source: string, lines: Lines): PieceText[] {
  const texts: PieceText[] = [];
  const options = { version: '1.1', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' } as const;
  visit(parseDocument(source, options), {
    Scalar: (key, node) => {
      if (key === 'key' || !isScalar<unknown>(node) || typeof node.value !== 'string' || !node.range) return;
      const [start, end] = node.range;
      const { value, type = 'PLAIN' } = node;
      let offsets: number[] | undefined;
      texts.push([
        {
          text: value,
          range: (from, to) => {
            offsets ??= valueOffsets(source, start, end, value, type);
            return lines.range(offsets[from] ?? start, (offsets[to - 1] ?? end - 1) + 1);
          },
        },
      ]);
    },
  });
  return texts;
}

/** The stretches between what `parts` finds. */
function between(text: string, parts: RegExp, range: (from: number, to: number) => Range): PieceText[] {
  const texts: PieceText[] = [];
  const add = (start: number, end: number) => {
    const piece = text.slice(start, end);
    if (/\S/u.test(piece)) {
      texts.push([{ text: piece, range: (from, to) => range(start + from, start + to) }]);
    }
  };
  let start = 0;
  for (const match of text.matchAll(parts)) {
    add(start, match.index);
    start = match.index + match[0].length;
  }
  add(start, text.length);
  return texts;
}

const SIMPLE: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\n': '',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

const pythonEscape: Unescape = (source, at) => {
  if (source.charCodeAt(at) !== 0x5c) return undefined;
  const kind = source[at + 1] ?? '';
  const digits = { x: 2, u: 4, U: 8 }[kind];
  if (digits !== undefined) {
    const code = Number.parseInt(source.slice(at + 2, at + 2 + digits), 16);
    if (code <= 0x10ffff) return { text: String.fromCodePoint(code), length: 2 + digits };
  }
  // Python keeps a backslash that escapes nothing.
  return { text: SIMPLE[kind] ?? `\\${kind}`, length: 2 };
};
