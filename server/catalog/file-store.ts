import type { FormatName, ReaderOptions } from '../collections/types.ts';
import type { Db } from './database.ts';
import { packFacts } from './facts.ts';
import type { FileContent } from './file-content.ts';

/** A collection as an import writes it down; its paths are relative to the bench. */
export interface CollectionDraft {
  name: string;
  format: FormatName;
  root: string;
  options: ReaderOptions;
}

/** A file of a collection: `base` 0 below its root, 1 below its datasets; `path` below that, with `/`. */
export interface FileKey {
  collection: number;
  base: number;
  path: string;
}

/** A file as it was read. */
export interface FileStamp {
  size: number;
  /** Milliseconds. */
  mtime: number;
  /** Of the content; null when the file must be read again whatever its size and mtime say. */
  hash: Buffer | null;
  settled: boolean;
  /** Fingerprint of the format and options that it was read with. */
  reading: string;
}

export interface FileRow extends FileKey, FileStamp {
  id: number;
}

/** A segment's blocks are numbered from `segment * BLOCKS`: 2^20 blocks of 1,024 examples are enough for any file. */
export const BLOCKS = 2 ** 20;

/** Writes and removes what files hold, each file in one transaction. */
export class FileStore {
  readonly #db: Db;
  readonly #statements: ReturnType<typeof prepare>;

  constructor(db: Db) {
    this.#db = db;
    this.#statements = prepare(db);
  }

  /** Writes the bench's collections down, drops all of those that are gone, and gives each one's id. */
  setCollections(drafts: readonly CollectionDraft[]): Map<string, number> {
    const db = this.#db;
    const ids = new Map<string, number>();
    db.transaction(() => {
      const put = db
        .prepare<unknown[], number>(
          `INSERT INTO collection (name, position, format, root, options) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (name) DO UPDATE SET position = excluded.position, format = excluded.format,
             root = excluded.root, options = excluded.options
           RETURNING id`,
        )
        .pluck();
      drafts.forEach(({ name, format, root, options }, position) => {
        ids.set(name, put.get(name, position, format, root, JSON.stringify(options))!);
      });
      const kept = new Set(ids.values());
      for (const id of db.prepare<[], number>('SELECT id FROM collection').pluck().all()) {
        if (kept.has(id)) continue;
        this.remove([...this.files(id).values()].map((file) => file.id));
        db.prepare('DELETE FROM collection WHERE id = ?').run(id);
      }
    }).immediate();
    return ids;
  }

  /** Says anew which of a collection's tasks are wanted. */
  include(collection: number, included: (task: string) => boolean): void {
    const db = this.#db;
    const set = db.prepare('UPDATE task SET included = ? WHERE id = ?');
    db.transaction(() => {
      for (const task of db
        .prepare<[number], { id: number; name: string; included: number }>(
          'SELECT id, name, included FROM task WHERE collection = ?',
        )
        .all(collection)) {
        const wanted = included(task.name) ? 1 : 0;
        if (wanted !== task.included) set.run(wanted, task.id);
      }
    }).immediate();
  }

  /** The files of a collection by `base` and path (`fileName`). */
  files(collection: number): Map<string, FileRow> {
    const rows = this.#db
      .prepare<[number], Omit<FileRow, 'settled'> & { settled: number }>(
        'SELECT id, collection, base, path, size, mtime, hash, settled, reading FROM file WHERE collection = ?',
      )
      .all(collection);
    return new Map(rows.map((row) => [fileName(row), { ...row, settled: row.settled === 1 }]));
  }

  /** Puts what a file holds in place of what it held. `included` says whether a task's name is wanted. */
  replace(key: FileKey, stamp: FileStamp, content: FileContent, included: (task: string) => boolean): void {
    const sql = this.#statements;
    const { size, mtime, hash, reading } = stamp;
    const settled = stamp.settled ? 1 : 0;
    const { collection, base, path } = key;
    const write = this.#db.transaction(() => {
      const old = sql.findFile.get(collection, base, path);
      const abandoned = old === undefined ? [] : this.#clear(old);
      const id = old ?? null;
      const added = sql.addFile.run(id, collection, base, path, size, mtime, hash, settled, reading);
      const file = Number(added.lastInsertRowid);
      this.#insert(file, key.collection, content, included);
      this.#dropTasks(abandoned);
    });
    write.immediate();
  }

  /** The content is as it was, only the stamp is new. */
  restamp(id: number, stamp: FileStamp): void {
    this.#db
      .prepare('UPDATE file SET size = ?, mtime = ?, settled = ? WHERE id = ?')
      .run(stamp.size, stamp.mtime, stamp.settled ? 1 : 0, id);
  }

  remove(ids: readonly number[]): void {
    if (ids.length === 0) return;
    this.#db
      .transaction(() => {
        for (const id of ids) this.#dropTasks(this.#clear(id));
      })
      .immediate();
  }

  /** An import has gone through: facts that no file says any longer go. */
  finish(): void {
    const db = this.#db;
    db.transaction(() => {
      db.prepare('DELETE FROM facts WHERE id NOT IN (SELECT facts FROM part)').run();
      db.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('imported', ?)").run(
        new Date().toISOString(),
      );
    }).immediate();
  }

  #insert(file: number, collection: number, content: FileContent, included: (task: string) => boolean): void {
    const sql = this.#statements;
    for (const [name, facts] of content.tasks) {
      sql.addTask.run(collection, name, included(name) ? 1 : 0);
      const task = sql.findTask.get(collection, name)!;
      const packed = packFacts(facts);
      sql.addFacts.run(packed.hash, packed.head, packed.body);
      sql.addPart.run(file, task, sql.findFacts.get(packed.hash)!);
      for (const { split, examples, blocks } of content.segments(name)) {
        const segment = Number(sql.addSegment.run(file, task, split, examples).lastInsertRowid);
        for (const [number, block] of blocks.entries()) sql.addBlock.run(segment * BLOCKS + number, block);
      }
    }
    for (const { line, reason } of content.skips) sql.addSkip.run(file, line, reason);
  }

  /** Deletes a file's rows; gives the tasks it had a part in. */
  #clear(file: number): number[] {
    const sql = this.#statements;
    const tasks = sql.tasksOf.all(file);
    for (const segment of sql.segmentsOf.all(file)) {
      sql.dropBlocks.run(segment * BLOCKS, (segment + 1) * BLOCKS);
    }
    for (const drop of sql.dropRows) drop.run(file);
    return tasks;
  }

  #dropTasks(tasks: readonly number[]): void {
    for (const task of tasks) this.#statements.dropTask.run(task);
  }
}

/** What is run for every file, compiled once. */
function prepare(db: Db) {
  return {
    findFile: db
      .prepare<[number, number, string], number>(
        'SELECT id FROM file WHERE collection = ? AND base = ? AND path = ?',
      )
      .pluck(),
    addFile: db.prepare(
      `INSERT INTO file (id, collection, base, path, size, mtime, hash, settled, reading)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    addTask: db.prepare('INSERT OR IGNORE INTO task (collection, name, included) VALUES (?, ?, ?)'),
    findTask: db
      .prepare<[number, string], number>('SELECT id FROM task WHERE collection = ? AND name = ?')
      .pluck(),
    addFacts: db.prepare('INSERT OR IGNORE INTO facts (hash, head, body) VALUES (?, ?, ?)'),
    findFacts: db.prepare<[Buffer], number>('SELECT id FROM facts WHERE hash = ?').pluck(),
    addPart: db.prepare('INSERT INTO part (file, task, facts) VALUES (?, ?, ?)'),
    addSegment: db.prepare('INSERT INTO segment (file, task, split, examples) VALUES (?, ?, ?, ?)'),
    addBlock: db.prepare('INSERT INTO block (id, positions) VALUES (?, ?)'),
    addSkip: db.prepare('INSERT INTO skip (file, line, reason) VALUES (?, ?, ?)'),
    tasksOf: db.prepare<[number], number>('SELECT task FROM part WHERE file = ?').pluck(),
    segmentsOf: db.prepare<[number], number>('SELECT id FROM segment WHERE file = ?').pluck(),
    dropBlocks: db.prepare('DELETE FROM block WHERE id >= ? AND id < ?'),
    dropRows: [
      db.prepare('DELETE FROM segment WHERE file = ?'),
      db.prepare('DELETE FROM part WHERE file = ?'),
      db.prepare('DELETE FROM skip WHERE file = ?'),
      db.prepare('DELETE FROM file WHERE id = ?'),
    ],
    dropTask: db.prepare(
      'DELETE FROM task WHERE id = ? AND NOT EXISTS (SELECT 1 FROM part WHERE part.task = task.id)',
    ),
  };
}

export function fileName({ base, path }: { base: number; path: string }): string {
  return `${base}:${path}`;
}
