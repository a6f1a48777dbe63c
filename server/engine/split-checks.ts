import { createHash } from 'node:crypto';
import { InputError } from '../base/problem.ts';
import { renamed } from '../curation/rulings.ts';
import { dataSources } from '../curation/sources/data-sources.ts';
import { sameRecords } from '../curation/sources/records.ts';
import { splitFindings } from '../curation/split-checks/check.ts';
import type { CheckedPair, SplitGround } from '../curation/split-checks/ground.ts';
import { tasksOfSource } from '../curation/split-checks/shared-sources.ts';
import type { Decision, SplitFinding } from '../protocol.ts';
import { overlapIsOld } from './overlap-run.ts';
import { overlapShare, queueRows } from './pair-rows.ts';
import { placedTasks } from './placed-tasks.ts';
import type { Session } from './session.ts';

/** What stands in the way of a clean split, after all decisions. */
export function checkSplit(session: Session): SplitFinding[] {
  return splitFindings(groundOf(session));
}

/** Lets a data source stand on both sides, for the tasks that it has now; returns when that is on disk. */
export function allowSource(session: Session, source: string, reason: string): Decision[] {
  const { train, evaluated } = tasksOfSource(groundOf(session), source);
  if (train.length === 0 || evaluated.length === 0)
    throw new InputError(
      `the data source "${source}" does not stand on both sides: there is nothing to allow`,
    );
  const evidence = evidenceOf(source, [...train, ...evaluated]);
  const subject = { kind: 'source' as const, source };
  return session.log.append([{ subject, verdict: 'allow', reason, evidence }], session.reviewer);
}

function groundOf(session: Session): SplitGround {
  const catalogued = new Map(session.catalog.tasks().map((task) => [task.id, task]));
  const { sources: allowed, renames } = session.rulings();
  return {
    bench: session.bench,
    now: (category) => renamed(category, renames),
    tasks: placedTasks([...catalogued.values()], session.placements()),
    sourcesOf: ({ id }) => dataSources(catalogued.get(id)!),
    pairs: session.catalog.overlap() && pairsOf(session),
    pairsAreOld: overlapIsOld(session),
    allows: (source, tasks) => allowed.get(source)?.has(evidenceOf(source, tasks)) === true,
  };
}

function pairsOf(session: Session): CheckedPair[] {
  const { threshold } = session.bench;
  return queueRows(session).map((row) => {
    const share = overlapShare(row);
    return {
      train: row.train,
      eval: row.eval,
      share,
      above: share > threshold,
      sameRecords: sameRecords(row),
      decided: row.state === 'decided',
    };
  });
}

/** Which tasks a source was allowed for: another one shows it again. */
function evidenceOf(source: string, tasks: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([source, [...tasks].sort()]))
    .digest('hex')
    .slice(0, 32);
}
