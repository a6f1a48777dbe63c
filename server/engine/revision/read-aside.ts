import { mkdirSync, mkdtempSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { OnStep } from '../../base/progress.ts';
import { type Bench, loadBench } from '../../bench/bench.ts';
import { Catalog, type CatalogTask } from '../../catalog/catalog.ts';
import { importBench } from '../../catalog/import.ts';
import type { Session } from '../session.ts';
import { type BenchAtTime, pathsOf } from './bench-at-time.ts';
import type { KeptFiles } from './kept-files.ts';
import { layOut, removeLayout } from './layout.ts';
import { isBelow, type Repository } from './repository.ts';

export interface Unread {
  /** From the bench's folder. */
  file: string;
  /** 0: the whole file. */
  line: number;
  reason: string;
}

/** A bench's own tasks at some time. */
export interface ReadBench {
  bench: Bench;
  /** Only of the collections that were read aside. Not to be used once the look is over. */
  tasks: readonly CatalogTask[];
  unread: Unread[];
  /** A file of a task, from the bench's folder. */
  fileOf(path: string): string;
}

interface Options {
  signal: AbortSignal;
  onStep: OnStep;
}

const PREFIX = 'aside-';

/** A folder that is older was left by a program that was killed. */
const LEFT_MS = 24 * 3600_000;

/** Gives a folder beside the catalogue, on one file system with it, and takes it away whatever happens. */
export async function inFolderAside<T>(session: Session, work: (folder: string) => Promise<T>): Promise<T> {
  const beside = join(session.root, '.heldout');
  mkdirSync(beside, { recursive: true });
  for (const name of readdirSync(beside)) {
    const left = name.startsWith(PREFIX)
      ? statSync(join(beside, name), { throwIfNoEntry: false })
      : undefined;
    if (left && Date.now() - left.mtimeMs > LEFT_MS) removeLayout(join(beside, name));
  }
  const folder = mkdtempSync(join(beside, PREFIX));
  try {
    return await work(folder);
  } finally {
    removeLayout(folder);
  }
}

/**
 * Reads the tasks of the collections that are `kept.unlike` as a bench had them, into a catalogue of its own in
 * `folder`, and gives them to `look`. Files that are the same today are not read again.
 */
export async function readAside<T>(
  session: Session,
  repository: Repository,
  at: BenchAtTime,
  kept: KeptFiles,
  folder: string,
  options: Options,
  look: (read: ReadBench) => T,
): Promise<T> {
  const top = join(folder, 'files');
  const unread: Unread[] = [];
  let { bench } = at;
  if (at.commit !== undefined) {
    const own = bench.file.collections.filter(({ name }) => kept.unlike.has(name));
    const paths = own
      .flatMap((config) => pathsOf(config, repository))
      .filter((path) => kept.paths.includes(path));
    const faults = await layOut({
      repository,
      files: kept.trees.get(at)!.filter(({ path }) => isBelow(path, paths)),
      changed: kept.changed.get(at)!,
      ignored: await repository.others('ignored', paths, options.signal),
      top,
      name: at.name,
      ...options,
    });
    unread.push(...faults.map(({ path, reason }) => ({ file: repository.fromBench(path), line: 0, reason })));
    const placeOf = (path: string) => {
      const within = repository.within(path);
      return within !== undefined && isBelow(within, paths) ? join(top, within) : path;
    };
    const root = join(top, repository.within(session.root)!);
    mkdirSync(root, { recursive: true });
    bench = { ...loadBench(session.root, at.textOf, placeOf), root };
  }
  const fileOf = (path: string) => {
    const within = path.startsWith(top + sep) ? resolve(repository.top, relative(top, path)) : path;
    return relative(session.root, within).split(sep).join('/');
  };

  const collections = bench.collections.filter(({ name }) => kept.unlike.has(name));
  const catalog = Catalog.openAside(bench.root, join(folder, 'catalog.db'), {
    from: session.catalog,
    collections: collections.map(({ name }) => name),
  });
  try {
    const { signal, onStep } = options;
    await importBench({ ...bench, collections }, catalog, {
      signal,
      onStep: (step) => onStep({ ...step, message: `${at.name}: ${step.message}` }),
    });
    const skipped = catalog.skipped().map(({ file, line, reason }) => ({ file: fileOf(file), line, reason }));
    return look({ bench, tasks: catalog.tasks(), unread: [...unread, ...skipped], fileOf });
  } finally {
    catalog.close();
  }
}
