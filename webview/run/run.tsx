import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { z } from 'zod';
import { t } from '../shared/l10n.ts';
import { keep, kept, onShow } from '../shared/messages.ts';
import { Charts } from './charts.tsx';
import { Checkpoints } from './checkpoints.tsx';
import { Facts } from './facts.tsx';
import { useJobs, useRuns } from './follow.ts';
import { Header } from './header.tsx';
import { Log } from './log.tsx';
import { RunList } from './run-list.tsx';
import { chartSettings, FIRST_SETTINGS } from './settings.ts';

const keptState = z.object({ id: z.string(), others: z.array(z.string()), settings: chartSettings });

/** Runs drawn over each other at most: more can't be told apart. */
const MOST_RUNS = 8;

/** One run, followed: its curves, with other runs over it, its log, its checkpoints. */
export function Run(): JSX.Element {
  const [id, setId] = useState<string | undefined>(() => kept(keptState)?.id);
  const [others, setOthers] = useState<string[]>(() => kept(keptState)?.others ?? []);
  const [settings, setSettings] = useState(() => kept(keptState)?.settings ?? FIRST_SETTINGS);
  const [evaluates, setEvaluates] = useState(false);
  const { list, error } = useJobs();
  // A run is shown by itself where nothing says which.
  const shown = id ?? list?.jobs[0]?.id;
  const drawn = shown === undefined ? [] : [shown, ...others.filter((other) => other !== shown)];
  const { data, error: errorOf } = useRuns(drawn);

  useEffect(
    () =>
      onShow(({ run }) => {
        if (!run) return;
        setEvaluates(run.evaluates);
        setId(run.id);
        setOthers(run.others.slice(0, MOST_RUNS - 1));
      }),
    [],
  );
  useEffect(() => {
    if (shown !== undefined) keep({ id: shown, others, settings });
  }, [shown, others, settings]);

  if (list && list.jobs.length === 0) {
    return (
      <main class="empty">
        <p>{t('No run yet. A run spec, a file *.run.yaml beside heldout.yaml, says what is trained.')}</p>
      </main>
    );
  }
  const run = shown === undefined ? undefined : data(shown);
  const failure = (shown === undefined ? undefined : errorOf(shown)) ?? error;
  const runs = drawn.flatMap((one, mark) => {
    const known = data(one);
    return known ? [{ mark, ...known }] : [];
  });
  const toggle = (one: string) =>
    setOthers(others.includes(one) ? others.filter((other) => other !== one) : [...others, one]);
  return (
    <main class="run" aria-busy={run === undefined && failure === undefined}>
      {list && (
        <RunList
          rows={list.jobs}
          drawn={drawn}
          most={MOST_RUNS}
          show={(one) => {
            // The one shown before stays over it only where it was chosen.
            setOthers(others.filter((other) => other !== one));
            setId(one);
          }}
          toggle={toggle}
        />
      )}
      <div class="shown">
        {failure && (
          <p class="error" role="alert">
            {failure}
          </p>
        )}
        {run && shown !== undefined && (
          <>
            <Header detail={run.detail} />
            <div class="body">
              <Charts runs={runs} settings={settings} setSettings={setSettings} />
              <Checkpoints detail={run.detail} evaluates={evaluates} />
              <Log key={shown} id={shown} state={run.detail.row.state} />
              <Facts detail={run.detail} />
            </div>
          </>
        )}
      </div>
    </main>
  );
}
