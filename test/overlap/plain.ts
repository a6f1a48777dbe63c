/** Raw JSONL as the reference reads it: a line at a time, by the platform's own decoder and JSON. */
import type { PairFigures } from '../../server/overlap/types.ts';
import { type ReferenceTask, referencePair } from './reference.ts';

/** A file's records, and the lines (from 1) that are no usable record. */
export function taskOf(task: string, file: Buffer): { task: ReferenceTask; faults: number[] } {
  const documents: ReferenceTask['documents'] = [];
  const faults: number[] = [];
  const bytes = file.subarray(0, 3).equals(Buffer.from('\ufeff')) ? file.subarray(3) : file;
  for (const [at, line] of linesOf(bytes).entries()) {
    const text = textOf(line);
    if (text === null) faults.push(at + 1);
    else if (text !== undefined) documents.push({ example: documents.length, document: { text } });
  }
  return { task: { task, examples: documents.length, documents }, faults };
}

function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  bytes.forEach((byte, at) => {
    if (byte !== 0x0a) return;
    lines.push(bytes.subarray(start, at));
    start = at + 1;
  });
  return [...lines, bytes.subarray(start)];
}

/** Undefined for a blank line, null for a line that is no usable record. */
function textOf(line: Buffer): string | null | undefined {
  let value: unknown;
  try {
    const json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line);
    if (json.replaceAll(/[ \t\r]/g, '') === '') return undefined;
    value = JSON.parse(json);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const fields = new Map(Object.entries(value));
  if (typeof fields.get('text') === 'string') return fields.get('text') as string;
  const parts = ['inputs', 'targets'].filter((key) => fields.has(key)).map((key) => fields.get(key));
  if (parts.length === 0 || parts.some((part) => typeof part !== 'string')) return null;
  return parts.join('\n');
}

/** The pairs that share anything. */
export function expected(train: ReferenceTask[], held: ReferenceTask[], n: number): PairFigures[] {
  return train
    .flatMap((one) => held.map((other) => referencePair(one, other, n)))
    .filter((pair) => pair.overlapping > 0 || pair.shortMatches > 0);
}
