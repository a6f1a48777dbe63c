import { isJsonNumber } from '../base/json.ts';
import type { Fields, Json } from '../collections/types.ts';

/** What some records show of one field. */
export interface FieldFacts {
  name: string;
  /** Its type in words; several joined by "or". */
  type: string;
  /** A few different values, as text, cut short; all that were seen where the field looks like a label. */
  samples: string[];
  /** How often each value occurs, where the field looks like a label. */
  labels?: Map<string, number>;
}

const SAMPLES = 3;
const SAMPLE_LENGTH = 80;
/** A label has at most this many values, each of at most so many characters, and most of them come again. */
const LABELS = 12;
const LABEL_LENGTH = 40;

/** The fields of some records, in the order in which they first come. */
export function fieldFacts(records: readonly Fields[]): FieldFacts[] {
  const names = new Set(records.flatMap((record) => Object.keys(record)));
  return [...names].map((name) => {
    const values = records.filter((record) => Object.hasOwn(record, name)).map((record) => record[name]!);
    const types = new Set(values.map((value) => typeOf(value)));
    if (types.size > 1 && types.delete('list')) types.add('list');
    const counts = new Map<string, number>();
    for (const value of values) counts.set(valueText(value), (counts.get(valueText(value)) ?? 0) + 1);
    const labels = isLabel(counts, values.length) ? counts : undefined;
    const different = [...counts.keys()].filter((text) => text.trim() !== '');
    return {
      name,
      type: [...types].join(' or ') || 'nothing',
      samples: different.slice(0, labels ? LABELS : SAMPLES).map(cut),
      ...(labels ? { labels } : {}),
    };
  });
}

/** A value as people write it: text as it is, all else as JSON. */
export function valueText(value: Json): string {
  if (typeof value === 'string') return value;
  return isJsonNumber(value) ? value.source : JSON.stringify(value);
}

/** Whether a field says nothing: null, no text, no items. */
export function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === 'string') return value.trim() === '';
  return Array.isArray(value) && value.length === 0;
}

function isLabel(counts: ReadonlyMap<string, number>, values: number): boolean {
  if (counts.size < 2 || counts.size > LABELS || counts.size * 2 > values) return false;
  return [...counts.keys()].every((text) => text.length <= LABEL_LENGTH && !/^[[{]/u.test(text));
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  if (isJsonNumber(value)) return value.isFloat ? 'number' : 'whole number';
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'boolean':
      return 'true or false';
    case 'number':
      return Number.isInteger(value) ? 'whole number' : 'number';
    default:
      return Array.isArray(value)
        ? listType(value)
        : `object with ${Object.keys(value).slice(0, 8).join(', ')}`;
  }
}

function listType(items: readonly Json[]): string {
  const types = new Set(items.map((item) => typeOf(item)));
  return types.size === 1 ? `list of ${[...types][0]!}` : 'list';
}

function cut(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  const units = [...line];
  return units.length > SAMPLE_LENGTH ? `${units.slice(0, SAMPLE_LENGTH).join('')}…` : line;
}
