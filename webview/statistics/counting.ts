import { useEffect, useState } from 'preact/hooks';
import type { StatisticsView } from '../../server/protocol.ts';
import { ask, onChanged } from '../shared/messages.ts';

export interface Counting {
  view: StatisticsView | undefined;
  /** Collections counted so far and of how many; undefined when nothing is being counted. */
  progress: { done: number; of: number } | undefined;
  stopped: boolean;
  error: string | undefined;
  stop: () => void;
  again: () => void;
}

interface Query {
  tokenizer: string | undefined;
  sample: number;
}

/**
 * Counts one collection after the other, so that each row is there as soon as it is known and a person can
 * stop it; the server keeps what it has counted, and all together is then only a sum.
 */
export function useCounting({ tokenizer, sample }: Query, enabled: boolean): Counting {
  const [view, setView] = useState<StatisticsView>();
  const [progress, setProgress] = useState<Counting['progress']>();
  const [stopped, setStopped] = useState(false);
  const [error, setError] = useState<string>();
  const [version, setVersion] = useState(0);
  const again = () => setVersion((count) => count + 1);

  useEffect(
    () =>
      onChanged((what) => {
        if (what.includes('tasks')) again();
      }),
    [],
  );

  useEffect(() => {
    if (!enabled || stopped) return;
    let current = true;
    const count = async () => {
      const { collections } = await ask('state', {});
      let rows: StatisticsView['rows'] = [];
      for (const [done, name] of collections.entries()) {
        if (!current) return;
        setProgress({ done, of: collections.length });
        const part = await ask('statistics', { tokenizer, sample, collections: [name] });
        if (!current) return;
        rows = [...rows, ...part.rows];
        // What was there before stays until all is counted anew.
        setView((before) => (before && before.rows.length >= rows.length ? before : { ...part, rows }));
      }
      const whole = await ask('statistics', { tokenizer, sample });
      if (current) setView(whole);
    };
    setError(undefined);
    count()
      .catch((failure: Error) => current && setError(failure.message))
      .finally(() => current && setProgress(undefined));
    return () => {
      current = false;
    };
  }, [tokenizer, sample, enabled, version, stopped]);

  return {
    view,
    progress: stopped ? undefined : progress,
    stopped,
    error,
    stop: () => setStopped(true),
    again: () => {
      setStopped(false);
      again();
    },
  };
}
