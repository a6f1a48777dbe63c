import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import * as z from 'zod';
import { t } from '../shared/l10n.ts';
import { keep, kept, onShow } from '../shared/messages.ts';
import { Charts } from './charts.tsx';
import { Checkpoints } from './checkpoints.tsx';
import { type Drawn, shownInstead, withoutRun, withRun } from './drawn.ts';
import { Facts } from './facts.tsx';
import { useJobs, useRuns } from './follow.ts';
import { Header } from './header.tsx';
import { Log } from './log.tsx';
import { RunList } from './run-list.tsx';
import { chartSettings, FIRST_SETTINGS } from './settings.ts';

const keptState = z.object({
  id: z.string(),
  drawn: z.array(z.object({ id: z.string(), mark: z.int().min(0) })),
  settings: chartSettings,
});

/** One run, followed: its curves, with other runs over it, its log, its checkpoints. */
export function Run(): JSX.Element {
  const [id, setId] = useState(() => kept(keptState)?.id ?? '');
  const [drawn, setDrawn] = useState<Drawn[]>(() => kept(keptState)?.drawn ?? []);
  const [settings, setSettings] = useState(() => kept(keptState)?.settings ?? FIRST_SETTINGS);
  const [evaluates, setEvaluates] = useState(false);
  const { list, error } = useJobs();
  const { data, error: errorOf } = useRuns(drawn.map((one) => one.id));

  const begin = (first: string, others: readonly string[]) => {
    setId(first);
    setDrawn([first, ...others].reduce<Drawn[]>(withRun, []));
  };
  useEffect(
    () =>
      onShow(({ run }) => {
        setEvaluates(run?.evaluates ?? false);
        if (run?.wanted) begin(run.wanted.id, run.wanted.others);
      }),
    [],
  );
  useEffect(() => {
    // Where nothing says which run, the newest is shown.
    const [newest] = list?.jobs ?? [];
    if (newest && id === '') begin(newest.id, []);
    // A run that was removed is no longer drawn over others.
    const there = drawn.filter((one) => one.id === id || list?.jobs.some((row) => row.id === one.id));
    if (list && there.length < drawn.length) setDrawn(there);
  }, [list]);
  useEffect(() => {
    if (id !== '') keep({ id, drawn, settings });
  }, [id, drawn, settings]);

  if (list && list.jobs.length === 0) {
    return (
      <main class="empty">
        <p>{t('No run yet. A run spec, a file *.run.yaml beside heldout.yaml, says what is trained.')}</p>
      </main>
    );
  }
  const run = data(id);
  const failure = errorOf(id) ?? error;
  // The run that is shown comes first: figures of one run alone are its own.
  const runs = [...drawn]
    .sort((a, b) => Number(b.id === id) - Number(a.id === id) || a.mark - b.mark)
    .flatMap((one) => {
      const known = data(one.id);
      return known ? [{ mark: one.mark, ...known }] : [];
    });
  return (
    <main class="run" aria-busy={run === undefined && failure === undefined}>
      {list && (
        <RunList
          rows={list.jobs}
          shown={id}
          drawn={drawn}
          show={(one) => {
            setDrawn(shownInstead(drawn, id, one));
            setId(one);
          }}
          toggle={(one) =>
            setDrawn(drawn.some((each) => each.id === one) ? withoutRun(drawn, one) : withRun(drawn, one))
          }
        />
      )}
      <div class="shown">
        {failure && (
          <p class="error" role="alert">
            {failure}
          </p>
        )}
        {!run && !failure && <p class="waiting dim">{t('Reading the run…')}</p>}
        {run && (
          <>
            <Header detail={run.detail} />
            <div class="body">
              {run.detail.row.kind === 'train' && (
                <>
                  <Charts runs={runs} settings={settings} setSettings={setSettings} />
                  <Checkpoints detail={run.detail} evaluates={evaluates} />
                </>
              )}
              <Log key={id} id={id} state={run.detail.row.state} />
              <Facts detail={run.detail} />
            </div>
          </>
        )}
      </div>
    </main>
  );
}
