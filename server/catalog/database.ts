import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { messageOf, type Problem } from '../base/problem.ts';
import { SEEN_TASKS } from './seen-tasks.ts';

export type Db = Database.Database;

/** Raised when a table, or what a reader gives for the same bytes, changes: the catalogue is then built anew. */
export const VERSION = 2;

const SCHEMA = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Paths and roots are relative to the bench, so that a bench can be moved with its catalogue.
CREATE TABLE collection (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, position INTEGER NOT NULL, format TEXT NOT NULL,
  root TEXT NOT NULL, options TEXT NOT NULL
);
-- base 0: below the collection's root; 1: below its datasets. mtime in ms. hash NULL: read it next time.
-- settled 0: written so shortly before it was read that its mtime proves nothing.
-- reading: fingerprint of how it was read (format and options).
CREATE TABLE file (
  id INTEGER PRIMARY KEY, collection INTEGER NOT NULL, base INTEGER NOT NULL, path TEXT NOT NULL,
  size INTEGER NOT NULL, mtime REAL NOT NULL, hash BLOB, settled INTEGER NOT NULL, reading TEXT NOT NULL,
  UNIQUE (collection, base, path)
);
CREATE TABLE task (
  id INTEGER PRIMARY KEY, collection INTEGER NOT NULL, name TEXT NOT NULL, included INTEGER NOT NULL,
  UNIQUE (collection, name)
);
CREATE TABLE facts (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, head TEXT NOT NULL, body BLOB NOT NULL);
-- What one file says of one task.
CREATE TABLE part (
  file INTEGER NOT NULL, task INTEGER NOT NULL, facts INTEGER NOT NULL, PRIMARY KEY (file, task)
) WITHOUT ROWID;
CREATE INDEX part_task ON part (task);
-- The examples of one task and split in one file. split: 0 train, 1 dev, 2 test, 3 none.
-- An id is never given twice: a reader that still holds an old one finds nothing, not another's blocks.
CREATE TABLE segment (
  id INTEGER PRIMARY KEY AUTOINCREMENT, file INTEGER NOT NULL, task INTEGER NOT NULL, split INTEGER NOT NULL,
  examples INTEGER NOT NULL
);
CREATE INDEX segment_file ON segment (file);
-- id: segment * 2^20 + number of the block.
CREATE TABLE block (id INTEGER PRIMARY KEY, positions BLOB NOT NULL);
CREATE TABLE skip (file INTEGER NOT NULL, line INTEGER NOT NULL, reason TEXT NOT NULL);
CREATE INDEX skip_file ON skip (file);

CREATE TABLE overlap_run (
  at TEXT NOT NULL, ngram INTEGER NOT NULL, threshold REAL NOT NULL, seconds REAL NOT NULL,
  bytes INTEGER NOT NULL, rule TEXT NOT NULL, tasks BLOB NOT NULL
);
CREATE TABLE overlap_pair (
  id INTEGER PRIMARY KEY, train TEXT NOT NULL, eval TEXT NOT NULL, figures TEXT NOT NULL,
  evidence TEXT NOT NULL, texts TEXT NOT NULL, shared BLOB NOT NULL,
  UNIQUE (train, eval)
);
CREATE INDEX overlap_pair_eval ON overlap_pair (eval);
CREATE TABLE overlap_group (
  pair INTEGER NOT NULL, key TEXT NOT NULL, texts TEXT NOT NULL, text TEXT NOT NULL, words INTEGER NOT NULL,
  boilerplate INTEGER NOT NULL, examples INTEGER NOT NULL, shared BLOB NOT NULL
);
CREATE INDEX overlap_group_pair ON overlap_group (pair);
CREATE INDEX overlap_group_key ON overlap_group (key);
`;

/** The larger a database, the longer a full check; a larger one is believed until a page proves bad. */
const CHECKED_BYTES = 8 << 20;

export interface OpenedDatabase {
  db: Db;
  problems: Problem[];
}

/**
 * Opens the catalogue's database, or makes it. One with another schema version is made anew (it is
 * derived); one that can't be read is set aside and made anew, with a problem that says so.
 */
export function openDatabase(path: string): OpenedDatabase {
  mkdirSync(dirname(path), { recursive: true });
  const problems: Problem[] = [];
  let db: Db;
  try {
    db = connect(path);
  } catch (error) {
    if (!isDamaged(error)) throw error;
    problems.push(setAside(path, messageOf(error)));
    db = connect(path);
  }
  return { db, problems };
}

/** Whether SQLite says that the file itself is broken, not the request. */
export function isDamaged(error: unknown): boolean {
  if (!(error instanceof Database.SqliteError)) return false;
  return error.code.startsWith('SQLITE_CORRUPT') || error.code.startsWith('SQLITE_NOTADB');
}

/** Renames a damaged database (its log files go with it); the connection must be closed. */
export function setAside(path: string, reason: string): Problem {
  const aside = `${path}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '')}`;
  renameSync(path, aside);
  removeLogs(path);
  const message = `the catalogue was damaged (${reason}); it is set aside as ${aside} and made anew`;
  return { file: path, message, severity: 'warning' };
}

function connect(path: string): Db {
  let db = open(path);
  try {
    if (versionOf(db) !== VERSION && hasTables(db)) {
      db.close();
      rmSync(path, { force: true });
      removeLogs(path);
      db = open(path);
    }
    // One transaction: of two processes that open a new catalogue at once, the second finds it made.
    db.transaction(() => {
      db.exec(SEEN_TASKS);
      if (versionOf(db) === VERSION) return;
      db.exec(SCHEMA);
      db.pragma(`user_version = ${VERSION}`);
    }).immediate();
    if (existsSync(path) && statSync(path).size <= CHECKED_BYTES) check(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function open(path: string): Db {
  const db = new Database(path, { timeout: 10_000 });
  try {
    db.pragma('journal_mode = WAL');
    // Derived data: a power cut may cost the last files' rows, never the order of the rest.
    db.pragma('synchronous = NORMAL');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function check(db: Db): void {
  const said = db.pragma('quick_check(1)', { simple: true });
  if (said !== 'ok') throw new Database.SqliteError(String(said), 'SQLITE_CORRUPT');
}

export function versionOf(db: Db): unknown {
  return db.pragma('user_version', { simple: true });
}

function hasTables(db: Db): boolean {
  return db.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get() !== undefined;
}

function removeLogs(path: string): void {
  for (const ending of ['-wal', '-shm']) rmSync(path + ending, { force: true });
}
