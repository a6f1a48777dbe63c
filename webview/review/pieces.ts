import type { SideView } from '../../server/protocol.ts';

/** A stretch of a side's text with one writer, one part, and at most one shared span. */
export interface Piece {
  text: string;
  origin: SideView['segments'][number]['origin'];
  field: string | undefined;
  part: 'source' | 'target';
  /** Index of the shared span that it belongs to. */
  span: number | undefined;
  /** The span begins here; its number is printed once. */
  begins: boolean;
}

/**
 * Cuts a side's segments at the ends of the shared spans. `spans` are UTF-16 offsets into the
 * segments' joined text, end exclusive; where two overlap, the earlier in the list is shown.
 */
export function piecesOf(
  segments: SideView['segments'],
  spans: readonly (readonly [start: number, end: number])[],
): Piece[] {
  const pieces: Piece[] = [];
  const begun = new Set<number>();
  let segmentStart = 0;
  for (const { text, origin, field, part } of segments) {
    const segmentEnd = segmentStart + text.length;
    const cuts = new Set([segmentStart, segmentEnd]);
    for (const ends of spans) for (const at of ends) if (at > segmentStart && at < segmentEnd) cuts.add(at);
    const sorted = [...cuts].sort((a, b) => a - b);
    for (let index = 0; index + 1 < sorted.length; index++) {
      const start = sorted[index]!;
      const end = sorted[index + 1]!;
      const found = spans.findIndex(([from, to]) => from <= start && end <= to);
      const span = found < 0 ? undefined : found;
      const begins = span !== undefined && !begun.has(span);
      if (span !== undefined) begun.add(span);
      const piece = text.slice(start - segmentStart, end - segmentStart);
      pieces.push({ text: piece, origin, field, part, span, begins });
    }
    segmentStart = segmentEnd;
  }
  return pieces;
}
