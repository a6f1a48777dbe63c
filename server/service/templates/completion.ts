import {
  type CompletionItem,
  CompletionItemKind,
  type Position,
  type Range,
  TextEdit,
} from 'vscode-languageserver';
import type { FieldFacts } from '../../engine/field-facts.ts';
import type { BenchContext } from './context.ts';
import { type OpenTemplates, rangeIn, type TextPlace, templateAt, textPlaceAt } from './documents.ts';
import { fieldsBelow, fieldsFor, fieldText } from './fields.ts';
import { formatFieldBegun } from './format-patterns.ts';
import { scanJinja, typingAt } from './jinja-scan.ts';
import { FILTERS, GLOBALS, METHODS, SEPARATOR_WORDS, STATEMENTS, TESTS } from './jinja-words.ts';

export const COMPLETION_TRIGGERS = ['{', '|', '.'];

/** What can be put in at a position: fields, filters, methods, tests, answer choices, the separator. */
export async function completion(
  open: OpenTemplates,
  bench: BenchContext,
  position: Position,
): Promise<CompletionItem[]> {
  const place = textPlaceAt(open, position);
  if (!place) return inPattern(open, bench, position);
  const typing = typingAt(place.text.text, place.offset);
  const sample = await bench.sampleOf(open, place.task);
  switch (typing.where) {
    case 'comment':
      return [];
    case 'string':
      return choices(place);
    case 'text':
      return inText(open, place, fieldsFor(sample, place.task));
    case 'statement':
      return fromWords(STATEMENTS, CompletionItemKind.Keyword);
    case 'expression':
      switch (typing.after) {
        case 'filter':
          return fromWords(FILTERS, CompletionItemKind.Function);
        case 'test':
          return fromWords(TESTS, CompletionItemKind.Function);
        case 'member':
          return [
            ...fieldItems(typing.path.length > 0 ? fieldsBelow(sample, typing.path) : []),
            ...fromWords(METHODS, CompletionItemKind.Method),
          ];
        case 'value':
          return [
            ...fieldItems(fieldsFor(sample, place.task)),
            ...localItems(place),
            ...fromWords(GLOBALS, CompletionItemKind.Function),
            ...pickedChoices(place),
          ];
      }
  }
}

async function inPattern(
  open: OpenTemplates,
  bench: BenchContext,
  position: Position,
): Promise<CompletionItem[]> {
  const found = templateAt(open, position);
  if (found?.placed.template.language !== 'format') return [];
  if (formatFieldBegun(open, position) === undefined) return [];
  return fieldItems(fieldsFor(await bench.sampleOf(open, found.task), found.task));
}

/** Outside of tags: a whole `{{ field }}`, the separator, the answer choices by their words. */
function inText(open: OpenTemplates, place: TextPlace, fields: readonly FieldFacts[]): CompletionItem[] {
  const { text } = place.text;
  const from =
    place.offset - /[|{]*$/u.exec(text.slice(Math.max(0, place.offset - 3), place.offset))![0].length;
  const range = rangeIn(open, place.text, from, place.offset);
  const begun = text.slice(from, place.offset);
  const items: CompletionItem[] = [];
  if (!begun.startsWith('{') && (place.text.key === 'answer_choices' || !hasSeparator(text, from)))
    items.push({
      ...replacing(range, '|||'),
      kind: CompletionItemKind.Operator,
      documentation: SEPARATOR_WORDS,
    });
  if (begun.startsWith('|')) return items;
  for (const field of fields) {
    items.push({
      ...replacing(range, `{{ ${field.name} }}`),
      kind: CompletionItemKind.Field,
      detail: field.type,
      documentation: { kind: 'markdown', value: fieldText(field) },
    });
  }
  return items;
}

function replacing(range: Range, text: string): CompletionItem {
  return { label: text, filterText: text, textEdit: TextEdit.replace(range, text) };
}

function hasSeparator(text: string, except: number): boolean {
  return scanJinja(text).some(({ kind, from }) => kind === 'separator' && from !== except);
}

function fieldItems(fields: readonly FieldFacts[]): CompletionItem[] {
  return fields.map((field) => ({
    label: field.name,
    kind: CompletionItemKind.Field,
    detail: field.type,
    documentation: { kind: 'markdown', value: fieldText(field) },
    sortText: `0${field.name}`,
  }));
}

function localItems({ text, offset }: TextPlace): CompletionItem[] {
  const names = new Set(
    scanJinja(text.text.slice(0, offset)).flatMap((token) => (token.kind === 'local' ? [token.text] : [])),
  );
  return [...names].map((label) => ({ label, kind: CompletionItemKind.Variable, sortText: `1${label}` }));
}

function fromWords(words: Readonly<Record<string, string>>, kind: CompletionItemKind): CompletionItem[] {
  return Object.entries(words).map(([label, detail]) => ({ label, kind, detail, sortText: `2${label}` }));
}

function choicesOf({ placed }: TextPlace): string[] {
  const { answerChoices } = placed.template;
  if (!answerChoices || answerChoices.includes('{')) return [];
  return answerChoices.split('|||').map((choice) => choice.trim());
}

/** In a string: the words of the choices, to compare with. */
function choices(place: TextPlace): CompletionItem[] {
  return choicesOf(place).map((label) => ({ label, kind: CompletionItemKind.EnumMember }));
}

/** `answer_choices[1]`, with what it prints. */
function pickedChoices(place: TextPlace): CompletionItem[] {
  return choicesOf(place).map((detail, index) => ({
    label: `answer_choices[${index}]`,
    kind: CompletionItemKind.EnumMember,
    detail,
    sortText: `1answer_choices${String(index).padStart(3, '0')}`,
  }));
}
