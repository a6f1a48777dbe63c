import type { Fields, Json } from './types.ts';

/** Why one record can't be kept, in words for the person who has to mend it. */
export class RecordError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RecordError';
  }
}

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A parsed JSON value that must be an object. */
export function asObject(value: unknown): Fields {
  if (!isObject(value)) throw new RecordError('the record is not a JSON object');
  return value;
}

/** A field that must be text. */
export function requireText(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string') return value;
  throw new RecordError(value === undefined ? `"${name}" is missing` : `"${name}" is not text`);
}

/** A field as text where it is a string, number or truth value (printed as Python does); else undefined. */
export function plainText(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return undefined;
}

/** The texts of a field that holds one or a list of them; undefined where it holds something else. */
export function texts(value: Json | undefined): string[] | undefined {
  if (!Array.isArray(value)) {
    const text = plainText(value);
    return text === undefined ? undefined : [text];
  }
  const all = value.map(plainText);
  return all.includes(undefined) ? undefined : (all as string[]);
}

/** A field of a task's facts: one text or a list of them, empty ones left out. */
export function listed(value: unknown): string[] {
  const values = Array.isArray(value) ? value : [value];
  return values.filter((item): item is string => typeof item === 'string' && item.trim() !== '');
}
