import type { JSX } from 'preact';
import { useId, useMemo, useRef, useState } from 'preact/hooks';
import { t } from '../l10n.ts';
import { ChartTable } from './chart-table.tsx';
import { type Box, useWidth } from './frame.ts';
import { Legend } from './legend.tsx';
import { extent, type Line, nearest, within } from './line.ts';
import { Plot } from './plot.tsx';
import { type Scale, type ScaleKind, scaleOf, withAir } from './scale.ts';
import type { ChartView, Range, Series } from './series.ts';

interface LineChartProps {
  title: string;
  /** Only series with points. */
  series: readonly Series[];
  view: ChartView;
  yWord: (value: number) => string;
  height: number;
  scale?: ScaleKind;
  /** The axis begins at 0. */
  fromZero?: boolean;
  /** Said where there are no points. */
  empty: string;
}

const LEFT = 54;
const FOOT = 22;
const TOP = 8;

/** Lines over steps or time: axes, legend, values under pointer and arrow keys, and the same as a table. */
export function LineChart(props: LineChartProps): JSX.Element {
  const { title, series, view, yWord, height, scale = 'linear', fromZero, empty } = props;
  const [frame, width] = useWidth();
  const [said, setSaid] = useState('');
  const [dragged, setDragged] = useState<Range>();
  const started = useRef<number | undefined>(undefined);
  const hint = useId();
  const letters = series.length > 1;
  const box: Box = {
    left: LEFT,
    top: TOP,
    right: Math.max(LEFT + 1, width - (letters ? 22 : 8)),
    bottom: height - FOOT,
  };
  const domain = useMemo(
    () =>
      extent(
        series.map(({ line }) => line),
        'x',
      ),
    [series],
  );
  const shown = view.range ?? domain;
  const drawn = useMemo(() => cut(series, shown, scale), [series, shown?.[0], shown?.[1], scale]);
  const scales = useMemo(
    () => (shown ? scalesOf(drawn, shown, box, scale, fromZero ?? false) : undefined),
    [drawn, shown?.[0], shown?.[1], width, height, scale, fromZero],
  );

  if (!shown || !scales) {
    return (
      <figure class="chart" aria-label={title}>
        <figcaption>
          <h2>{title}</h2>
        </figcaption>
        <p class="dim">{empty}</p>
      </figure>
    );
  }

  /** The nearest `x` that has a point. */
  const snapped = (x: number): number => {
    const near = series
      .map(({ line }) => line.x[nearest(line, x)])
      .filter((value): value is number => value !== undefined);
    return near.reduce(
      (best, value) => (Math.abs(value - x) < Math.abs(best - x) ? value : best),
      near[0] ?? x,
    );
  };
  const xOf = (event: PointerEvent): number => {
    const rect = (event.currentTarget as Element).getBoundingClientRect();
    const pixel = Math.min(Math.max(event.clientX - rect.left, box.left), box.right);
    return scales.x.value(pixel);
  };
  const tell = (x: number) => {
    const values = series.flatMap(({ name, line }) => {
      const y = line.y[nearest(line, x)];
      return y === undefined ? [] : [`${name} ${yWord(y)}`];
    });
    setSaid(`${view.xName} ${view.xWord(x)}: ${values.join(', ')}`);
  };
  const move = (x: number) => {
    const to = snapped(Math.min(Math.max(x, shown[0]), shown[1]));
    view.setCursor(to);
    tell(to);
  };
  const press = (event: KeyboardEvent) => {
    const at = view.cursor ?? shown[1];
    const span = shown[1] - shown[0];
    const keys: Record<string, () => void> = {
      ArrowLeft: () => move(stepFrom(series, at, -1)),
      ArrowRight: () => move(stepFrom(series, at, 1)),
      PageUp: () => move(at - span / 10),
      PageDown: () => move(at + span / 10),
      Home: () => move(shown[0]),
      End: () => move(shown[1]),
      Escape: () => (view.range ? view.setRange(undefined) : view.setCursor(undefined)),
      '+': () => view.setRange(narrowed(at, shown, 0.5)),
      '-': () => view.setRange(widened(at, shown, domain)),
    };
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };
  const release = (event: PointerEvent) => {
    const from = started.current;
    started.current = undefined;
    setDragged(undefined);
    if (from === undefined) return;
    const to = xOf(event);
    const wide = Math.abs(scales.x.at(to) - scales.x.at(from)) > 6;
    if (wide) view.setRange(from < to ? [from, to] : [to, from]);
  };

  return (
    <figure class="chart" aria-label={title}>
      <figcaption>
        <h2>{title}</h2>
        <Legend series={series} view={view} yWord={yWord} letters={letters} />
      </figcaption>
      <fieldset
        class="frame"
        ref={frame}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the values are read with the arrow keys
        tabIndex={0}
        aria-label={t('{0}: {1}', title, described(series, yWord))}
        aria-describedby={hint}
        onKeyDown={press}
        onPointerMove={(event) => {
          const x = xOf(event);
          if (started.current !== undefined)
            setDragged([Math.min(started.current, x), Math.max(started.current, x)]);
          view.setCursor(snapped(x));
        }}
        onPointerDown={(event) => {
          started.current = event.button === 0 ? xOf(event) : undefined;
        }}
        onPointerUp={release}
        onPointerLeave={() => {
          started.current = undefined;
          setDragged(undefined);
          view.setCursor(undefined);
        }}
        onDblClick={() => view.setRange(undefined)}
      >
        {width > 0 && (
          <Plot
            {...{ series, drawn, scales, box, width, height, letters, dragged, yWord }}
            cursor={view.cursor}
            xWord={view.xWord}
          />
        )}
      </fieldset>
      <p class="said" id={hint}>
        {t(
          'Arrow keys read the values, plus and minus change the stretch that is drawn, Escape shows the whole.',
        )}
      </p>
      <p class="said" role="status">
        {said}
      </p>
      <ChartTable {...{ title, series, view, yWord }} range={shown} />
    </figure>
  );
}

/** What is seen of the series; what a logarithmic scale can't show is left out. */
function cut(series: readonly Series[], range: Range | undefined, scale: ScaleKind): Series[] {
  if (!range) return [];
  const shown = (line: Line): Line => {
    const part = within(line, range);
    if (scale === 'linear') return part;
    const kept = part.x.map((_, index) => index).filter((index) => part.y[index]! > 0);
    return { x: kept.map((index) => part.x[index]!), y: kept.map((index) => part.y[index]!) };
  };
  return series.map((one) => ({ ...one, line: shown(one.line), raw: one.raw && shown(one.raw) }));
}

function scalesOf(
  drawn: readonly Series[],
  range: Range,
  box: Box,
  kind: ScaleKind,
  fromZero: boolean,
): { x: Scale; y: Scale } {
  const lines = drawn.flatMap(({ line, raw }) => (raw ? [line, raw] : [line]));
  const [low, high] = extent(lines, 'y') ?? (kind === 'log' ? [1, 10] : [0, 1]);
  const aired = withAir([fromZero ? Math.min(0, low) : low, high], kind);
  const values: [number, number] = fromZero && low >= 0 ? [0, aired[1]] : aired;
  const across = range[0] === range[1] ? ([range[0] - 1, range[1] + 1] as const) : range;
  return {
    x: scaleOf('linear', across, [box.left, box.right], Math.floor((box.right - box.left) / 90)),
    y: scaleOf(kind, values, [box.bottom, box.top], Math.floor((box.bottom - box.top) / 32)),
  };
}

/** The next `x` of any series on one side. */
function stepFrom(series: readonly Series[], x: number, step: 1 | -1): number {
  let best: number | undefined;
  for (const { line } of series) {
    let at = nearest(line, x);
    while (at >= 0 && at < line.x.length && (line.x[at]! - x) * step <= 0) at += step;
    const value = line.x[at];
    if (value !== undefined && (best === undefined || (value - best) * step < 0)) best = value;
  }
  return best ?? x;
}

function narrowed(at: number, [from, to]: Range, factor: number): Range {
  return [at - (at - from) * factor, at + (to - at) * factor];
}

function widened(at: number, range: Range, domain: Range | undefined): Range | undefined {
  const [from, to] = narrowed(at, range, 2);
  if (!domain || (from <= domain[0] && to >= domain[1])) return undefined;
  return [Math.max(from, domain[0]), Math.min(to, domain[1])];
}

function described(series: readonly Series[], yWord: (value: number) => string): string {
  return series
    .map(({ name, line }) => t('{0} from {1} to {2}', name, yWord(line.y[0] ?? 0), yWord(line.y.at(-1) ?? 0)))
    .join(', ');
}
