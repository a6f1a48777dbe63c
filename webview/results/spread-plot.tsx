import type { JSX } from 'preact';
import { useEffect, useId, useMemo, useState } from 'preact/hooks';
import { useWidth } from '../shared/chart/frame.ts';
import { type Scale, scaleOf } from '../shared/chart/scale.ts';
import { t } from '../shared/l10n.ts';
import { numberWord } from '../shared/words.ts';
import type { Run, Spot } from './model.ts';
import { piled, type SpreadRow, scoreRange, spreadRows } from './spread.ts';
import { SpreadTable } from './spread-table.tsx';
import { estimateWord, metricWord, scoreWord, shotsWord } from './words.ts';

/** Rows before a person asks for the rest. */
const FEW = 24;
/** Pixels: of a dot, of a row, of the axis, of what stands before and after the lines. */
const DOT = 4;
const ROW = 30;
const AXIS = 22;
/** Of a name's letter, about. */
const LETTER = 6;
/** What stays free between the dots of two rows. */
const FREE = 8;
const [NAMES, RIGHT] = [250, 16];

interface Place {
  row: number;
  dot: number;
}

interface SpreadPlotProps {
  runs: readonly Run[];
  spot: Spot;
  go: (spot: Spot) => void;
}

/** Each template's score as a dot on the line of its task. Arrow keys go from dot to dot, Enter opens the template. */
export function SpreadPlot({ runs, spot, go }: SpreadPlotProps): JSX.Element | null {
  const { template, ...task } = spot;
  const key = JSON.stringify(task);
  const all = useMemo(() => spreadRows(runs, task), [runs, key]);
  const [more, setMore] = useState(false);
  const [at, setAt] = useState<Place>();
  const [frame, width] = useWidth();
  const hint = useId();
  useEffect(() => {
    setAt(undefined);
    setMore(false);
  }, [key, runs]);
  const rows = more ? all : all.slice(0, FEW);
  const names = Math.min(NAMES, Math.floor(width / 3));
  const x = useMemo(
    () =>
      scaleOf(
        'linear',
        rows.length > 0 ? scoreRange(rows) : [0, 1],
        [names, Math.max(names + 1, width - RIGHT)],
        Math.max(2, Math.floor((width - names) / 90)),
      ),
    [rows, width],
  );
  if (all.length === 0) return null;
  const title = t('Spread over templates');
  const row = at && rows[at.row];
  const dot = row?.dots[at!.dot];
  const open = (to: SpreadRow, index: number) => go({ ...to.spot, template: to.dots[index]!.template });
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = moved(rows, at, event.key);
    if (next) setAt(next);
    else if (event.key === 'Enter' && row && dot) open(row, at!.dot);
    else if (event.key === 'Escape' && at) setAt(undefined);
    else return;
    event.preventDefault();
  };
  const height = rows.length * ROW + AXIS;
  return (
    <figure class="chart spread" aria-label={title}>
      <figcaption>
        <h2>{title}</h2>
        <p class="numbers" role="status">
          {row && dot ? (
            `${wordOf(row, runs.length > 1)} · ${dot.template}: ${estimateWord(dot.estimate)}, ${metricWord(dot.metric)}, ${t('{0} instances', numberWord(dot.estimate.count))}`
          ) : (
            <span class="dim">{t('Each dot is a template’s score, in %; the stroke is the task’s.')}</span>
          )}
        </p>
      </figcaption>
      <fieldset
        class="frame"
        ref={frame}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the values are read with the arrow keys
        tabIndex={0}
        aria-label={t('{0}: {1}', title, t('{0} lines', rows.length))}
        aria-describedby={hint}
        onKeyDown={press}
        onPointerLeave={() => setAt(undefined)}
      >
        {width > 0 && (
          <svg width={width} height={height} aria-hidden="true">
            {x.ticks.map((value) => (
              <g key={value}>
                <line class="rule" x1={x.at(value)} x2={x.at(value)} y1={0} y2={height - AXIS} />
                <text x={x.at(value)} y={height - 6} text-anchor="middle">
                  {String(Number((value * 100).toFixed(1)))}
                </text>
              </g>
            ))}
            {rows.map((one, index) => (
              <Line
                key={one.key}
                {...{ row: one, x, names, template }}
                y={index * ROW + ROW / 2}
                word={wordOf(one, runs.length > 1)}
                chosen={at?.row === index ? at.dot : undefined}
                point={(to) => setAt({ row: index, dot: to })}
                open={(to) => open(one, to)}
              />
            ))}
          </svg>
        )}
      </fieldset>
      <p class="said" id={hint}>
        {t('Arrow keys go from template to template and from line to line, Enter opens the template.')}
      </p>
      {all.length > rows.length && (
        <button type="button" class="link" onClick={() => setMore(true)}>
          {t('{0} more lines', all.length - rows.length)}
        </button>
      )}
      <SpreadTable title={title} rows={all} word={(one) => wordOf(one, runs.length > 1)} />
    </figure>
  );
}

interface LineProps {
  row: SpreadRow;
  y: number;
  x: Scale;
  /** Where the line begins. */
  names: number;
  word: string;
  /** The dot that is looked at. */
  chosen: number | undefined;
  /** The template that is open. */
  template: string | undefined;
  point: (dot: number) => void;
  open: (dot: number) => void;
}

function Line({ row, y, x, names, word, chosen, template, point, open }: LineProps): JSX.Element {
  const places = row.dots.map(({ estimate }) => x.at(estimate.score));
  // Dots that would hide each other are piled up, as high as the row has room.
  const storeys = piled(places, DOT * 2);
  const step = Math.min(DOT * 2, (ROW - FREE - DOT * 2) / Math.max(1, ...storeys));
  const ground = y + (Math.max(...storeys) * step) / 2;
  return (
    <g class="series mark-0">
      <text class="name" x={names - 12} y={y + 4} text-anchor="end">
        {shortened(word, (names - 12) / LETTER)}
        <title>{word}</title>
      </text>
      <line class="axis" x1={places[0]} x2={places.at(-1)} y1={y} y2={y} />
      {row.score !== null && (
        <line class="own" x1={x.at(row.score)} x2={x.at(row.score)} y1={y - 12} y2={y + 12} />
      )}
      {row.dots.map((dot, index) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: the frame has the keys
        <circle
          key={dot.template}
          class={`template${dot.template === template ? ' open' : ''}${index === chosen ? ' chosen' : ''}`}
          cx={places[index]}
          cy={ground - storeys[index]! * step}
          r={index === chosen ? DOT + 2 : DOT}
          onPointerEnter={() => point(index)}
          onClick={() => open(index)}
        >
          <title>{`${dot.template}: ${scoreWord(dot.estimate.score)}`}</title>
        </circle>
      ))}
    </g>
  );
}

function wordOf({ spot, shots, run }: SpreadRow, many: boolean): string {
  const words = [spot.subtask!, t('{0} shots', shotsWord(shots))];
  return [...words, ...(many ? [run] : [])].join(' · ');
}

/** With its end, which tells tasks of one collection apart. */
function shortened(word: string, most: number): string {
  return word.length <= most ? word : `…${word.slice(word.length - Math.floor(most) + 1)}`;
}

function moved(rows: readonly SpreadRow[], at: Place | undefined, key: string): Place | undefined {
  const steps: Record<string, [row: number, dot: number]> = {
    ...{ ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] },
    ...{ Home: [0, -Infinity], End: [0, Infinity] },
  };
  const step = steps[key];
  if (!step || rows.length === 0) return undefined;
  if (!at) return { row: 0, dot: 0 };
  const row = within(at.row + step[0], rows.length);
  return { row, dot: within(at.dot + step[1], rows[row]!.dots.length) };
}

function within(index: number, length: number): number {
  return Math.min(length - 1, Math.max(0, index));
}
