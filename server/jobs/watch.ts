import { statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../base/problem.ts';
import { isActive } from './events/summary.ts';
import { EVENTS_FILE } from './job-file.ts';
import type { Jobs } from './listing.ts';

/** Milliseconds between two looks: while something runs, and while nothing does. */
const BUSY_MS = 1000;
const IDLE_MS = 3000;

export interface JobsWatch {
  close(): void;
}

/**
 * Tells which jobs came, went, changed or went on. Looks rather than being told: that works on every file
 * system, and costs a look at the size of each log and at the processes of those that are to run.
 */
export function watchJobs(
  jobs: Jobs,
  onChange: (ids: string[]) => void,
  onProblem: (message: string) => void,
): JobsWatch {
  let known = standOf(jobs);
  let timer: NodeJS.Timeout;
  let fault = '';
  const look = () => {
    let busy = false;
    try {
      const now = standOf(jobs);
      const ids = [...new Set([...known.keys(), ...now.keys()])];
      const changed = ids.filter((id) => known.get(id)?.stand !== now.get(id)?.stand);
      busy = [...now.values()].some(({ active }) => active);
      known = now;
      if (changed.length > 0) onChange(changed);
      fault = '';
    } catch (error) {
      if (messageOf(error) !== fault) onProblem(`jobs: ${messageOf(error)}`);
      fault = messageOf(error);
    }
    timer = setTimeout(look, busy ? BUSY_MS : IDLE_MS).unref();
  };
  timer = setTimeout(look, BUSY_MS).unref();
  return { close: () => clearTimeout(timer) };
}

function standOf(jobs: Jobs): Map<string, { stand: string; active: boolean }> {
  const found = new Map<string, { stand: string; active: boolean }>();
  const size = (id: string) =>
    statSync(join(jobs.folderOf(id), EVENTS_FILE), { throwIfNoEntry: false })?.size ?? 0;
  const { jobs: rows } = jobs.list();
  for (const { id, state } of rows) found.set(id, { stand: `${state} ${size(id)}`, active: isActive(state) });
  for (const id of jobs.ids()) if (!found.has(id)) found.set(id, { stand: 'unreadable', active: false });
  return found;
}
