import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { InputError } from '../base/problem.ts';
import type { OnStep } from '../base/progress.ts';
import type { Bench } from '../bench/bench.ts';
import type { CatalogTask } from '../catalog/catalog.ts';
import { readDecisionLines } from '../catalog/decision-lines.ts';
import { diffSnapshots, type Snapshot } from '../curation/diff.ts';
import { DECISIONS } from '../curation/export/decisions.ts';
import { readManifest } from '../curation/export/manifest.ts';
import { placeTasks } from '../curation/placement.ts';
import { rulingsOf } from '../curation/rulings.ts';
import type { BenchDiff } from '../protocol.ts';
import { type BenchAtTime, benchAt, benchNow } from './revision/bench-at-time.ts';
import { type KeptFiles, keptFiles } from './revision/kept-files.ts';
import { inFolderAside, type ReadBench, readAside, type Unread } from './revision/read-aside.ts';
import { Repository } from './revision/repository.ts';
import type { Session } from './session.ts';
import { taskInUse } from './task-in-use.ts';

const REVISION = 'rev:';

export interface DiffOptions {
  signal: AbortSignal;
  onStep: OnStep;
}

/** One side of a comparison, with what only a bench can tell of itself. */
interface SideView {
  snapshot: Snapshot;
  unread: Unread[];
  /** Files, from the bench's folder, to the tasks that they say something of. */
  tasksOf: ReadonlyMap<string, readonly string[]>;
}

/**
 * Compares two builds, two revisions of the bench, or one of each. A side is a folder with a build, `rev:` and a
 * git revision, or `.`: the bench as it is. Where git says that files of a collection differ, its tasks are read
 * from each side's own files. Throws InputError where a side is none of these.
 */
export async function diffBenches(
  session: Session,
  a: string,
  b: string,
  options: DiffOptions,
): Promise<BenchDiff> {
  const sides = [sideOf(a), sideOf(b)] as const;
  const [first, second] = sides;
  // Faults of a side are told before any work.
  const builds = new Map<Side, Snapshot>();
  const benches = new Map<Side, BenchAtTime>();
  const revisions = sides.some(({ kind }) => kind === 'revision');
  const repository = revisions ? Repository.open(session.root) : undefined;
  for (const side of sides) {
    if (side.kind === 'build') builds.set(side, buildSnapshot(side.folder));
    else if (side.kind === 'now') benches.set(side, benchNow(session));
    else benches.set(side, benchAt(repository!, side.revision));
  }
  const views = await viewsOf(session, repository, [...benches.values()], options);
  const viewOf = (side: Side): SideView => {
    const snapshot = builds.get(side);
    return snapshot ? { snapshot, unread: [], tasksOf: new Map() } : views.of.get(benches.get(side)!)!;
  };
  const [from, to] = [viewOf(first), viewOf(second)];
  const diff = diffSnapshots(from.snapshot, to.snapshot);
  const known = new Set(session.catalog.tasks().map(({ id }) => id));
  for (const task of [...diff.entered, ...diff.left, ...diff.changed]) task.here = known.has(task.task);
  const [early, late] = [benches.get(first), benches.get(second)];
  if (!repository || !early || !late) return diff;

  const changes = await repository.changes(early.commit, late.commit, views.kept!.paths, options.signal);
  const files = changes.map(({ path, change }) => {
    const file = repository.fromBench(path);
    const tasks = [...new Set([from, to].flatMap(({ tasksOf }) => tasksOf.get(file) ?? []))].sort();
    return { file, change, tasks, here: existsSync(join(session.root, file)) };
  });
  const deleted = new Set(files.flatMap(({ file, change }) => (change === 'deleted' ? [file] : [])));
  // Records that could not be read either go with their file.
  const unread = unreadOnOneSide(from, to).filter(({ file, line }) => line === 0 || !deleted.has(file));
  return { ...diff, files, unread };
}

type Side = { kind: 'build'; folder: string } | { kind: 'now' } | { kind: 'revision'; revision: string };

function sideOf(side: string): Side {
  if (side === '.' || side === `${REVISION}.`) return { kind: 'now' };
  if (side.startsWith(REVISION)) return { kind: 'revision', revision: side.slice(REVISION.length) };
  const folder = resolve(side);
  return existsSync(folder) ? { kind: 'build', folder } : { kind: 'revision', revision: side };
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

/** Each bench's tasks: the catalogue's where it tells them, else those of its own files. */
async function viewsOf(
  session: Session,
  repository: Repository | undefined,
  benches: readonly BenchAtTime[],
  options: DiffOptions,
): Promise<{ of: Map<BenchAtTime, SideView>; kept?: KeptFiles }> {
  const kept = repository && (await keptFiles(session, repository, benches, options.signal));
  const unlike = kept?.unlike ?? new Set<string>();
  const of = new Map<BenchAtTime, SideView>();
  if (!repository || !kept || unlike.size === 0) {
    for (const at of benches) of.set(at, viewOf(session, at, unlike));
    return { of, kept };
  }
  await inFolderAside(session, async (folder) => {
    for (const [position, at] of benches.entries()) {
      const own = join(folder, String(position));
      const view = await readAside(session, repository, at, kept, own, options, (read) =>
        viewOf(session, { ...at, bench: read.bench }, unlike, read),
      );
      of.set(at, view);
    }
  });
  return { of, kept };
}

/** A bench with its tasks: those that were read, and of the collections that are not `unlike` the catalogue's. */
function viewOf(
  session: Session,
  { name, bench, inForce }: BenchAtTime,
  unlike: ReadonlySet<string>,
  read?: Pick<ReadBench, 'tasks' | 'unread' | 'fileOf'>,
): SideView {
  const fileOf = read?.fileOf ?? ((path) => relative(session.root, path).split(sep).join('/'));
  const wanted = new Set(bench.file.collections.map((collection) => collection.name));
  const today = session.catalog.tasks().filter(({ collection }) => {
    return wanted.has(collection) && !unlike.has(collection);
  });
  const tasks = [...today, ...(read?.tasks ?? [])];
  const tasksOf = new Map<string, string[]>();
  for (const { id, files } of tasks) {
    for (const { path } of files) {
      const file = fileOf(path);
      tasksOf.set(file, [...(tasksOf.get(file) ?? []), id]);
    }
  }
  const faults = bench.problems.map(({ file, line = 0, message }) => {
    return { file: fileOf(file), line, reason: message };
  });
  const unread = [...faults, ...(read?.unread ?? [])];
  return { snapshot: snapshotOf(name, bench, inForce, tasks), unread, tasksOf };
}

function snapshotOf(
  name: string,
  bench: Bench,
  inForce: BenchAtTime['inForce'],
  tasks: readonly CatalogTask[],
): Snapshot {
  const rulings = rulingsOf(inForce);
  const { placements } = placeTasks(tasks, bench, rulings);
  return {
    name,
    decisions: inForce,
    tasks: tasks.map((task) => {
      const { category, split, level } = placements.get(task.id)!;
      const { templates } = taskInUse(task, rulings.altering.get(task.id)).facts;
      const names = templates.map(({ name }) => name);
      return { id: task.id, category, split, level, templates: names, examples: task.examples };
    }),
  };
}

/** What could not be read on one side alone bears on what the comparison says. */
function unreadOnOneSide(from: SideView, to: SideView): BenchDiff['unread'] {
  const key = ({ file, reason }: Unread) => `${file}\n${reason}`;
  const [early, late] = [from, to].map(({ unread }) => new Set(unread.map(key)));
  const only = (side: 'a' | 'b', { unread }: SideView, other: ReadonlySet<string>) =>
    unread.filter((one) => !other.has(key(one))).map((one) => ({ side, ...one }));
  return [...only('a', from, late!), ...only('b', to, early!)];
}
