/**
 * PromptSource's templates: Jinja compiled once to closures, rendered many times, byte for byte what Python's
 * Jinja2 3.1 gives in PromptSource's environment, each piece told apart by who wrote it.
 *
 * Python draws `choice` anew at each rendering; here the draw follows from the items and from how many draws
 * came before it in the same rendering, so that an example always reads the same (see `Run.draw`).
 */
import type { Fields } from '../../collections/types.ts';
import { DEFAULT_LIMITS, type Limits, withBudget } from '../python/budget.ts';
import { LimitError, PyError } from '../python/errors.ts';
import { stripBoth } from '../python/text.ts';
import type { Value } from '../python/values.ts';
import { type CompiledTemplate, type Origin, type Rendered, type Segment, TemplateError } from '../types.ts';
import { globals } from './globals.ts';
import { parse } from './parse.ts';
import { PIPE_GUARD, PIPES, Run } from './run.ts';
import { append, cut, stripSegments, substitute } from './segments.ts';
import { placeOf, type Source, sourceOf } from './source.ts';
import { compile, type Program } from './statements.ts';

export type { Limits };

export interface JinjaOptions {
  /** A Jinja string whose parts between `|||` become the list `answer_choices`. */
  answerChoices?: string;
  limits?: Partial<Limits>;
}

/** The parts of a rendering, each with white space stripped from its ends as by Python's `str.strip`. */
export function strip(parts: readonly (readonly Segment[])[]): Segment[][] {
  return parts.map(stripSegments);
}

interface Label {
  origin: Origin;
  field?: string;
}

const TEMPLATE: Label = { origin: 'template' };

/** Compiles a template. Throws `TemplateError` with line and column; those of the answer choices say so. */
export function compileJinja(text: string, options: JinjaOptions = {}): CompiledTemplate {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const template = new Compiled(text, limits);
  const choices = options.answerChoices === undefined ? undefined : choicesOf(options.answerChoices, limits);
  return new JinjaTemplate(template, choices);
}

function choicesOf(text: string, limits: Limits): Compiled {
  try {
    return new Compiled(text, limits);
  } catch (error) {
    throw aboutChoices(error);
  }
}

function aboutChoices(error: unknown): unknown {
  if (!(error instanceof TemplateError)) return error;
  return new TemplateError(`in answer_choices: ${error.message}`, { line: error.line, column: error.column });
}

/** One Jinja text, compiled. */
class Compiled {
  private readonly source: Source;
  private readonly program: Program;
  private readonly limits: Limits;
  /** Names that come from the record. */
  readonly variables: readonly string[];

  constructor(text: string, limits: Limits) {
    this.limits = limits;
    this.source = sourceOf(text);
    this.program = this.guarded(() => compile(parse(this.source), this.source));
    this.variables = this.program.names.filter((name) => name !== 'answer_choices' && !globals.has(name));
  }

  render(fields: Fields, answerChoices: Value | undefined): Run {
    const run = new Run(fields, answerChoices);
    this.guarded(() => withBudget(this.limits, () => this.program.run(run)), run);
    return run;
  }

  /** The label of each mark; `choices` is that of a piece which only answer choices went into. */
  labels(choices: Label): Label[] {
    const { marks, provenance } = this.program;
    return marks.map(({ node, bodies }) => {
      const fields = provenance.fields(node, bodies);
      const field = fields.find((name) => name !== 'answer_choices');
      if (field !== undefined) return { origin: 'field', field };
      return fields.length > 0 ? choices : TEMPLATE;
    });
  }

  private guarded<T>(work: () => T, run?: Run): T {
    try {
      return work();
    } catch (error) {
      const place = run ? placeOf(this.source, run.at) : {};
      if (error instanceof PyError) throw new TemplateError(`${error.kind}: ${error.message}`, place);
      if (error instanceof LimitError) throw new TemplateError(error.message, place);
      if (error instanceof RangeError)
        throw new TemplateError('the template is nested too deep or makes too long a text', place);
      throw error;
    }
  }
}

class JinjaTemplate implements CompiledTemplate {
  private readonly template: Compiled;
  private readonly choices: Compiled | undefined;
  private readonly labels: readonly Label[];
  readonly variables: readonly string[];

  constructor(template: Compiled, choices: Compiled | undefined) {
    this.template = template;
    this.choices = choices;
    const [field] = choices?.variables ?? [];
    this.labels = template.labels(field === undefined ? { origin: 'choice' } : { origin: 'field', field });
    this.variables = [...new Set([...template.variables, ...(choices?.variables ?? [])])];
  }

  /** Throws `TemplateError`. The parts are as rendered: PromptSource strips them, `strip` does so here. */
  render(fields: Fields): Rendered {
    if (Object.hasOwn(fields, 'answer_choices')) {
      throw new TemplateError("the record has a field 'answer_choices', which is the template's own name");
    }
    const answerChoices = this.choices && this.renderChoices(this.choices, fields);
    const run = this.template.render(fields, answerChoices ?? null);
    const segments: Segment[] = [];
    const { pieces, marks } = run.out;
    for (let i = 0; i < pieces.length; i++) append(segments, pieces[i]!, this.labels[marks[i]!] as Segment);
    const parts = split(segments).map((part) => (run.guarded ? substitute(part, PIPE_GUARD, PIPES) : part));
    return answerChoices ? { parts, answerChoices } : { parts };
  }

  private renderChoices(choices: Compiled, fields: Fields): string[] {
    let run: Run;
    try {
      run = choices.render(fields, undefined);
    } catch (error) {
      throw aboutChoices(error);
    }
    const parts = run.out.text().split(PIPES);
    return parts.map((part) => stripBoth(part).replaceAll(PIPE_GUARD, PIPES));
  }
}

/** The segments between the separators, which may run over the edges of segments. */
function split(segments: Segment[]): Segment[][] {
  const text = segments.length === 1 ? segments[0]!.text : segments.map((segment) => segment.text).join('');
  const parts: Segment[][] = [];
  let from = 0;
  for (let at = text.indexOf(PIPES); at !== -1; at = text.indexOf(PIPES, from)) {
    parts.push(cut(segments, from, at));
    from = at + PIPES.length;
  }
  if (from === 0) return [segments];
  parts.push(cut(segments, from, text.length));
  return parts;
}
