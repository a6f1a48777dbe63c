import type { JSX } from 'preact';
import type { StatisticsRow, StatisticsView } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { numberWord, percentWord } from '../shared/words.ts';

const WIDTH = 700;
const HEIGHT = 200;
const FOOT = 24;
const LEFT = 44;

/** How long one row's prompts are: a picture, and the same as a table that can be opened. */
export function Distribution({ view, row }: { view: StatisticsView; row: StatisticsRow }): JSX.Element {
  const name = row.collection || t('All together');
  if (!row.promptLength) {
    return (
      <section class="distribution" aria-label={t('Lengths of prompts')}>
        <h2>{name}</h2>
        <p class="dim">{t('No prompt to measure: plain text is all target, and templates need records.')}</p>
      </section>
    );
  }
  const { mean, std, longest } = row.promptLength;
  return (
    <section class="distribution" aria-label={t('Lengths of prompts')}>
      <h2>{name}</h2>
      <p class="numbers">
        {view.unit === 'tokens'
          ? t('{0} ± {1} tokens, the longest {2}', mean.toFixed(1), std.toFixed(1), numberWord(longest))
          : t('{0} ± {1} words, the longest {2}', mean.toFixed(1), std.toFixed(1), numberWord(longest))}
      </p>
      <Picture view={view} row={row} />
      <details>
        <summary>{t('As a table')}</summary>
        <table class="numbers">
          <tbody>
            {row.histogram.map(
              (share, bin) =>
                share > 0 && (
                  <tr key={bin}>
                    <th scope="row">{binWord(view.edges, bin)}</th>
                    <td class="number">{percentWord(share)}</td>
                  </tr>
                ),
            )}
          </tbody>
        </table>
      </details>
    </section>
  );
}

/** Bins of equal width, since their lengths grow evenly; every other end is named below. */
function Picture({ view, row }: { view: StatisticsView; row: StatisticsRow }): JSX.Element {
  const bins = row.histogram.length;
  const wide = (WIDTH - LEFT) / bins;
  const most = Math.max(...row.histogram);
  const ground = HEIGHT - FOOT;
  const height = (share: number) => (share / most) * (ground - 12);
  return (
    <svg class="picture" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={described(view, row)}>
      {[0.5, 1].map((part) => (
        <g key={part}>
          <line
            class="rule"
            x1={LEFT}
            x2={WIDTH}
            y1={ground - height(most * part)}
            y2={ground - height(most * part)}
          />
          <text x={LEFT - 6} y={ground - height(most * part) + 4} text-anchor="end">
            {percentWord(most * part)}
          </text>
        </g>
      ))}
      {row.histogram.map((share, bin) => (
        <rect
          key={bin}
          x={LEFT + bin * wide + 1.5}
          width={wide - 3}
          y={ground - height(share)}
          height={height(share)}
        >
          <title>{`${binWord(view.edges, bin)}: ${percentWord(share)}`}</title>
        </rect>
      ))}
      <line class="axis" x1={LEFT} x2={WIDTH} y1={ground} y2={ground} />
      {view.edges.map(
        (edge, bin) =>
          bin % 2 === 0 && (
            <text key={edge} x={LEFT + (bin + 1) * wide} y={HEIGHT - 8} text-anchor="middle">
              {edge}
            </text>
          ),
      )}
    </svg>
  );
}

function binWord(edges: readonly number[], bin: number): string {
  const from = edges[bin - 1] ?? 0;
  const to = edges[bin];
  if (to === undefined) return t('{0} and more', numberWord(from));
  return t('{0} to {1}', numberWord(from), numberWord(to - 1));
}

function described(view: StatisticsView, row: StatisticsRow): string {
  const bin = row.histogram.indexOf(Math.max(...row.histogram));
  return t('Most prompts have {0}: {1}', binWord(view.edges, bin), percentWord(row.histogram[bin] ?? 0));
}
