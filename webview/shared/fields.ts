import type { Segment } from '../../server/protocol.ts';

/** The record's fields that some segments print, in order of first appearance. */
export function fieldsOf(segments: readonly Segment[]): string[] {
  const fields = segments.flatMap(({ origin, field }) => (origin === 'field' ? [field ?? ''] : []));
  return [...new Set(fields)];
}

/** The letter of the n-th field: A to Z, then A1 and so on. */
export function letterOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : `${letter}${Math.floor(index / 26)}`;
}
