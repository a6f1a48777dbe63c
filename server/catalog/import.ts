import { join, sep } from 'node:path';
import { messageOf } from '../base/problem.ts';
import type { OnStep } from '../base/progress.ts';
import type { Bench, Collection } from '../bench/bench.ts';
import type { ImportReport } from '../protocol.ts';
import type { Catalog } from './catalog.ts';
import { isDamaged } from './database.ts';
import { FileContent } from './file-content.ts';
import { type FileStamp, FileStore } from './file-store.ts';
import { hashFile } from './hash.ts';
import { draftOf, type Listed, type Plan, planOf, withStat } from './plan.ts';

export interface ImportOptions {
  signal: AbortSignal;
  onStep: OnStep;
  /** Files and folders (absolute) outside of which nothing has changed since the last import. */
  changed?: readonly string[];
}

/** A file whose mtime is younger than this when it is read may change again under the same mtime. */
const SETTLED_MS = 2000;

/** A file that changes while it is read is read again, so often. */
const ATTEMPTS = 3;

/**
 * Brings the catalogue up to date with the bench's files. A file whose size and mtime, or else content,
 * are as before is not read again; each other file's rows are replaced in one transaction. Stopped at any
 * moment, by the signal or by a kill, the catalogue holds whole files only, and the next import goes on.
 * Files that can't be read are skips in the report. Throws the signal's reason when aborted.
 */
export async function importBench(
  bench: Bench,
  catalog: Catalog,
  options: ImportOptions,
): Promise<ImportReport> {
  try {
    return await runImport(bench, catalog, options);
  } catch (error) {
    if (!isDamaged(error)) throw error;
    catalog.makeAnew(messageOf(error));
    return runImport(bench, catalog, options);
  }
}

async function runImport(
  bench: Bench,
  catalog: Catalog,
  { signal, onStep, changed }: ImportOptions,
): Promise<ImportReport> {
  catalog.remember();
  const store = new FileStore(catalog.db);
  const ids = store.setCollections(bench.collections.map((collection) => draftOf(bench, collection)));
  const plans: Plan[] = [];
  for (const collection of bench.collections) {
    onStep({ message: `listing ${collection.name}`, done: 0, total: 0, unit: 'bytes' });
    const id = ids.get(collection.name)!;
    store.include(id, (task) => catalog.access.includes(task, collection.include, collection.exclude));
    const reader = catalog.readerOf(collection.format);
    const own = changed?.filter((path) => isWithin(path, collection));
    plans.push(await planOf(bench, collection, id, catalog.access, reader, store, signal, own));
  }
  catalog.touch();

  const total = plans.flatMap(({ open }) => open).reduce((sum, { source }) => sum + source.bytes, 0);
  let before = 0;
  const filesRead = new Map(plans.map((plan) => [plan, 0]));
  for (const plan of plans) {
    for (const file of plan.open) {
      signal.throwIfAborted();
      const message = `reading ${plan.collection.name}`;
      const within = (bytes: number) =>
        onStep({ message, done: before + Math.min(bytes, file.source.bytes), total, unit: 'bytes' });
      within(0);
      const read = await bringIn(plan, file, catalog, store, within, signal);
      if (read) filesRead.set(plan, filesRead.get(plan)! + 1);
      before += file.source.bytes;
    }
  }
  store.finish();
  catalog.touch();
  catalog.remember();
  onStep({ message: 'imported', done: total, total, unit: 'bytes' });
  return {
    collections: plans.map((plan) => ({
      ...catalog.report(plan.collection.name),
      filesRead: filesRead.get(plan)!,
    })),
  };
}

function isWithin(path: string, { root, datasets }: Collection): boolean {
  return [root, datasets].some((folder) => folder && (path === folder || path.startsWith(folder + sep)));
}

/** What a file holds now: all of it, or only a new stamp where the content is as it was. */
type Outcome = { stamp: FileStamp; content: FileContent | undefined };

/** Brings one file up to date; false when its content turned out to be what was read before. */
async function bringIn(
  plan: Plan,
  listed: Listed,
  catalog: Catalog,
  store: FileStore,
  within: (bytes: number) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const { include, exclude } = plan.collection;
  const { stamp, content } = await readFile(plan, listed, within, signal);
  if (content)
    store.replace(listed.key, stamp, content, (task) => catalog.access.includes(task, include, exclude));
  else store.restamp(listed.row!.id, stamp);
  catalog.touch();
  return content !== undefined;
}

async function readFile(
  plan: Plan,
  listed: Listed,
  within: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Outcome> {
  let file = listed;
  const unread = (reason: string): Outcome => {
    const content = new FileContent(undefined, () => {});
    content.skip({ line: 0, reason });
    const { source, mtime } = file;
    return {
      stamp: { size: source.bytes, mtime, hash: null, settled: false, reading: plan.reading },
      content,
    };
  };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // Its turn may come long after it was listed.
    file = withStat(file);
    if (file.fault !== undefined) return unread(file.fault);
    try {
      const outcome = await readOnce(plan, file, within, signal);
      const after = withStat(file);
      if (after.source.bytes === file.source.bytes && after.mtime === file.mtime) return outcome;
    } catch (error) {
      signal.throwIfAborted();
      return unread(`can't be read: ${messageOf(error)}`);
    }
  }
  return unread('kept changing while it was read: import again');
}

async function readOnce(
  { collection, reader, options, reading }: Plan,
  { source, mtime, row }: Listed,
  within: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Outcome> {
  const path = join(source.root, source.path);
  const stamp = { size: source.bytes, mtime, settled: Date.now() - mtime > SETTLED_MS, reading };
  if (row?.hash && row.reading === reading && row.size === source.bytes) {
    const hash = await hashFile(path, signal);
    if (hash.equals(row.hash)) return { stamp: { ...stamp, hash }, content: undefined };
  }
  const content = new FileContent(collection.split, within);
  // The hash is made on other threads while the reader parses on this one.
  const [hash, fault] = await Promise.all([
    hashFile(path, signal),
    reader.scan(source, options, content, signal).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    ),
  ]);
  signal.throwIfAborted();
  // What came before the fault is good and stays. A fault of the content stays until the content changes;
  // one of the system may be gone the next time.
  if (fault) content.skip({ line: 0, reason: fault.message });
  return { stamp: { ...stamp, hash: fault && 'syscall' in fault ? null : hash }, content };
}
