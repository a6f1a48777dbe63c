import type { JSX } from 'preact';
import { t } from '../shared/l10n.ts';
import { collectionOf, letterOf, type Sequence } from './model.ts';

const SIDE = 300;

/** Who attends to whom: rows look, columns are looked at. One triangle for each example, nothing between two. */
export function Mask(props: { sequence: Sequence; length: number; colours: readonly string[] }): JSX.Element {
  const { sequence, length, colours } = props;
  const at = (place: number) => (place / length) * SIDE;
  const used = length - sequence.padding;
  return (
    <figure class="mask">
      <svg
        viewBox={`0 0 ${SIDE} ${SIDE}`}
        role="img"
        aria-label={t('Attention: {0} triangles, one for each example', sequence.documents.length)}
      >
        <rect class="frame" x="0.5" y="0.5" width={SIDE - 1} height={SIDE - 1} />
        {sequence.documents.map(({ draw, start, tokens, loss }) => {
          const [from, to] = [at(start), at(start + tokens)];
          const colour = colours.indexOf(collectionOf(draw.task));
          return (
            <g key={draw.index} class={`block mark-${colour % 6}`}>
              <path class="ground" d={`M${from} ${from}V${to}H${to}Z`} />
              {loss.map(([first, last]) => (
                <path
                  key={first}
                  class="loss"
                  d={`M${from} ${at(first)}V${at(last)}H${at(last)}L${at(first)} ${at(first)}Z`}
                />
              ))}
              {to - from > 26 && (
                <text x={from + (to - from) * 0.22} y={from + (to - from) * 0.8}>
                  {letterOf(colour)}
                </text>
              )}
            </g>
          );
        })}
        {sequence.padding > 0 && (
          <rect class="padding" x={at(used)} y={at(used)} width={SIDE - at(used)} height={SIDE - at(used)} />
        )}
      </svg>
      <figcaption class="dim">
        {t('Each token attends to those before it in its own example. Stronger: the rows that take loss.')}
      </figcaption>
    </figure>
  );
}
