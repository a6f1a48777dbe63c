import { useEffect, useState } from 'preact/hooks';
import type { Comparison, ResultsRow } from '../../server/protocol.ts';
import { ask } from '../shared/messages.ts';
import type { Run } from './model.ts';

interface Loaded {
  runs: Run[];
  /** All that lie with the bench. */
  known: ResultsRow[];
  /** Of each run against the one that is compared with, by its file. */
  comparisons: ReadonlyMap<string, Comparison>;
  comparing: boolean;
  error: string | undefined;
}

/** The results files shown, and their comparisons as they are reckoned. `version` counts changes on disk. */
export function useResults(files: readonly string[], against: string | undefined, version: number): Loaded {
  const [runs, setRuns] = useState<Run[]>([]);
  const [known, setKnown] = useState<ResultsRow[]>([]);
  const [comparisons, setComparisons] = useState<ReadonlyMap<string, Comparison>>(new Map());
  const [comparing, setComparing] = useState(false);
  const [error, setError] = useState<string>();
  const wanted = JSON.stringify(files);

  useEffect(() => {
    if (files.length === 0) return;
    let current = true;
    const load = async () => {
      const list = await ask('results', {});
      const there = new Set(list.map(({ file }) => file));
      const loaded: Run[] = [];
      for (const [at, file] of files.entries()) {
        // Of those that stand beside it, one that was deleted is simply gone.
        if (at > 0 && !there.has(file)) continue;
        loaded.push({ file, results: await ask('resultsOf', { file }) });
      }
      if (!current) return;
      setKnown(list);
      setRuns((before) => (isSame(before, loaded) ? before : loaded));
      setError(undefined);
    };
    load().catch((failure: Error) => current && setError(failure.message));
    return () => {
      current = false;
    };
  }, [wanted, version]);

  useEffect(() => {
    let current = true;
    setComparisons(new Map());
    const compare = async (a: string) => {
      for (const { file } of runs) {
        if (file === a || !current) continue;
        const comparison = await ask('compareResults', { a, b: file });
        if (current) setComparisons((before) => new Map(before).set(file, comparison));
      }
    };
    if (against === undefined || !runs.some(({ file }) => file === against)) return;
    setComparing(true);
    compare(against)
      .catch((failure: Error) => current && setError(failure.message))
      .finally(() => current && setComparing(false));
    return () => {
      current = false;
    };
  }, [against, runs]);

  return { runs, known, comparisons, comparing, error };
}

/** What did not change is not compared anew. */
function isSame(before: readonly Run[], now: readonly Run[]): boolean {
  const stamps = (runs: readonly Run[]) =>
    JSON.stringify(runs.map(({ file, results }) => [file, results.created]));
  return stamps(before) === stamps(now);
}
