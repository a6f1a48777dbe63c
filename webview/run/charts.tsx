import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { LineChart } from '../shared/chart/line-chart.tsx';
import type { ChartView, Range } from '../shared/chart/series.ts';
import { t } from '../shared/l10n.ts';
import { Button, Dropdown } from '../shared/toolkit.ts';
import { numberWord } from '../shared/words.ts';
import { axisOf, byCollection, byLevel, type DrawnRun, figures } from './curves.ts';
import { type ChartSettings, smoothedOver } from './settings.ts';
import { bytesWord, figureWord, lossWord, rateWord, shortWord } from './words.ts';

interface ChartsProps {
  /** The first is the one shown. */
  runs: readonly DrawnRun[];
  settings: ChartSettings;
  setSettings: (settings: ChartSettings) => void;
}

const lossTick = (loss: number): string => figureWord(loss, 4);

function smoothingWord(steps: number): string {
  return steps === 1 ? t('none') : t('over {0} steps', numberWord(steps));
}

/** The curves of a run, and of others over it. All have one cursor and one stretch. */
export function Charts({ runs, settings, setSettings }: ChartsProps): JSX.Element {
  const [cursor, setCursor] = useState<number>();
  const [range, setRange] = useState<Range>();
  const { smoothing, over, scale } = settings;
  const steps = Math.max(1, ...runs.map(({ detail: { row } }) => row.steps ?? row.step ?? 1));
  const wide = smoothedOver(settings, steps);
  const ground = [over, ...runs.flatMap(({ mark, points }) => [mark, points])];
  const axis = useMemo(() => axisOf(runs, over), ground);
  const curves = useMemo(
    () => ({
      lr: figures(runs, axis, 1, ({ lr }) => lr),
      memory: figures(runs, axis, 1, ({ memoryBytes }) => memoryBytes),
      levels: runs[0] ? byLevel(runs[0], axis) : [],
    }),
    [axis],
  );
  const smooth = useMemo(
    () => ({
      loss: figures(runs, axis, wide, ({ loss }) => loss),
      norm: figures(runs, axis, wide, ({ gradNorm }) => gradNorm),
      tokens: figures(runs, axis, wide, ({ tokensPerSecond }) => tokensPerSecond),
      collections: runs[0] ? byCollection(runs[0], axis, wide) : [],
    }),
    [axis, wide],
  );
  // A stretch of steps says nothing on an axis of time.
  useEffect(() => {
    setRange(undefined);
    setCursor(undefined);
  }, [axis.name]);

  const xWord = over === 'step' ? (x: number) => numberWord(Math.round(x)) : (x: number) => figureWord(x, 3);
  const view: ChartView = { xName: axis.name, xWord, cursor, setCursor, range, setRange };
  const empty = t('Nothing measured yet.');
  return (
    <section class="charts" aria-label={t('Curves')}>
      <div class="row">
        <label class="slider">
          <span class="dim">{t('Smoothing')}</span>
          <input
            type="range"
            min={0}
            max={0.9}
            step={0.02}
            value={smoothing}
            aria-valuetext={smoothingWord(wide)}
            onInput={(event) => setSettings({ ...settings, smoothing: Number(event.currentTarget.value) })}
          />
          <span class="numbers value">{smoothingWord(wide)}</span>
        </label>
        <Dropdown
          label={t('Over')}
          value={over}
          choices={[
            { value: 'step', label: t('steps') },
            { value: 'time', label: t('time') },
          ]}
          onChoose={(value) => setSettings({ ...settings, over: value === 'time' ? 'time' : 'step' })}
        />
        <Dropdown
          label={t('Loss')}
          value={scale}
          choices={[
            { value: 'linear', label: t('linear') },
            { value: 'log', label: t('logarithmic') },
          ]}
          onChoose={(value) => setSettings({ ...settings, scale: value === 'log' ? 'log' : 'linear' })}
        />
        {range ? (
          <Button onClick={() => setRange(undefined)}>{t('Whole run')}</Button>
        ) : (
          <span class="dim">{t('Drag over a chart to look closer.')}</span>
        )}
      </div>
      <LineChart
        title={wide > 1 ? t('Loss, smoothed') : t('Loss')}
        series={smooth.loss}
        {...{ view, scale, empty }}
        yWord={lossWord}
        tickWord={lossTick}
        height={300}
      />
      <div class="small">
        <LineChart
          title={wide > 1 ? t('Loss by collection, smoothed') : t('Loss by collection')}
          series={smooth.collections}
          {...{ view, scale, empty }}
          yWord={lossWord}
          tickWord={lossTick}
          height={200}
        />
        <LineChart
          title={t('Validation loss by level')}
          series={curves.levels}
          {...{ view, scale }}
          yWord={lossWord}
          tickWord={lossTick}
          height={200}
          empty={t('No validation yet.')}
        />
        <LineChart
          title={t('Learning rate')}
          series={curves.lr}
          {...{ view, empty }}
          yWord={rateWord}
          height={150}
          fromZero
        />
        <LineChart
          title={wide > 1 ? t('Gradient norm, smoothed') : t('Gradient norm')}
          series={smooth.norm}
          {...{ view, empty }}
          yWord={lossWord}
          tickWord={lossTick}
          height={150}
          fromZero
        />
        <LineChart
          title={wide > 1 ? t('Tokens per second, smoothed') : t('Tokens per second')}
          series={smooth.tokens}
          {...{ view, empty }}
          yWord={shortWord}
          height={150}
          fromZero
        />
        <LineChart
          title={t('Memory')}
          series={curves.memory}
          {...{ view, empty }}
          yWord={bytesWord}
          scale="bytes"
          height={150}
          fromZero
        />
      </div>
    </section>
  );
}
