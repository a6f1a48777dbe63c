import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/python';
import { type Literal, LiteralError, readLiteral } from '../python-literal.ts';
import type { Sink, Template } from '../types.ts';

/** What is read of a module: `PATTERNS = { "task": [("source", "target"), …] }`. */
const NAME = 'PATTERNS';

function lineOf(source: string, at: number): number {
  let line = 1;
  for (
    let newline = source.indexOf('\n');
    newline >= 0 && newline < at;
    newline = source.indexOf('\n', newline + 1)
  )
    line++;
  return line;
}

/** The statements of the module that assign to `PATTERNS`, or to a part of it. */
function assignments(source: string): { node: SyntaxNode; target: SyntaxNode }[] {
  const found: { node: SyntaxNode; target: SyntaxNode }[] = [];
  for (let node = parser.parse(source).topNode.firstChild; node; node = node.nextSibling) {
    const target = node.name === 'AssignStatement' ? node.firstChild : null;
    if (target && source.slice(target.from, target.to).startsWith(NAME)) found.push({ node, target });
  }
  return found;
}

function isPair(value: Literal): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'string');
}

/** The items of a list or tuple, unread. */
function items(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (!/^[()[\],]$/.test(child.name) && child.name !== 'Comment') found.push(child);
  }
  return found;
}

/** Offsets of a pattern in its file: the pair, and its two strings. */
export interface PatternPlace {
  from: number;
  to: number;
  parts: { from: number; to: number }[];
}

/** Tells the tasks of one module; what is no literal is skipped with its line. `onPattern` is told where each stands. */
export function readPatterns(
  source: string,
  path: string,
  sink: Pick<Sink, 'task' | 'skip'>,
  onPattern: (template: Template, place: PatternPlace) => void = () => {},
): void {
  const skip = (error: unknown) => {
    if (!(error instanceof LiteralError)) throw error;
    sink.skip({ line: lineOf(source, error.at), reason: error.message });
  };
  const templatesOf = (list: SyntaxNode): Template[] => {
    if (list.name !== 'ArrayExpression' && list.name !== 'TupleExpression') {
      throw new LiteralError('the patterns are not a list', list.from);
    }
    const templates: Template[] = [];
    for (const item of items(list)) {
      try {
        const pair = readLiteral(item, source);
        if (!isPair(pair)) throw new LiteralError('a pattern is not a pair of strings', item.from);
        if (pair.some((part) => part.includes('|||')))
          throw new LiteralError('a pattern holds "|||"', item.from);
        const template: Template = {
          name: `pattern_${templates.length + 1}`,
          language: 'format',
          text: pair.join('|||'),
          strip: false,
          file: path,
          line: lineOf(source, item.from),
        };
        templates.push(template);
        onPattern(template, {
          from: item.from,
          to: item.to,
          parts: items(item).map(({ from, to }) => ({ from, to })),
        });
      } catch (error) {
        skip(error);
      }
    }
    return templates;
  };
  const found = assignments(source);
  if (found.length === 0) sink.skip({ line: 0, reason: `the file assigns nothing to ${NAME}` });
  for (const { node, target } of found) {
    try {
      const value = node.lastChild;
      if (source.slice(target.from, target.to) !== NAME || value?.name !== 'DictionaryExpression') {
        throw new LiteralError(
          `${NAME} is changed by something else than a dictionary of literals`,
          node.from,
        );
      }
      for (const [name, entry] of readLiteral(value, source) as Exclude<Literal, string | Literal[]>) {
        try {
          const templates = templatesOf(entry.value);
          sink.task({
            name,
            instructions: 'instance',
            categories: [],
            sources: [name],
            inputs: [],
            targets: [],
            templates,
          });
        } catch (error) {
          skip(error);
        }
      }
    } catch (error) {
      skip(error);
    }
  }
}
