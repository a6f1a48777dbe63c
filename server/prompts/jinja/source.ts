/** A template's text as the lexer reads it, and the way back from its offsets to lines and columns. */
import { TemplateError } from '../types.ts';

export interface Source {
  /** Line ends are `\n`; one line end at the very end is gone, as in Jinja2. */
  text: string;
}

export function sourceOf(template: string): Source {
  const text = template.replace(/\r\n?/g, '\n');
  return { text: text.endsWith('\n') ? text.slice(0, -1) : text };
}

/** Line and column, from 1, of an offset. */
export function placeOf(source: Source, offset: number): { line: number; column: number } {
  const before = source.text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}

export function syntaxError(source: Source, message: string, offset: number): TemplateError {
  return new TemplateError(message, placeOf(source, offset));
}
