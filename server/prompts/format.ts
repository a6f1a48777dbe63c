/** FLAN's patterns: Python's `str.format`, taken apart once and filled many times. */
import type { Fields } from '../collections/types.ts';
import { placeOf, type Source } from './jinja/source.ts';
import { attribute } from './python/attributes.ts';
import { DEFAULT_LIMITS, type Limits, withBudget } from './python/budget.ts';
import { LimitError, PyError } from './python/errors.ts';
import { subscript } from './python/operators.ts';
import {
  type Arguments,
  type FormatPattern,
  fillOne,
  missingPositional,
  Numbering,
  PatternError,
  parseFormat,
  type Replacement,
} from './python/str-format.ts';
import { fromJson, typeName, type Value } from './python/values.ts';
import { type CompiledTemplate, type Rendered, type Segment, TemplateError } from './types.ts';

const SEPARATOR = '|||';

export interface FormatOptions {
  limits?: Partial<Limits>;
}

/**
 * Compiles a source and a target pattern joined by `|||`, each filled as Python's `pattern.format(**record)`.
 * Throws `TemplateError` with line and column.
 */
export function compileFormat(text: string, options: FormatOptions = {}): CompiledTemplate {
  return new FormatTemplate(text, { ...DEFAULT_LIMITS, ...options.limits });
}

class FormatTemplate implements CompiledTemplate {
  private readonly source: Source;
  private readonly limits: Limits;
  private readonly patterns: FormatPattern[] = [];
  readonly variables: readonly string[];
  /** The offset of the replacement that is being filled, for errors. */
  private at = 0;

  constructor(text: string, limits: Limits) {
    this.source = { text };
    this.limits = limits;
    let offset = 0;
    for (const part of text.split(SEPARATOR)) {
      this.patterns.push(this.guarded(() => parseFormat(part, offset)));
      offset += part.length + SEPARATOR.length;
    }
    this.variables = [...new Set(this.patterns.flatMap(namesIn))];
  }

  /** Throws `TemplateError`: a field that the record lacks, a conversion or a format that its value can't take. */
  render(fields: Fields): Rendered {
    const args = argumentsOf(fields);
    const parts = this.guarded(() =>
      withBudget(this.limits, () => this.patterns.map((pattern) => this.fill(pattern, args))),
    );
    return { parts };
  }

  private fill(pattern: FormatPattern, args: Arguments): Segment[] {
    const numbering = new Numbering();
    const segments: Segment[] = [];
    for (const part of pattern) {
      if (typeof part === 'string') segments.push({ text: part, origin: 'template' });
      else {
        this.at = part.offset;
        const text = fillOne(part, args, numbering);
        if (text !== '') segments.push({ text, origin: 'field', field: String(part.field) });
      }
    }
    return segments;
  }

  private guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof PatternError)
        throw new TemplateError(error.message, placeOf(this.source, error.offset));
      const place = placeOf(this.source, this.at);
      if (error instanceof PyError) throw new TemplateError(`${error.kind}: ${error.message}`, place);
      if (error instanceof LimitError) throw new TemplateError(error.message, place);
      if (error instanceof RangeError) throw new TemplateError('the pattern makes too long a text', place);
      throw error;
    }
  }
}

function argumentsOf(fields: Fields): Arguments {
  return {
    positional: (index) => {
      throw missingPositional(index);
    },
    named: (name) => {
      if (!Object.hasOwn(fields, name)) throw new PyError('KeyError', `the record has no field '${name}'`);
      return fromJson(fields[name]);
    },
    attribute: (value, name) => {
      const found = attribute(value, name);
      if (found !== undefined) return found;
      throw new PyError('AttributeError', `'${typeName(value)}' object has no attribute '${name}'`);
    },
    item: (value: Value, key) => subscript(value, key),
  };
}

function namesIn(pattern: FormatPattern): string[] {
  return pattern.flatMap((part) => (typeof part === 'string' ? [] : namesOf(part)));
}

function namesOf(part: Replacement): string[] {
  return [...(typeof part.field === 'string' ? [part.field] : []), ...namesIn(part.spec)];
}
