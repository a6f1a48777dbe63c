import type { TaskFacts } from '../collections/types.ts';
import { definitionOf } from './instances.ts';
import type { Instantiated } from './instantiate.ts';
import { type Segment, textOf } from './types.ts';

/** An instance's text as the overlap rule reads it: source and target, without delimiter and demonstrations. */
export interface InstanceText {
  /** Source segments, a line feed, target segments. */
  segments: (Segment & { part: 'source' | 'target' })[];
  text: string;
  /** Byte ranges of the UTF-8 text that came from the record, ascending. */
  content: [start: number, end: number][];
}

export function instanceText(facts: TaskFacts, bare: Instantiated): InstanceText {
  const source = [...definitionOf(facts), ...bare.source].map((segment) => ({
    ...segment,
    part: 'source' as const,
  }));
  const target = bare.target.map((segment) => ({ ...segment, part: 'target' as const }));
  const between = source.length > 0 && target.length > 0;
  const segments = between
    ? [...source, { text: '\n', origin: 'template' as const, part: 'source' as const }, ...target]
    : [...source, ...target];

  const content: [number, number][] = [];
  let offset = 0;
  for (const segment of segments) {
    const end = offset + Buffer.byteLength(segment.text);
    const last = content.at(-1);
    if (segment.origin === 'field') {
      if (last && last[1] === offset) last[1] = end;
      else content.push([offset, end]);
    }
    offset = end;
  }
  return { segments, text: textOf(segments), content };
}
