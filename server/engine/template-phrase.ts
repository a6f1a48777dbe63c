import type { Template } from '../collections/types.ts';

const LENGTH = 160;
/** `{{ text | trim }}`, `{{answers.text[0]}}`: the name that an expression starts with. */
const EXPRESSION = /\{\{-?\s*([\s\S]*?)\s*-?\}\}/gu;
const LEADING_NAME = /^\(*\s*([\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*(?![\p{L}\p{N}_]|\s*\())*)/u;

/** How a template phrases its task: the words of its source in one line, fields in braces. */
export function phraseOf({ language, text }: Template): string {
  const [source = ''] = text.split('|||');
  const words =
    language === 'format'
      ? source
      : source
          .replaceAll(/\{#[\s\S]*?#\}|\{%[\s\S]*?%\}/gu, ' ')
          .replaceAll(EXPRESSION, (_, inside: string) => `{${LEADING_NAME.exec(inside)?.[1] ?? '…'}}`);
  const line = words.replaceAll(/\s+/gu, ' ').trim();
  const units = [...line];
  return units.length > LENGTH ? `${units.slice(0, LENGTH - 1).join('')}…` : line;
}
