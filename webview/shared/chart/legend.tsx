import type { JSX } from 'preact';
import { letterOf } from '../fields.ts';
import { nearest, snapped } from './line.ts';
import { type ChartView, type Series, valueWord } from './series.ts';

interface LegendProps {
  series: readonly Series[];
  view: ChartView;
  yWord: (value: number) => string;
  letters: boolean;
}

/** What each line is, with its value at the cursor, or its last one. */
export function Legend({ series, view, yWord, letters }: LegendProps): JSX.Element {
  const { cursor, xName, xWord } = view;
  const ends = series.map(({ line }) => line.x.at(-1) ?? 0);
  // The nearest place that has values: validations come seldom.
  const at =
    cursor === undefined
      ? Math.max(...ends)
      : snapped(
          series.map(({ line }) => line),
          cursor,
        );
  return (
    <p class="legend numbers">
      <span class="dim">
        {xName} {xWord(at)}
      </span>
      {series.map((one) => {
        const { key, name, mark, line } = one;
        const index = cursor === undefined ? line.x.length - 1 : nearest(line, at);
        return (
          <span key={key} class="entry">
            {letters && <Sample mark={mark} />}
            {letters && <span class={`letter mark-${mark % 6}`}>{letterOf(mark)}</span>}
            {letters && <span class="name">{name}</span>}
            <strong>{valueWord(one, index, yWord)}</strong>
          </span>
        );
      })}
    </p>
  );
}

/** A stroke as the line is drawn. */
export function Sample({ mark }: { mark: number }): JSX.Element {
  return (
    <svg class={`sample series mark-${mark % 6} dash-${mark % 5}`} width="26" height="8" aria-hidden="true">
      <path class="line" d="M1 4H25" />
    </svg>
  );
}
