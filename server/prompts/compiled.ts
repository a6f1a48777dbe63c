import type { Template } from '../collections/types.ts';
import { compileFormat } from './format.ts';
import { compileJinja, strip } from './jinja/compile.ts';
import type { CompiledTemplate } from './types.ts';

const KEPT = 512;

/** Compiled templates by their text; the least recently used goes first. */
export class TemplateCache {
  readonly #compiled = new Map<string, CompiledTemplate>();
  /** The last one asked for: mostly the next record is of the same template. */
  #last: { template: Template; compiled: CompiledTemplate } | undefined;

  /** Throws TemplateError where the template doesn't parse. */
  get(template: Template): CompiledTemplate {
    if (this.#last?.template === template) return this.#last.compiled;
    const compiled = this.#byText(template);
    this.#last = { template, compiled };
    return compiled;
  }

  #byText(template: Template): CompiledTemplate {
    const key = JSON.stringify([template.language, template.strip, template.text, template.answerChoices]);
    const known = this.#compiled.get(key);
    if (known) {
      this.#compiled.delete(key);
      this.#compiled.set(key, known);
      return known;
    }
    const compiled = compile(template);
    this.#compiled.set(key, compiled);
    if (this.#compiled.size > KEPT) this.#compiled.delete(this.#compiled.keys().next().value!);
    return compiled;
  }
}

function compile(template: Template): CompiledTemplate {
  if (template.language === 'format') return compileFormat(template.text);
  const compiled = compileJinja(template.text, { answerChoices: template.answerChoices });
  if (!template.strip) return compiled;
  return {
    variables: compiled.variables,
    render: (fields) => {
      const rendered = compiled.render(fields);
      return { ...rendered, parts: strip(rendered.parts) };
    },
  };
}
