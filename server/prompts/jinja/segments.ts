/** Work on text in segments as if it were one text. */
import { isSpaceUnit } from '../python/text.ts';
import type { Segment } from '../types.ts';

/** Appends text to segments; text of one origin and field runs on in one segment. */
export function append(segments: Segment[], text: string, like: Segment): void {
  if (text === '') return;
  const last = segments.at(-1);
  if (last && last.origin === like.origin && last.field === like.field) last.text += text;
  else segments.push({ ...like, text });
}

/** The part of some segments between two offsets of their whole text. */
export function cut(segments: readonly Segment[], from: number, to: number): Segment[] {
  const part: Segment[] = [];
  let at = 0;
  for (const segment of segments) {
    const end = at + segment.text.length;
    if (end > from && at < to) append(part, segment.text.slice(Math.max(0, from - at), to - at), segment);
    at = end;
    if (at >= to) break;
  }
  return part;
}

/** Puts `by` for each `mark`, even where a mark runs over the edge of segments; it belongs to where it begins. */
export function substitute(segments: readonly Segment[], mark: string, by: string): Segment[] {
  const text = segments.map((segment) => segment.text).join('');
  const result: Segment[] = [];
  let at = 0;
  for (let start = text.indexOf(mark); start !== -1; start = text.indexOf(mark, at)) {
    for (const segment of cut(segments, at, start)) append(result, segment.text, segment);
    append(result, by, cut(segments, start, start + 1)[0]!);
    at = start + mark.length;
  }
  for (const segment of cut(segments, at, text.length)) append(result, segment.text, segment);
  return result;
}

/** Python's `str.strip` over the whole text of some segments. */
export function stripSegments(segments: readonly Segment[]): Segment[] {
  const text = segments.map((segment) => segment.text).join('');
  let from = 0;
  let to = text.length;
  while (from < to && isSpaceUnit(text.charCodeAt(from))) from++;
  while (to > from && isSpaceUnit(text.charCodeAt(to - 1))) to--;
  return from === 0 && to === text.length ? [...segments] : cut(segments, from, to);
}
