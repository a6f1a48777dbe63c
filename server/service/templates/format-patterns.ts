import type { Position, Range } from 'vscode-languageserver';
import type { OpenTemplates } from './documents.ts';

/** `{field}`, `{field!r:>8}`; `{{` is a brace of its own. */
const FIELD = /(?<!\{)\{(?<name>[\p{L}_][\p{L}\p{N}_]*)[^{}\n]*\}/gu;

/** The field of a FLAN pattern that stands at a position. Its file is Python: only the line is looked at. */
export function formatFieldAt(
  { document }: OpenTemplates,
  { line, character }: Position,
): { name: string; range: Range } | undefined {
  for (const match of lineOf(document, line).matchAll(FIELD)) {
    const from = match.index + 1;
    const to = from + match.groups!.name!.length;
    if (character < from || character > to) continue;
    return {
      name: match.groups!.name!,
      range: { start: { line, character: from }, end: { line, character: to } },
    };
  }
  return undefined;
}

/** The name of a field that was begun before a position: `{que|`. */
export function formatFieldBegun(
  { document }: OpenTemplates,
  { line, character }: Position,
): string | undefined {
  return /(?<!\{)\{([\p{L}\p{N}_]*)$/u.exec(lineOf(document, line).slice(0, character).slice(-100))?.[1];
}

function lineOf(document: OpenTemplates['document'], line: number): string {
  return document.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });
}
