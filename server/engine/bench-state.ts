import type { BenchState } from '../protocol.ts';
import { queueRows } from './pair-rows.ts';
import type { Session } from './session.ts';

/** What the status item and the empty views need to know. */
export function benchState(session: Session | undefined): BenchState {
  if (!session) {
    return {
      collections: [],
      imported: false,
      tasks: 0,
      examples: 0,
      skipped: 0,
      openPairs: 0,
      decidedPairs: 0,
      conflicts: 0,
      problems: [],
    };
  }
  const tasks = session.catalog.tasks();
  const queue = queueRows(session);
  return {
    root: session.root,
    collections: session.bench.collections.map(({ name }) => name),
    imported: tasks.length > 0,
    overlapAt: session.catalog.overlap()?.at,
    tasks: tasks.length,
    examples: tasks.reduce((sum, task) => sum + task.examples, 0),
    skipped: session.catalog.skipped().length,
    openPairs: queue.filter((row) => row.state === 'open' || row.state === 'stale').length,
    decidedPairs: queue.filter((row) => row.state === 'decided').length,
    conflicts: queue.filter((row) => row.state === 'conflict').length,
    problems: session.problems(),
  };
}
