import type { JSX } from 'preact';
import { useId, useMemo, useRef, useState } from 'preact/hooks';
import { t } from '../l10n.ts';
import { ChartTable } from './chart-table.tsx';
import { useWidth } from './frame.ts';
import { cut, narrowed, scalesOf, widened } from './geometry.ts';
import type { Box } from './layout.ts';
import { Legend } from './legend.tsx';
import { extent, nearest, neighbour, snapped } from './line.ts';
import { Plot } from './plot.tsx';
import type { ScaleKind } from './scale.ts';
import { type ChartView, type Range, type Series, valueWord } from './series.ts';

interface LineChartProps {
  title: string;
  /** Only series with points. */
  series: readonly Series[];
  view: ChartView;
  yWord: (value: number) => string;
  /** How the axis names its round values; as `yWord` does where nothing is said. */
  tickWord?: (value: number) => string;
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
  const { title, series, view, yWord, tickWord = yWord, height, scale = 'linear', fromZero, empty } = props;
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

  const lines = series.map(({ line }) => line);
  const xOf = (event: PointerEvent): number => {
    const rect = (event.currentTarget as Element).getBoundingClientRect();
    const pixel = Math.min(Math.max(event.clientX - rect.left, box.left), box.right);
    return scales.x.value(pixel);
  };
  const tell = (x: number) => {
    const values = series.map((one) => `${one.name} ${valueWord(one, nearest(one.line, x), yWord)}`);
    setSaid(`${view.xName} ${view.xWord(x)}: ${values.join(', ')}`);
  };
  const move = (x: number) => {
    const to = snapped(lines, Math.min(Math.max(x, shown[0]), shown[1]));
    view.setCursor(to);
    tell(to);
  };
  const press = (event: KeyboardEvent) => {
    const at = view.cursor ?? shown[1];
    const span = shown[1] - shown[0];
    const keys: Record<string, () => void> = {
      ArrowLeft: () => move(neighbour(lines, at, -1)),
      ArrowRight: () => move(neighbour(lines, at, 1)),
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
          view.setCursor(snapped(lines, x));
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
            {...{ series, drawn, scales, box, width, height, letters, dragged }}
            cursor={view.cursor}
            yWord={tickWord}
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

function described(series: readonly Series[], yWord: (value: number) => string): string {
  return series
    .map(({ name, line }) => t('{0} from {1} to {2}', name, yWord(line.y[0] ?? 0), yWord(line.y.at(-1) ?? 0)))
    .join(', ');
}
