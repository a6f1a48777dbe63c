import { createHash } from 'node:crypto';
import { lstatSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { messageOf } from '../base/problem.ts';
import type { Bench, Collection } from '../bench/bench.ts';
import type { Reader, ReaderOptions, SourceFile } from '../collections/types.ts';
import type { CollectionAccess } from './access.ts';
import { type CollectionDraft, type FileKey, type FileRow, type FileStore, fileName } from './file-store.ts';

/** A file of a collection as it stands on disk, and its row from before. */
export interface Listed {
  key: FileKey;
  source: SourceFile;
  /** Milliseconds. */
  mtime: number;
  row: FileRow | undefined;
  /** Why the file can't be had; nothing else is known of it then. */
  fault?: string;
}

/** What is to be done for one collection. */
export interface Plan {
  collection: Collection;
  reader: Reader;
  options: ReaderOptions;
  /** Fingerprint of how its files are read. */
  reading: string;
  /** Files that must be read, or hashed to know. */
  open: Listed[];
}

/** A collection with paths relative to the bench. */
export function draftOf(bench: Bench, collection: Collection): CollectionDraft {
  const local = (path: string) => relative(bench.root, path).split(sep).join('/');
  return {
    name: collection.name,
    format: collection.format,
    root: local(collection.root),
    options: {
      fields: collection.fields,
      datasets: collection.datasets && local(collection.datasets),
      split: collection.split,
    },
  };
}

/**
 * Looks a collection's files over, and drops the rows of those that are gone. `changed`: only these files
 * may have changed (absolute); where all of them are known files that are still there, no other is looked at.
 */
export async function planOf(
  bench: Bench,
  collection: Collection,
  id: number,
  access: CollectionAccess,
  reader: Reader,
  store: FileStore,
  signal: AbortSignal,
  changed?: readonly string[],
): Promise<Plan> {
  const { root, fields, datasets, split } = collection;
  const { name: _name, ...draft } = draftOf(bench, collection);
  const reading = createHash('sha256').update(JSON.stringify(draft)).digest('hex').slice(0, 16);
  const options = { fields, datasets, split };
  const rows = store.files(id);
  const plan = { collection, reader, options, reading };
  const known = changed && knownFiles(changed, collection, id, rows);
  if (known) return { ...plan, open: known.filter((file) => !isUnchanged(file, reading)) };
  const listing = await access.files(root, reader, options, signal);
  const listed = (source: SourceFile, fault?: string): Listed => {
    const key = { collection: id, base: source.root === root ? 0 : 1, path: source.path };
    return withStat({ key, source, mtime: 0, row: rows.get(fileName(key)), fault });
  };
  const files = [
    ...listing.files.map((source) => listed(source)),
    ...listing.skips.map(({ path, reason }) => {
      const own = !datasets || lstatSync(join(root, path), { throwIfNoEntry: false }) !== undefined;
      return listed({ root: own ? root : datasets, path, bytes: 0 }, reason);
    }),
  ];
  files.sort((a, b) => a.key.base - b.key.base || compare(a.key.path, b.key.path));

  const there = new Set(files.map(({ key }) => fileName(key)));
  store.remove([...rows].filter(([name]) => !there.has(name)).map(([, row]) => row.id));
  return { ...plan, open: files.filter((file) => !isUnchanged(file, reading)) };
}

/** The files at these paths, if each has a row and is a plain file. */
function knownFiles(
  paths: readonly string[],
  { root, datasets }: Collection,
  id: number,
  rows: ReadonlyMap<string, FileRow>,
): Listed[] | undefined {
  const known: Listed[] = [];
  for (const path of paths) {
    const base = path.startsWith(root + sep) ? 0 : 1;
    const folder = base === 0 ? root : datasets;
    if (folder === undefined) return undefined;
    const key = { collection: id, base, path: relative(folder, path).split(sep).join('/') };
    const row = rows.get(fileName(key));
    if (!row || !lstatSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
    known.push(withStat({ key, source: { root: folder, path: key.path, bytes: 0 }, mtime: 0, row }));
  }
  return known;
}

/** A file with the size and mtime that it has now. */
export function withStat(file: Listed): Listed {
  if (file.fault !== undefined) return file;
  try {
    const { size, mtimeMs } = statSync(join(file.source.root, file.source.path));
    return { ...file, source: { ...file.source, bytes: size }, mtime: mtimeMs };
  } catch (error) {
    return { ...file, fault: `can't be read: ${messageOf(error)}` };
  }
}

function isUnchanged({ source, mtime, row, fault }: Listed, reading: string): boolean {
  if (!row || fault !== undefined || row.reading !== reading) return false;
  return row.hash !== null && row.settled && row.size === source.bytes && row.mtime === mtime;
}

/** By UTF-8 bytes, as SQLite orders text. */
function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
