import type { PartAnalysis, TemplateAnalysis } from '../types.ts';
import { SEPARATOR } from './syntax.ts';
import { rootOf } from './value.ts';

const FIELD = /\{\{|\}\}|\{([^{}]*)\}/g;

/** The fields that FLAN's patterns name for the choices rather than for a field of the record. */
const CHOICES = new Set(['options_', 'options_str', 'options']);

/** A Python `str.format` pattern pair, source and target joined by `|||`. */
export function analysePattern(text: string): TemplateAnalysis {
  const parts = text.split(SEPARATOR).map(analysePart);
  const open = parts.some((part) => /[{}]/.test(part.literal.replaceAll(/\{\{|\}\}/g, '')));
  const variables = [...new Set(parts.flatMap((part) => part.uses.map((use) => rootOf(use.path))))];
  return { error: open ? 'a "{" or "}" stands alone' : undefined, parts, guards: [], variables };
}

function analysePart(text: string): PartAnalysis {
  const part: PartAnalysis = { literal: '', uses: [], choices: false, picked: [], random: false };
  part.literal = text.replaceAll(FIELD, (whole, inner: string | undefined) => {
    if (inner === undefined) return whole;
    const name = inner.split(/[!:]/)[0]!.replaceAll(/\[(\w+)\]/g, '.$1');
    if (CHOICES.has(name)) part.choices = true;
    else part.uses.push({ path: name, via: 'value', operations: [] });
    return ' ';
  });
  return part;
}
