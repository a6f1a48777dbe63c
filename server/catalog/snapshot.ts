import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { InputError, messageOf } from '../base/problem.ts';
import { type Db, VERSION, versionOf } from './database.ts';

/** The pairs of the last overlap run, which reading examples has no use for. */
const OVERLAP = ['overlap_run', 'overlap_pair', 'overlap_group'];
/** What only imports have use for. */
const LEFT_OUT = ['seen_task'];

/**
 * Writes what reading examples needs of a catalogue into one file of `folder`, as it stands now, and gives the
 * file's path. It is named by its content: the same catalogue twice is one file. `overlap`: with the pairs of the
 * last overlap run.
 */
export function writeSnapshot(db: Db, folder: string, overlap = false): string {
  mkdirSync(folder, { recursive: true });
  const aside = join(folder, `catalog-${randomBytes(6).toString('hex')}.tmp`);
  try {
    db.prepare('VACUUM INTO ?').run(aside);
    const copy = new Database(aside);
    try {
      for (const table of overlap ? LEFT_OUT : [...LEFT_OUT, ...OVERLAP]) copy.exec(`DELETE FROM ${table}`);
      copy.exec('VACUUM');
    } finally {
      copy.close();
    }
    const digest = createHash('sha256').update(readFileSync(aside)).digest('hex').slice(0, 32);
    const path = join(folder, `catalog-${digest}.db`);
    renameSync(aside, path);
    return path;
  } catch (error) {
    for (const ending of ['', '-journal']) rmSync(aside + ending, { force: true });
    throw error;
  }
}

/**
 * Opens a snapshot, read-only. It is read into memory as a whole: file systems of clusters often have no locks,
 * which SQLite asks for even to read.
 */
export function openSnapshot(path: string): Db {
  let db: Db;
  try {
    db = new Database(readFileSync(path), { readonly: true });
  } catch (error) {
    throw new InputError(`can't read the catalogue's snapshot: ${messageOf(error)}`, { file: path });
  }
  try {
    if (versionOf(db) === VERSION) return db;
  } catch (error) {
    db.close();
    throw new InputError(`the catalogue's snapshot is broken: ${messageOf(error)}`, { file: path });
  }
  db.close();
  throw new InputError("the catalogue's snapshot is of another version of the program", { file: path });
}
