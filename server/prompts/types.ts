import type { Fields, Json } from '../collections/types.ts';

/** Who wrote a stretch of an instance's text. */
export type Origin =
  /** The template's own words. */
  | 'template'
  /** A dataset-level definition. */
  | 'definition'
  /** The record; `field` says which field. */
  | 'field'
  /** An answer choice that the template names. */
  | 'choice'
  /** The mark between source and target. */
  | 'delimiter'
  /** A worked example put before the question. */
  | 'demonstration';

export interface Segment {
  text: string;
  origin: Origin;
  field?: string;
}

/** A rendered template: the parts between `|||`, each told apart by origin. */
export interface Rendered {
  parts: Segment[][];
  answerChoices?: string[];
}

/** A template that was compiled once and renders many records. Throws `TemplateError`. */
export interface CompiledTemplate {
  render(fields: Fields): Rendered;
  /** The variables that the template reads, in order of first use. */
  readonly variables: readonly string[];
}

export class TemplateError extends Error {
  /** Line and column in the template's own text, from 1. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  constructor(message: string, at: { line?: number; column?: number } = {}) {
    super(message);
    this.name = 'TemplateError';
    this.line = at.line;
    this.column = at.column;
  }
}

/** A template whose condition leaves a record out: it prints nothing for it, and means to. */
export class LeftOutError extends TemplateError {
  constructor() {
    super('the template prints nothing for this record: it leaves it out');
    this.name = 'LeftOutError';
  }
}

/** A demonstration as it was put into an instance. */
export interface ShownDemonstration {
  /** The example's number in its task, or -1 for one of the definition's own. */
  example: number;
  source: Segment[];
  target: Segment[];
}

/** An example instantiated by a template (DESIGN "Prompts, exactly"). */
export interface Instance {
  task: string;
  example: number;
  template: string;
  /** All of the text before the target, demonstrations and delimiter included. */
  source: Segment[];
  target: Segment[];
  candidates: string[] | undefined;
  references: string[];
  delimiter: string;
  demonstrations: ShownDemonstration[];
  /** What training takes its loss on: ranges of its training text, end exclusive. */
  loss: [start: number, end: number][];
}

export type { Fields, Json };

/** The text of some segments. */
export function textOf(segments: readonly Segment[]): string {
  return segments.map((segment) => segment.text).join('');
}
