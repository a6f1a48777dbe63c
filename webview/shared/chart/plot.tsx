import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { letterOf } from '../fields.ts';
import { apart, type Box, pathOf } from './layout.ts';
import { type Line, nearest, thinned } from './line.ts';
import type { Scale } from './scale.ts';
import type { Range, Series } from './series.ts';

/** The radius of a dot, in pixels. */
const DOT = 2.5;

interface PlotProps {
  /** The whole series, for the values at the cursor. */
  series: readonly Series[];
  /** What of them is seen. */
  drawn: readonly Series[];
  scales: { x: Scale; y: Scale };
  box: Box;
  width: number;
  height: number;
  letters: boolean;
  cursor: number | undefined;
  dragged: Range | undefined;
  xWord: (x: number) => string;
  yWord: (y: number) => string;
}

/** The picture of a chart. Values stand in the legend and the table. */
export function Plot(props: PlotProps): JSX.Element {
  const { series, drawn, scales, box, width, height, letters, cursor, dragged, xWord, yWord } = props;
  const { x, y } = scales;
  const lines = useMemo(
    // The first one on top.
    () => drawn.toReversed().map((one) => <Lines key={one.key} series={one} scales={scales} box={box} />),
    [drawn, scales],
  );
  const at = cursor === undefined ? undefined : x.at(cursor);
  return (
    <svg width={width} height={height} aria-hidden="true">
      {y.ticks.map((value) => (
        <g key={value}>
          <line class="rule" x1={box.left} x2={box.right} y1={y.at(value)} y2={y.at(value)} />
          <text x={box.left - 6} y={y.at(value) + 4} text-anchor="end">
            {yWord(value)}
          </text>
        </g>
      ))}
      <line class="axis" x1={box.left} x2={box.right} y1={box.bottom} y2={box.bottom} />
      {x.ticks.map((value) => (
        <g key={value}>
          <line class="axis" x1={x.at(value)} x2={x.at(value)} y1={box.bottom} y2={box.bottom + 4} />
          <text x={x.at(value)} y={height - 5} text-anchor={x.at(value) > box.right - 16 ? 'end' : 'middle'}>
            {xWord(value)}
          </text>
        </g>
      ))}
      {/* What reaches beyond the stretch is cut off at its ends; dots that stand there are whole. */}
      <svg
        aria-hidden="true"
        x={box.left - DOT}
        width={Math.max(0, box.right - box.left) + 2 * DOT}
        height={box.bottom + DOT}
      >
        <g transform={`translate(${DOT - box.left} 0)`}>{lines}</g>
      </svg>
      {letters && <Letters drawn={drawn} scales={scales} box={box} />}
      {dragged && (
        <rect
          class="dragged"
          x={x.at(dragged[0])}
          width={x.at(dragged[1]) - x.at(dragged[0])}
          y={box.top}
          height={box.bottom - box.top}
        />
      )}
      {at !== undefined && cursor !== undefined && at >= box.left && at <= box.right && (
        <g>
          <line class="cursor" x1={at} x2={at} y1={box.top} y2={box.bottom} />
          {series.map(({ key, mark, line }) => {
            const index = nearest(line, cursor);
            const value = line.y[index];
            if (value === undefined || (line.x[index] ?? 0) < 0) return null;
            const [cx, cy] = [x.at(line.x[index]!), y.at(value)];
            if (cx < box.left || cx > box.right || !(cy >= box.top && cy <= box.bottom)) return null;
            return <circle key={key} class={`point mark-${mark % 6}`} cx={cx} cy={cy} r={3.5} />;
          })}
        </g>
      )}
    </svg>
  );
}

function Lines({
  series,
  scales: { x, y },
  box,
}: {
  series: Series;
  scales: { x: Scale; y: Scale };
  box: Box;
}): JSX.Element {
  const range: Range = [x.value(box.left), x.value(box.right)];
  const drawn = (line: Line) => {
    const few = thinned(line, range, Math.max(1, box.right - box.left));
    return pathOf(few.x.map(x.at), few.y.map(y.at));
  };
  const { mark, line, raw, bounds, dots } = series;
  const few = line.x.length <= 60;
  return (
    <g class={`series mark-${mark % 6} dash-${mark % 5}`}>
      {raw && <path class="raw" d={drawn(raw)} />}
      {bounds && <path class="bounds" d={bandOf(bounds, x, y)} />}
      <path class="line" d={drawn(line)} />
      {(line.x.length === 1 || (dots && few)) &&
        line.x.map((value, index) => (
          <circle key={value} class="dot" cx={x.at(value)} cy={y.at(line.y[index]!)} r={DOT} />
        ))}
    </g>
  );
}

/** The stretch from below to above the points. */
function bandOf({ low, high }: NonNullable<Series['bounds']>, x: Scale, y: Scale): string {
  const places = [...low.x, ...high.x.toReversed()].map(x.at);
  return `${pathOf(places, [...low.y, ...high.y.toReversed()].map(y.at))}Z`;
}

/** Each line's letter at its end. */
function Letters({
  drawn,
  scales: { x, y },
  box,
}: {
  drawn: readonly Series[];
  scales: { x: Scale; y: Scale };
  box: Box;
}): JSX.Element {
  const ended = drawn.filter(({ line }) => line.x.length > 0);
  const places = ended.map(({ line }) => ({
    x: Math.min(x.at(line.x.at(-1)!), box.right),
    y: y.at(line.y.at(-1)!),
  }));
  const heights = apart(places, box.bottom - 4);
  return (
    <>
      {ended.map(({ key, mark }, index) => (
        <text key={key} class={`letter mark-${mark % 6}`} x={places[index]!.x + 6} y={heights[index]! + 4}>
          {letterOf(mark)}
        </text>
      ))}
    </>
  );
}
