import { useEffect, useRef, useState } from 'preact/hooks';
import type { JobDetail, JobList, JobPoint } from '../../server/protocol.ts';
import { ask, onChanged, onJobs } from '../shared/messages.ts';
import { halved, joined, MOST_POINTS } from './points.ts';

/** As many as the server keeps of a run: none of them is left out. */
const MOST_ASKED = 8192;

/** What is known of one run: its newest answer, and the points of all answers. */
export interface RunData {
  detail: JobDetail;
  points: readonly JobPoint[];
}

interface Followed {
  data: RunData | undefined;
  error: string | undefined;
  asking: boolean;
  again: boolean;
}

export interface FollowedRuns {
  data: (id: string) => RunData | undefined;
  error: (id: string) => string | undefined;
}

/** Follows some runs: each is asked for once whole, then for what came since. */
export function useRuns(ids: readonly string[]): FollowedRuns {
  const followed = useRef(new Map<string, Followed>());
  const wanted = useRef<readonly string[]>([]);
  const [, setVersion] = useState(0);
  wanted.current = ids;

  const load = async (id: string): Promise<void> => {
    const run = followed.current.get(id) ?? {
      data: undefined,
      error: undefined,
      asking: false,
      again: false,
    };
    followed.current.set(id, run);
    if (run.asking) {
      run.again = true;
      return;
    }
    run.asking = true;
    try {
      const from = run.data?.detail.next ?? 0;
      const detail = await ask('job', { id, from, most: MOST_ASKED });
      const points = halved(joined(run.data?.points ?? [], detail.points), MOST_POINTS);
      run.data = { detail, points };
      run.error = undefined;
    } catch (failure) {
      run.error = failure instanceof Error ? failure.message : String(failure);
    }
    run.asking = false;
    setVersion((count) => count + 1);
    if (!run.again) return;
    run.again = false;
    await load(id);
  };

  useEffect(() => {
    for (const id of ids) if (!followed.current.has(id)) void load(id);
  }, [ids.join('\n')]);
  useEffect(() => {
    const stopJobs = onJobs((changed) => {
      for (const id of changed) {
        if (wanted.current.includes(id)) void load(id);
        // Asked for whole when it is looked at again.
        else followed.current.delete(id);
      }
    });
    const stopChanged = onChanged((what) => {
      if (what.includes('state')) for (const id of wanted.current) void load(id);
    });
    return () => {
      stopJobs();
      stopChanged();
    };
  }, []);

  return {
    data: (id) => followed.current.get(id)?.data,
    error: (id) => followed.current.get(id)?.error,
  };
}

/** The bench's runs, newest first. */
export function useJobs(): { list: JobList | undefined; error: string | undefined } {
  const [list, setList] = useState<JobList>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    let asked = 0;
    const load = () => {
      const turn = ++asked;
      ask('jobs', {}).then(
        (answer) => {
          if (turn !== asked) return;
          setList(answer);
          setError(undefined);
        },
        (failure: Error) => {
          if (turn === asked) setError(failure.message);
        },
      );
    };
    load();
    const stopJobs = onJobs(load);
    const stopChanged = onChanged((what) => {
      if (what.includes('state')) load();
    });
    return () => {
      stopJobs();
      stopChanged();
    };
  }, []);
  return { list, error };
}
