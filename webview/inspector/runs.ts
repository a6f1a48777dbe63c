import type { InstanceView, Segment } from '../../server/protocol.ts';

/** A stretch of the source that is shown as one: a segment, or all demonstrations, folded. */
export interface Run {
  kind: 'text' | 'demonstrations';
  /** Segments, with where each starts in the source. */
  parts: { segment: Segment; start: number }[];
  /** Tokens of its segments together. */
  tokens: number;
}

/** The source as runs, neighbouring demonstration segments put together. */
export function runsOf(view: InstanceView): Run[] {
  const runs: Run[] = [];
  let start = 0;
  view.source.forEach((segment, index) => {
    const kind = segment.origin === 'demonstration' ? 'demonstrations' : 'text';
    const tokens = view.tokens.segments[index] ?? 0;
    const last = runs.at(-1);
    if (kind === 'demonstrations' && last?.kind === kind) {
      last.parts.push({ segment, start });
      last.tokens += tokens;
    } else {
      runs.push({ kind, parts: [{ segment, start }], tokens });
    }
    start += segment.text.length;
  });
  return runs;
}

export interface PartCount {
  /** A field by its name, anything else by its origin. */
  name: string;
  field: boolean;
  tokens: number;
}

/** Tokens by part of the source, in order of first appearance. */
export function countParts(view: InstanceView): PartCount[] {
  const counts = new Map<string, PartCount>();
  view.source.forEach((segment, index) => {
    const field = segment.origin === 'field';
    const name = field ? (segment.field ?? '') : segment.origin;
    const key = `${field}:${name}`;
    const count = counts.get(key) ?? { name, field, tokens: 0 };
    counts.set(key, count);
    count.tokens += view.tokens.segments[index] ?? 0;
  });
  return [...counts.values()];
}

/** Where each demonstration's target stands in the text of all of them: end exclusive. */
export function targetRanges(view: InstanceView, text: string): [start: number, end: number][] {
  const ranges: [number, number][] = [];
  let from = 0;
  for (const shown of view.demonstrations) {
    const source = shown.source.map((segment) => segment.text).join('');
    const target = shown.target.map((segment) => segment.text).join('');
    const sourceAt = text.indexOf(source, from);
    if (sourceAt < 0) return ranges;
    // After the source come the delimiter and white space, then the target up to the next break.
    const targetAt = text.indexOf(target, sourceAt + source.length + view.delimiter.trim().length);
    if (targetAt < 0) return ranges;
    if (target.length > 0) ranges.push([targetAt, targetAt + target.length]);
    from = targetAt + target.length;
  }
  return ranges;
}
