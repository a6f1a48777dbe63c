import type { JSX } from 'preact';
import type { PackingView } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { numberWord } from '../shared/words.ts';
import { collectionOf, letterOf, type Sequence } from './model.ts';

interface SequencesProps {
  view: PackingView;
  colours: readonly string[];
  shown: number;
  show: (sequence: number) => void;
}

/** A line for each sequence: a group of choices, so that arrow keys and clicks choose the one shown in full. */
export function Sequences({ view, colours, shown, show }: SequencesProps): JSX.Element {
  return (
    <fieldset class="sequences" aria-label={t('Sequences')}>
      {view.sequences.map((sequence, at) => (
        <label key={at} class={at === shown ? 'line shown' : 'line'}>
          <input
            type="radio"
            name="sequence"
            class="said"
            checked={at === shown}
            aria-label={t(
              'Sequence {0}: {1} examples, {2} of {3} tokens padding',
              at + 1,
              numberWord(sequence.documents.length),
              numberWord(sequence.padding),
              numberWord(view.length),
            )}
            onChange={() => show(at)}
          />
          <span class="number numbers" aria-hidden="true">
            {at + 1}
          </span>
          <Line sequence={sequence} length={view.length} colours={colours} />
        </label>
      ))}
    </fieldset>
  );
}

const WIDTH = 1000;

function Line(props: { sequence: Sequence; length: number; colours: readonly string[] }): JSX.Element {
  const { sequence, length, colours } = props;
  const at = (place: number) => (place / length) * WIDTH;
  const used = length - sequence.padding;
  return (
    <svg viewBox={`0 0 ${WIDTH} 18`} preserveAspectRatio="none" aria-hidden="true">
      {sequence.documents.map(({ draw, start, tokens, cut, loss }) => {
        const colour = colours.indexOf(collectionOf(draw.task));
        return (
          <g key={draw.index} class={`block mark-${colour % 6}`}>
            <title>{`${letterOf(colour)} · ${draw.task} · ${tokens}`}</title>
            <rect class="ground" x={at(start)} y="1" width={at(tokens)} height="16" />
            {loss.map(([from, to]) => (
              <rect key={from} class="loss" x={at(from)} y="9" width={at(to - from)} height="8" />
            ))}
            {cut > 0 && <rect class="cut" x={at(start)} y="1" width="5" height="16" />}
            <line class="end" x1={at(start + tokens)} x2={at(start + tokens)} y1="1" y2="17" />
          </g>
        );
      })}
      {sequence.padding > 0 && (
        <rect class="padding" x={at(used)} y="1.5" width={at(sequence.padding) - 1} height="15" />
      )}
    </svg>
  );
}
