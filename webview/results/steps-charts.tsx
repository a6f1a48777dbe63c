import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Level, ResultsRow, ShotsSetting } from '../../server/protocol.ts';
import { LineChart } from '../shared/chart/line-chart.tsx';
import type { ChartView, Range } from '../shared/chart/series.ts';
import { t } from '../shared/l10n.ts';
import { ask, runCommand } from '../shared/messages.ts';
import { Button } from '../shared/toolkit.ts';
import { levelWord, numberWord } from '../shared/words.ts';
import type { Run } from './model.ts';
import { levelLines, trainingRuns } from './steps.ts';
import { shotsWord } from './words.ts';

/** Levels against steps, over the evaluated checkpoints of each training run that is shown. */
export function StepsCharts({ runs, version }: { runs: readonly Run[]; version: number }): JSX.Element {
  return (
    <>
      {trainingRuns(runs).map(({ id, name, file }) => (
        <StepsChart key={id} id={id} name={name} file={file} version={version} />
      ))}
    </>
  );
}

function lineName(level: Level, shots: ShotsSetting): string {
  return t('{0}, {1} shots', levelWord(level), shotsWord(shots));
}

interface StepsChartProps {
  id: string;
  name: string;
  file: string;
  /** Counts changes on disk. */
  version: number;
}

function StepsChart({ id, name, file, version }: StepsChartProps): JSX.Element | null {
  const [rows, setRows] = useState<readonly ResultsRow[]>();
  const [cursor, setCursor] = useState<number>();
  const [range, setRange] = useState<Range>();
  useEffect(() => {
    let current = true;
    ask('resultsSeries', { file })
      .then((found) => current && setRows(found))
      // The page says itself that a file of it can't be read.
      .catch(() => current && setRows([]));
    return () => {
      current = false;
    };
  }, [file, version]);
  const series = useMemo(() => levelLines(rows ?? [], lineName), [rows]);
  if (!rows || rows.length === 0) return null;
  const view: ChartView = {
    ...{ xName: t('step'), xWord: (x) => numberWord(Math.round(x)) },
    ...{ cursor, setCursor, range, setRange },
  };
  const evaluate = (
    <Button onClick={() => runCommand('heldout.runs.evaluate', { id })}>
      {t('Evaluate Every Checkpoint…')}
    </Button>
  );
  if (rows.length === 1) {
    return (
      <p class="row dim">
        {t('{0}: one of its checkpoints is evaluated like this.', name)} {evaluate}
      </p>
    );
  }
  return (
    <section class="steps-chart" aria-label={t('Levels against steps: {0}', name)}>
      <LineChart
        title={t('Levels against steps: {0}', name)}
        series={series}
        view={view}
        yWord={(score) => score.toFixed(1)}
        tickWord={(score) => String(Number(score.toFixed(2)))}
        height={260}
        empty={t('Nothing was scored.')}
      />
      <p class="row dim">
        {t('In %, with standard errors; {0} checkpoints asked for alike.', rows.length)} {evaluate}
      </p>
    </section>
  );
}
