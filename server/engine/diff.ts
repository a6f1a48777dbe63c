import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { InputError } from '../base/problem.ts';
import { type Bench, type BenchText, loadBench } from '../bench/bench.ts';
import { readDecisionLines } from '../catalog/decision-lines.ts';
import { DecisionState } from '../catalog/decision-state.ts';
import { diffSnapshots, type Snapshot } from '../curation/diff.ts';
import { DECISIONS } from '../curation/export/decisions.ts';
import { readManifest } from '../curation/export/manifest.ts';
import { placeTasks } from '../curation/placement.ts';
import { rulingsOf } from '../curation/rulings.ts';
import type { BenchDiff, Decision } from '../protocol.ts';
import { changedFiles, revisionText } from './revision.ts';
import { DECISIONS_FILE, type Session } from './session.ts';
import { taskInUse } from './task-in-use.ts';

const REVISION = 'rev:';

/**
 * Compares two builds, two revisions of the bench, or one of each. A side is a folder with a build, `rev:`
 * and a git revision, or `.`: the bench as it is. Throws InputError where a side is none of these.
 */
export function diffBenches(session: Session, a: string, b: string): BenchDiff {
  const diff = diffSnapshots(snapshotOf(session, a), snapshotOf(session, b));
  if (isBuild(a) || isBuild(b)) return diff;
  const paths = session.bench.collections.map(({ root }) => relative(session.root, root));
  const within = paths.filter((path) => !path.startsWith('..'));
  return { ...diff, files: changedFiles(session.root, revisionOf(a), revisionOf(b), within) };
}

function isBuild(side: string): boolean {
  return !isNow(side) && !side.startsWith(REVISION) && existsSync(resolve(side));
}

function isNow(side: string): boolean {
  return side === '.' || side === `${REVISION}.`;
}

function revisionOf(side: string): string | undefined {
  if (isNow(side)) return undefined;
  return side.startsWith(REVISION) ? side.slice(REVISION.length) : side;
}

function snapshotOf(session: Session, side: string): Snapshot {
  if (isNow(side)) {
    return benchSnapshot(session, 'the bench as it is', session.bench, session.log.inForce());
  }
  if (side.startsWith(REVISION)) return revisionSnapshot(session, side.slice(REVISION.length));
  const folder = resolve(side);
  if (existsSync(folder)) return buildSnapshot(folder);
  return revisionSnapshot(session, side);
}

function buildSnapshot(folder: string): Snapshot {
  const manifest = readManifest(folder);
  if (!manifest)
    throw new InputError('no build stands here, or none that is finished: "heldout build" writes one', {
      file: folder,
    });
  const file = join(folder, DECISIONS);
  const { tasks, instances, seed, shots, format } = manifest;
  const { decisions } = readDecisionLines(file, existsSync(file) ? readFileSync(file, 'utf8') : '');
  const options = { seed, shots, format };
  return { name: folder, tasks, instances, options, decisions: [...decisions.values()] };
}

function revisionSnapshot(session: Session, revision: string): Snapshot {
  const textOf = revisionText(session.root, revision);
  const bench = loadBench(session.root, textOf);
  const { decisions } = readDecisionLines(DECISIONS_FILE, optional(textOf, DECISIONS_FILE));
  const inForce = new DecisionState(decisions.values()).inForce();
  return benchSnapshot(session, `${REVISION}${revision}`, bench, inForce);
}

/** No decision had been made before the log's first revision. */
function optional(textOf: BenchText, path: string): string {
  try {
    return textOf(path);
  } catch (error) {
    if (error instanceof InputError) return '';
    throw error;
  }
}

/**
 * The tasks of the catalogue as a bench file and decisions place them. Records are read as they are today:
 * what of them changed since is not seen, and a collection that was never imported has no tasks.
 */
function benchSnapshot(session: Session, name: string, bench: Bench, inForce: readonly Decision[]): Snapshot {
  const wanted = new Map(bench.collections.map((collection) => [collection.name, collection]));
  const { access } = session.catalog;
  const tasks = session.catalog.tasks().filter((task) => {
    const collection = wanted.get(task.collection);
    return collection && access.includes(task.name, collection.include, collection.exclude);
  });
  const rulings = rulingsOf(inForce);
  const { placements } = placeTasks(tasks, bench, rulings);
  return {
    name,
    decisions: inForce,
    tasks: tasks.map((task) => {
      const { category, split, level } = placements.get(task.id)!;
      const templates = taskInUse(task, rulings.altering.get(task.id)).facts.templates.map(
        ({ name }) => name,
      );
      return { id: task.id, category, split, level, templates, examples: task.examples };
    }),
  };
}
