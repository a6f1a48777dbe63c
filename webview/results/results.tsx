import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import * as z from 'zod';
import { t } from '../shared/l10n.ts';
import { keep, kept, onShow } from '../shared/messages.ts';
import { Examples } from './examples.tsx';
import { Header } from './header.tsx';
import { useResults } from './loaded.ts';
import { below, changedAt, has, type Run, type Spot, spotKey, wayTo } from './model.ts';
import { Overview } from './overview.tsx';
import { Runs } from './runs.tsx';
import { SpreadPlot } from './spread-plot.tsx';
import { StepsCharts } from './steps-charts.tsx';
import { nameOf, TaskFacts, Things } from './things.tsx';

const keptState = z.object({
  others: z.array(z.string()),
  against: z.string().optional(),
  changed: z.boolean(),
  spot: z.object({
    level: z.enum(['fully-held-out', 'partially-held-out', 'fully-supervised']).optional(),
    category: z.string().optional(),
    task: z.string().optional(),
    subtask: z.string().optional(),
    template: z.string().optional(),
  }),
});
type Kept = z.output<typeof keptState>;

const FIRST: Kept = { others: [], changed: false, spot: {} };

/** Scores by level and category like the paper's tables, down to single examples; several runs side by side. */
export function Results(): JSX.Element {
  const [state, setState] = useState<Kept>(() => kept(keptState) ?? FIRST);
  const [own, setOwn] = useState<string>();
  const [version, setVersion] = useState(0);
  useEffect(
    () =>
      onShow(({ results }) => {
        if (!results) return;
        setOwn(results.file);
        setVersion((count) => count + 1);
        const { others } = results;
        if (others) setState((before) => withOthers(before, results.file, others));
      }),
    [],
  );
  useEffect(() => keep(state), [state]);

  const files = own === undefined ? [] : [own, ...state.others.filter((file) => file !== own)];
  const { runs, known, comparisons, comparing, error } = useResults(files, state.against, version);
  const spot = has(runs, state.spot) ? state.spot : {};
  const changed = state.changed && state.against !== undefined;
  const go = (next: Spot) => setState({ ...state, spot: next });
  return (
    <main class="results" aria-busy={runs.length === 0 && !error}>
      {own !== undefined && (
        <Header
          runs={runs}
          known={known}
          own={own}
          setOthers={(others) => setState(withOthers(state, own, others))}
          against={state.against}
          setAgainst={(against) => setState({ ...state, against })}
          comparing={comparing}
          changed={state.changed}
          setChanged={(on) => setState({ ...state, changed: on })}
        />
      )}
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {runs.length > 0 && (
        <div class="body">
          <Failures runs={runs} />
          <Runs runs={runs} />
          <Overview runs={runs} comparisons={comparisons} changed={changed} spot={spot} go={go} />
          {spot.level !== undefined && (
            <Below runs={runs} comparisons={comparisons} spot={spot} changed={changed} go={go} />
          )}
          {spot.subtask !== undefined && (
            <Examples
              runs={runs}
              subtask={spot.subtask}
              template={spot.template}
              against={state.against}
              changed={changed}
            />
          )}
          <StepsCharts runs={runs} version={version} />
        </div>
      )}
    </main>
  );
}

/** Where runs begin to stand side by side, the file's own is shown against the first of the others. */
function withOthers(state: Kept, own: string, others: string[]): Kept {
  const { against } = state;
  if (others.length === 0) return { ...state, others, against: undefined };
  if (against !== undefined && [own, ...others].includes(against)) return { ...state, others };
  return { ...state, others, against: state.others.length === 0 ? others[0] : undefined };
}

interface BelowProps {
  runs: readonly Run[];
  comparisons: Parameters<typeof Things>[0]['comparisons'];
  spot: Spot;
  changed: boolean;
  go: (spot: Spot) => void;
}

/** The way down to the spot, and what lies below it. */
function Below({ runs, comparisons, spot, changed, go }: BelowProps): JSX.Element {
  const { template: _, ...table } = spot;
  const all = below(runs, table);
  // Templates are not compared for themselves: of a task that changed, all are shown.
  const spots =
    changed && spot.subtask === undefined ? all.filter((one) => changedAt(comparisons, one)) : all;
  const heading =
    spot.subtask !== undefined
      ? t('Template')
      : spot.category === undefined
        ? t('Category')
        : spot.task === undefined
          ? t('Task')
          : t('Subtask');
  return (
    <section class="below" aria-label={nameOf(spot)}>
      <nav aria-label={t('Where this is')}>
        {wayTo(spot).map((one, index, way) => (
          <span key={spotKey(one)}>
            {index > 0 && <span aria-hidden="true"> › </span>}
            {index === way.length - 1 ? (
              <span aria-current="location">{nameOf(one)}</span>
            ) : (
              <button type="button" class="link" onClick={() => go(one)}>
                {nameOf(one)}
              </button>
            )}
          </span>
        ))}
      </nav>
      {spot.subtask !== undefined && <TaskFacts runs={runs} subtask={spot.subtask} />}
      <SpreadPlot runs={runs} spot={spot} go={go} />
      {spots.length === 0 ? (
        <p class="dim">{t('Nothing here changed.')}</p>
      ) : (
        <Things
          runs={runs}
          comparisons={comparisons}
          heading={heading}
          spots={spots}
          selected={spot}
          go={(one) => go(spotKey(one) === spotKey(spot) ? table : one)}
        />
      )}
    </section>
  );
}

function Failures({ runs }: { runs: readonly Run[] }): JSX.Element | null {
  const failures = runs.flatMap(({ results }) =>
    results.failures.map((failure) => ({ name: results.name, failure })),
  );
  if (failures.length === 0) return null;
  return (
    <details class="failures">
      <summary>
        <span aria-hidden="true">⚠ </span>
        {t('Some instances failed; they count for nothing.')}
      </summary>
      <ul>
        {failures.map(({ name, failure }) => (
          <li key={`${name} ${failure.reason}`}>
            {runs.length > 1 && `${name}: `}
            {t(
              '{0}: {1} (first: {2}, template “{3}”, example {4})',
              failure.count,
              failure.reason,
              failure.task,
              failure.template,
              failure.example + 1,
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
