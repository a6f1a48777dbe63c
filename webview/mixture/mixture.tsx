import type { JSX } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import * as z from 'zod';
import { type MixtureChange, type MixtureView, mixtureChange } from '../../server/protocol.ts';
import { t } from '../shared/l10n.ts';
import { ask, keep, kept, onChanged, openFile, runCommand } from '../shared/messages.ts';
import { numberWord } from '../shared/words.ts';
import { Draws } from './draws.tsx';
import { Header, type Steps } from './header.tsx';
import { Shares } from './shares.tsx';

const keptState = z.object({
  change: mixtureChange,
  steps: z.object({ steps: z.int().min(1), batch: z.int().min(1), seed: z.int() }),
});

const DRAWS = 20;

/** What is drawn from each collection and task, before and after the rules; and the rules, to be tried out. */
export function Mixture(): JSX.Element {
  const [change, setChange] = useState<MixtureChange>(() => kept(keptState)?.change ?? {});
  const [steps, setSteps] = useState<Steps>(
    () => kept(keptState)?.steps ?? { steps: 4000, batch: 256, seed: 0 },
  );
  const [view, setView] = useState<MixtureView>();
  const [error, setError] = useState<string>();
  const [version, setVersion] = useState(0);
  /** The last question alone counts: a slider is faster than answers come. */
  const asked = useRef(0);
  /** What was asked to be written: once the file has it, it is no change any more. */
  const written = useRef<MixtureChange | null>(null);

  useEffect(
    () =>
      onChanged((what) => {
        if (!what.includes('state') && !what.includes('tasks')) return;
        setChange((now) => (now === written.current ? {} : now));
        setVersion((count) => count + 1);
      }),
    [],
  );

  useEffect(() => {
    keep({ change, steps });
    const turn = ++asked.current;
    ask('mixture', { ...steps, settings: change, samples: DRAWS }).then(
      (answer) => {
        if (turn !== asked.current) return;
        setView(answer);
        setError(undefined);
      },
      (failure: Error) => {
        if (turn === asked.current) setError(failure.message);
      },
    );
  }, [change, steps, version]);

  const write = useCallback(() => {
    written.current = change;
    runCommand('heldout.writeMixture', change);
  }, [change]);

  const changed = Object.keys(change).length > 0;
  return (
    <main class="mixture" aria-busy={view === undefined}>
      {error && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {view && (
        <>
          <Header
            {...{ view, change, steps, changed, setSteps, write }}
            edit={setChange}
            reset={() => setChange({})}
          />
          <Problems view={view} />
          {view.tasks.length === 0 ? (
            <p class="empty">{t('No task stands in train yet. Import the bench, or move tasks to train.')}</p>
          ) : (
            <Shares view={view} change={change} edit={setChange} />
          )}
          <Draws view={view} />
        </>
      )}
      <p class="said" role="status">
        {view && changed
          ? t('{0} examples seen; not written to heldout.yaml yet', numberWord(view.examplesSeen))
          : ''}
      </p>
    </main>
  );
}

/** What is wrong in heldout.yaml, as it stands there. */
function Problems({ view }: { view: MixtureView }): JSX.Element | null {
  if (view.problems.length === 0) return null;
  return (
    <ul class="problems" aria-label={t('Faults of heldout.yaml')}>
      {view.problems.map(({ file, line, message, severity }) => (
        <li key={`${line}:${message}`} class={severity}>
          <span class="sign" aria-hidden="true">
            {severity === 'error' ? '✕' : '!'}
          </span>
          <button type="button" class="link" onClick={() => openFile({ file, line: line ?? 1 })}>
            {t('line {0}', line ?? 1)}
          </button>{' '}
          {message}
        </li>
      ))}
    </ul>
  );
}
