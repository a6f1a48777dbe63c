import type { ComponentChildren, JSX } from 'preact';
import type { Segment } from '../../server/protocol.ts';
import { letterOf } from './fields.ts';
import { t } from './l10n.ts';
import { originWord } from './words.ts';

/** Each space, tab and line end with its sign; the text itself stays as it is, to be selected and copied. */
function WhiteSpace({ text }: { text: string }): JSX.Element {
  const parts = text.split(/([ \t\n\u00a0])/);
  const names: Record<string, string> = { ' ': 'space', '\t': 'tab', '\n': 'line', '\u00a0': 'hard' };
  return (
    <>
      {parts.map((part, index) =>
        names[part] ? (
          <span key={index} class={`space-${names[part]}`}>
            {part}
          </span>
        ) : (
          part
        ),
      )}
    </>
  );
}

/** How segments are marked: the fields in the order of their letters, white space shown or not. */
export interface Marks {
  fields: readonly string[];
  showSpace: boolean;
}

export function Text({ text, marks }: { text: string; marks: Marks }): ComponentChildren {
  return marks.showSpace ? <WhiteSpace text={text} /> : text;
}

/** One segment, marked by who wrote it. */
export function SegmentText({
  segment,
  text,
  marks,
}: {
  segment: Segment;
  text: string;
  marks: Marks;
}): JSX.Element {
  const body = <Text text={text} marks={marks} />;
  if (segment.origin === 'field') {
    const index = marks.fields.indexOf(segment.field ?? '');
    return (
      <span class={`field mark-${index % 6}`} title={t('field {0}', segment.field ?? '')}>
        <sup aria-hidden="true">{letterOf(index)}</sup>
        {body}
      </span>
    );
  }
  if (segment.origin === 'delimiter') {
    return (
      <span class="delimiter" title={t('delimiter')}>
        {body}
      </span>
    );
  }
  return (
    <span class={`origin-${segment.origin}`} title={originWord(segment.origin)}>
      {body}
    </span>
  );
}
