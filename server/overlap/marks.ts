import { createHash } from 'node:crypto';
import type { DocumentSource } from './types.ts';

/** A source whose documents can be told from changed ones. */
export type MarkedSource = DocumentSource & { fingerprint: string };

export function isMarked(source: DocumentSource): source is MarkedSource {
  return source.fingerprint !== undefined;
}

const marks = new WeakMap<MarkedSource, string>();

/** Says which task a kept result is of, and in which state. */
export function markOf(source: MarkedSource): string {
  const mark = marks.get(source) ?? digest([source.task, source.examples, source.fingerprint]);
  marks.set(source, mark);
  return mark;
}

export function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
