import { isUtf8 } from 'node:buffer';

/** What a raw JSONL record says: its text, or why it has none. */
export type RecordText = { text: string } | { reason: string };

/** The text of one line, read the exact way. A blank line has neither text nor fault: undefined. */
export function textOfLine(line: Buffer): RecordText | undefined {
  if (!isUtf8(line)) return { reason: 'not valid UTF-8; this record is left out' };
  const json = line.toString('utf8');
  if (/^[ \t\r]*$/.test(json)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { reason: 'not valid JSON (is the line cut off?); this record is left out' };
  }
  return textOfRecord(value);
}

/** `text`, or `inputs` and `targets` with a line feed between them. */
export function textOfRecord(value: unknown): RecordText {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { reason: 'not a JSON object; this record is left out' };
  }
  const record = value as { text?: unknown; inputs?: unknown; targets?: unknown };
  const has = (key: string) => Object.hasOwn(record, key);
  if (has('text') && typeof record.text === 'string') return { text: record.text };
  const parts = [];
  for (const key of ['inputs', 'targets'] as const) {
    if (!has(key)) continue;
    const part = record[key];
    if (typeof part !== 'string') return { reason: `"${key}" is not a string; this record is left out` };
    parts.push(part);
  }
  if (parts.length > 0) return { text: parts.join('\n') };
  return { reason: 'no text: a record needs a string "text", or "inputs" and "targets"; it is left out' };
}
