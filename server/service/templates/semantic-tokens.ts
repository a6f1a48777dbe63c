import { type SemanticTokens, SemanticTokensBuilder, type SemanticTokensLegend } from 'vscode-languageserver';
import { fileOffsets, type OpenTemplates, placedIn } from './documents.ts';
import { scanJinja, type TokenKind } from './jinja-scan.ts';

const TYPES = [
  'keyword',
  'variable',
  'parameter',
  'function',
  'method',
  'property',
  'string',
  'number',
  'operator',
  'comment',
] as const;

/** `source` and `target` tell the two parts of a template apart; `choices` the answer choices. */
const MODIFIERS = ['source', 'target', 'choices'] as const;

export const LEGEND: SemanticTokensLegend = { tokenTypes: [...TYPES], tokenModifiers: [...MODIFIERS] };

const TYPE_OF: Partial<Record<TokenKind, (typeof TYPES)[number]>> = {
  separator: 'keyword',
  delimiter: 'operator',
  comment: 'comment',
  keyword: 'keyword',
  field: 'parameter',
  local: 'variable',
  function: 'function',
  filter: 'function',
  test: 'function',
  method: 'method',
  property: 'property',
  string: 'string',
  number: 'number',
  operator: 'operator',
};

/** The template language inside YAML. Of plain text only the target's is marked: the source is the rest. */
export function semanticTokens(open: OpenTemplates): SemanticTokens {
  const found: { from: number; to: number; type: number; modifiers: number }[] = [];
  for (const { placed } of placedIn(open)) {
    for (const text of placed.texts) {
      for (const token of scanJinja(text.text)) {
        const type = token.kind === 'text' ? (token.target ? 'string' : undefined) : TYPE_OF[token.kind];
        if (type === undefined) continue;
        const modifier = text.key === 'answer_choices' ? 'choices' : token.target ? 'target' : 'source';
        if (token.kind === 'text' && modifier !== 'target') continue;
        const [from, to] = fileOffsets(text, token.from, token.to);
        found.push({ from, to, type: TYPES.indexOf(type), modifiers: 1 << MODIFIERS.indexOf(modifier) });
      }
    }
  }
  const builder = new SemanticTokensBuilder();
  const source = open.document.getText();
  found.sort((a, b) => a.from - b.from);
  let last = 0;
  for (const { from, to, type, modifiers } of found) {
    // Texts that YAML aliases share stand in the file once.
    if (from < last) continue;
    for (const [start, end] of byLine(source, from, to)) {
      const { line, character } = open.document.positionAt(start);
      builder.push(line, character, end - start, type, modifiers);
    }
    last = to;
  }
  return builder.build();
}

/** A token stands on one line each: the protocol has no others. White space at the lines' ends is left out. */
function* byLine(source: string, from: number, to: number): Generator<[start: number, end: number]> {
  let at = from;
  for (const line of source.slice(from, to).split('\n')) {
    const start = at + (line.length - line.trimStart().length);
    const end = at + line.trimEnd().length;
    if (end > start) yield [start, end];
    at += line.length + 1;
  }
}
