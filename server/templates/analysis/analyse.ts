import { messageOf } from '../../base/problem.ts';
import type { Template } from '../../collections/types.ts';
import type { AnswerChoices, PartAnalysis, TemplateAnalysis } from '../types.ts';
import { analysePattern } from './pattern.ts';
import { Reader } from './statements.ts';
import { parseJinja, SEPARATOR } from './syntax.ts';
import { rootOf, type Use } from './value.ts';

const EMPTY: TemplateAnalysis = { parts: [], guards: [], variables: [] };

/** The parts of a template that `analyse` reads. */
export type TemplateText = Pick<Template, 'language' | 'text' | 'answerChoices'>;

/** Reads off a template which fields its parts print and what is done to them. Never throws. */
export function analyse(template: TemplateText): TemplateAnalysis {
  if (template.language === 'format') return analysePattern(template.text);
  try {
    const choices = template.answerChoices ? readChoices(template.answerChoices) : undefined;
    const reader = new Reader();
    reader.read(parseJinja(template.text));
    const parts = reader.parts();
    return {
      parts,
      guards: reader.guards,
      variables: variablesOf(parts, reader.guards, choices?.fields ?? []),
      answerChoices: choices,
    };
  } catch (error) {
    return { ...EMPTY, error: messageOf(error) };
  }
}

function readChoices(text: string): AnswerChoices {
  const reader = new Reader();
  reader.read(parseJinja(text));
  const parts = reader.parts();
  const uses = parts.flatMap((part) => part.uses);
  const fields = [...new Set(uses.filter((use) => use.via !== 'condition').map((use) => use.path))];
  const literals = fields.length > 0 ? [] : text.split(SEPARATOR).map((choice) => choice.trim());
  const looped = uses.some((use) => use.operations.includes('each'));
  const each = looped ? [] : parts.map((part) => [...new Set(part.uses.map((use) => use.path))]);
  return { text, fields, each, literals };
}

function variablesOf(
  parts: readonly PartAnalysis[],
  guards: readonly Use[],
  more: readonly string[],
): string[] {
  const paths = [...guards, ...parts.flatMap((part) => part.uses)].map((use) => use.path);
  return [...new Set([...paths, ...more].map(rootOf))];
}
