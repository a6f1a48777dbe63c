import type { Template } from '../../collections/types.ts';
import type { Finding, Range } from '../types.ts';

/** A stretch of template language as it stands in the file. */
export interface PlacedText {
  key: 'jinja' | 'answer_choices';
  /** Its value, as YAML reads it. */
  text: string;
  /** The offset in the file of each UTF-16 unit of the value, and of its end. */
  offsets(): readonly number[];
}

/** A template with its places in the file. */
export interface PlacedTemplate {
  template: Template;
  /** The template's name or key: where findings about the whole of it stand. */
  at: Range;
  /** A stretch of the template's text, from offsets into it; the whole text when none are given. */
  textAt(from?: number, to?: number): Range;
  /** The value of a key (`original_task`, `choices_in_prompt`, `answer_choices`, `name`), where it is written. */
  valueAt(key: string): Range | undefined;
  /** All that belongs to the template, from its key to its end. */
  entry: Range;
  /** Its texts in the template language; none where the file's form does not tell their places. */
  texts: readonly PlacedText[];
  /** The offset in the text where a separator can be put in by an edit; absent where the text must be edited by hand. */
  textEnd?: Range;
}

/** The templates of one task in one file. */
export interface PlacedTask {
  task: string;
  file: string;
  /** Where findings about the task stand. */
  at: Range;
  templates: PlacedTemplate[];
}

/** A file of templates as it was read: what could be read, and what is wrong with the rest. */
export interface TemplateFile {
  file: string;
  tasks: PlacedTask[];
  faults: Finding[];
}

export const FILE_START: Range = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/** Turns offsets of a text into lines and columns from 1. */
export class LineTable {
  readonly #starts: number[] = [0];
  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }
  range(from: number, to: number): Range {
    const start = this.#place(from);
    const end = this.#place(Math.max(from, to));
    return { ...start, endLine: end.line, endColumn: end.column };
  }
  /** The range of one whole line, from 1. */
  line(number: number): Range {
    const from = this.#starts[number - 1] ?? 0;
    const next = this.#starts[number];
    return this.range(from, next === undefined ? from : Math.max(from, next - 1));
  }
  #place(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - this.#starts[low]! + 1 };
  }
}
