import { type Hover, MarkupKind, type Position } from 'vscode-languageserver';
import type { BenchContext } from './context.ts';
import { type OpenTemplates, rangeIn, templateAt, textPlaceAt } from './documents.ts';
import { fieldsBelow, fieldsFor, fieldText } from './fields.ts';
import { formatFieldAt } from './format-patterns.ts';
import { type JinjaToken, scanJinja } from './jinja-scan.ts';
import { FILTERS, GLOBALS, METHODS, SEPARATOR_WORDS, STATEMENTS, TESTS } from './jinja-words.ts';

/** What a field holds, or what a word of the template language does. */
export async function hover(
  open: OpenTemplates,
  bench: BenchContext,
  position: Position,
): Promise<Hover | null> {
  const place = textPlaceAt(open, position);
  if (!place) return formatHover(open, bench, position);
  const tokens = scanJinja(place.text.text);
  const index = tokens.findIndex(({ from, to }) => from <= place.offset && place.offset < to);
  const token = tokens[index];
  if (!token) return null;
  const sample = await bench.sampleOf(open, place.task);
  const words = await describe();
  if (words === undefined) return null;
  return markdown(words, rangeIn(open, place.text, token.from, token.to));

  async function describe(): Promise<string | undefined> {
    const { text, kind } = token!;
    switch (kind) {
      case 'field': {
        const field = fieldsFor(sample, place!.task).find(({ name }) => name === text);
        if (field) return field.samples.length > 0 ? fieldText(field) : `**${text}**: no records are known`;
        if (text === 'answer_choices') return choicesText(place!.placed.template.answerChoices);
        return text in GLOBALS ? `**${text}**: ${GLOBALS[text]}` : `**${text}**: no record has this field`;
      }
      case 'property': {
        const path = pathTo(tokens, index);
        const below = path && fieldsBelow(sample, path).find(({ name }) => name === text);
        return below ? fieldText(below) : undefined;
      }
      case 'local':
        return text === 'loop' ? `**loop**: ${GLOBALS.loop}` : `**${text}**: a name that this template gives`;
      case 'separator':
        return SEPARATOR_WORDS;
      case 'keyword':
        return known(STATEMENTS, text);
      case 'filter':
        return known(FILTERS, text);
      case 'test':
        return known(TESTS, text);
      case 'method':
        return known(METHODS, text);
      case 'function':
        return known(GLOBALS, text);
      default:
        return undefined;
    }
  }
}

async function formatHover(
  open: OpenTemplates,
  bench: BenchContext,
  position: Position,
): Promise<Hover | null> {
  const found = templateAt(open, position);
  const named = found?.placed.template.language === 'format' ? formatFieldAt(open, position) : undefined;
  if (!found || !named) return null;
  const fields = fieldsFor(await bench.sampleOf(open, found.task), found.task);
  const field = fields.find(({ name }) => name === named.name);
  return markdown(field ? fieldText(field) : `**${named.name}**: no record has this field`, named.range);
}

function known(words: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(words, name) ? `**${name}**: ${words[name]}` : undefined;
}

function choicesText(choices: string | undefined): string {
  const all = (choices ?? '').split('|||').map((choice) => `- \`${choice.trim().replaceAll('`', "'")}\``);
  return choices
    ? [`**answer_choices**`, '', ...all].join('\n')
    : '**answer_choices**: this template gives none';
}

/** The names before a member, from the field on; undefined where it follows something else. */
function pathTo(tokens: readonly JinjaToken[], index: number): string[] | undefined {
  const path: string[] = [];
  for (let at = index - 1; tokens[at]?.text === '.'; at -= 2) {
    const name = tokens[at - 1];
    if (!name || (name.kind !== 'field' && name.kind !== 'property')) return undefined;
    path.unshift(name.text);
    if (name.kind === 'field') return path;
  }
  return undefined;
}

function markdown(value: string, range: Hover['range']): Hover {
  return { contents: { kind: MarkupKind.Markdown, value }, range };
}
