import { join, resolve } from 'node:path';
import type { Statement } from 'better-sqlite3';
import { InputError, type Problem } from '../base/problem.ts';
import type { FormatName, Reader, Template } from '../collections/types.ts';
import type { ImportReport, Location, Skipped } from '../protocol.ts';
import { type CollectionAccess, collectionAccess } from './access.ts';
import { copyCollections } from './copy-collections.ts';
import { type Db, type OpenedDatabase, openDatabase, setAside } from './database.ts';
import {
  changeOverlap,
  loadOverlap,
  type OverlapChange,
  type OverlapPair,
  type OverlapRun,
  type StoredOverlap,
  saveOverlap,
} from './overlap-store.ts';
import { checkUnchanged, locationOf, type ReadExample, readAscending } from './reading.ts';
import { allSeen, rememberTasks, type SeenTask } from './seen-tasks.ts';
import { openSnapshot, writeSnapshot } from './snapshot.ts';
import type { FileSplit } from './splits.ts';
import {
  type CatalogTask,
  type CollectionEntry,
  type FileEntry,
  loadCollections,
  loadFiles,
  loadTasks,
  pathOf,
  type TaskEntry,
} from './tasks.ts';

export type { CatalogTask, FileSplit, ReadExample };

export interface Totals {
  collections: number;
  tasks: number;
  examples: number;
  templates: number;
  files: number;
  bytes: number;
  skipped: number;
}

/** What `iterate` gives: examples `from` up to (not with) `to`, of these splits. Left out: all. */
export interface ExampleRange {
  from?: number;
  to?: number;
  splits?: readonly FileSplit[];
}

interface Loaded {
  version: string;
  tasks: TaskEntry[];
  byId: Map<string, TaskEntry>;
  collections: Map<number, CollectionEntry>;
  files: FileEntry[];
  /** Made when it is first asked for. */
  byFile?: Map<string, TaskEntry[]>;
}

/**
 * What stands in a bench's collections: tasks, and where each example is. The text of examples stays in
 * its files. Kept in `.heldout/catalog.db`, all of it derived: `importBench` makes it again.
 */
export class Catalog {
  readonly path: string;
  readonly access: CollectionAccess;
  readonly #root: string;
  #db: Db;
  #dataVersion: Statement<[], number> | undefined;
  #databases = 0;
  /** Of the tasks and their files, and of anything. */
  #imports = 0;
  #changes = 0;
  #loaded: Loaded | undefined;
  #overlap: { version: string; stored: StoredOverlap | undefined } | undefined;
  readonly #problems: Problem[];

  /** A copy that no import brings up to date. */
  readonly #frozen: boolean;

  private constructor(
    root: string,
    path: string,
    opened: OpenedDatabase,
    access: CollectionAccess,
    frozen = false,
  ) {
    this.#frozen = frozen;
    this.#root = resolve(root);
    this.path = path;
    this.#db = opened.db;
    this.#problems = opened.problems;
    this.access = access;
  }

  /** Opens the catalogue of the bench in the folder `root`; an empty one where there is none yet. */
  static open(root: string, access: CollectionAccess = collectionAccess): Catalog {
    const path = join(resolve(root), '.heldout', 'catalog.db');
    return new Catalog(root, path, openDatabase(path), access);
  }

  /** A catalogue of the bench in `root` that is kept in a file of its own, for a look aside: to list tasks by. */
  static openAside(
    root: string,
    path: string,
    known: { from: Catalog; collections: readonly string[] },
  ): Catalog {
    const catalog = new Catalog(root, path, openDatabase(path), known.from.access);
    copyCollections(catalog.db, known.from.path, known.collections);
    return catalog;
  }

  /** Opens what `writeSnapshot` wrote, to read examples by it. Throws InputError where that can't be done. */
  static openSnapshot(root: string, path: string, access: CollectionAccess = collectionAccess): Catalog {
    return new Catalog(root, path, { db: openSnapshot(path), problems: [] }, access, true);
  }

  close(): void {
    this.#db.close();
  }

  /** All tasks: collections as the bench lists them, then by name. */
  tasks(): readonly CatalogTask[] {
    return this.#load().tasks;
  }

  task(id: string): CatalogTask | undefined {
    return this.#load().byId.get(id);
  }

  /** Changes whenever anything in the catalogue does, through this object or in another process. */
  version(): string {
    return `${this.#changes}.${this.#elsewhere()}`;
  }

  /** Changes with what other connections write. */
  #elsewhere(): string {
    // Asked for all the time; `pragma()` would compile it each time.
    this.#dataVersion ??= this.#db.prepare<[], number>('PRAGMA data_version').pluck();
    return `${this.#databases}.${this.#dataVersion.get()}`;
  }

  /** What was wrong with the database itself. */
  problems(): readonly Problem[] {
    return this.#problems;
  }

  /** Every file or record that could not be read, with its line (0: the whole file). */
  skipped(): Skipped[] {
    const files = new Map(this.#load().files.map((file) => [file.id, file]));
    return this.#skips().map(({ file: id, line, reason }) => {
      const file = files.get(id)!;
      return { collection: file.collection.name, file: pathOf(file), line, reason };
    });
  }

  /** When the last import ended (ISO 8601, UTC); undefined when none has. */
  get importedAt(): string | undefined {
    return this.#db.prepare<[], string>("SELECT value FROM meta WHERE key = 'imported'").pluck().get();
  }

  totals(): Totals {
    const { tasks, files, collections } = this.#load();
    return {
      collections: collections.size,
      tasks: tasks.length,
      examples: tasks.reduce((sum, task) => sum + task.examples, 0),
      templates: tasks.reduce((sum, task) => sum + task.templates, 0),
      files: files.length,
      bytes: files.reduce((sum, file) => sum + file.size, 0),
      skipped: this.#skips().length,
    };
  }

  /**
   * Reads examples of a task from their files, in the order of `numbers`. Ascending numbers stream; others are
   * held until all are read. Throws InputError on a number that the task doesn't have, and where a file is
   * no longer as it was imported.
   */
  async *read(id: string, numbers: readonly number[], signal?: AbortSignal): AsyncGenerator<ReadExample> {
    const task = this.#need(id);
    for (const number of numbers) {
      if (Number.isInteger(number) && number >= 0 && number < task.examples) continue;
      const has = task.examples === 0 ? 'it has none' : `it has 0 to ${task.examples - 1}`;
      throw new InputError(`${id} has no example ${number}: ${has}`);
    }
    const reader = this.readerOf(task.entry.format);
    const reading = { frozen: this.#frozen, signal };
    if (numbers.every((number, index) => index === 0 || number > numbers[index - 1]!)) {
      yield* readAscending(this.#db, task, reader, numbers, reading);
      return;
    }
    const found = new Map<number, ReadExample>();
    const sorted = [...new Set(numbers)].sort((a, b) => a - b);
    for await (const one of readAscending(this.#db, task, reader, sorted, reading))
      found.set(one.number, one);
    for (const number of numbers) yield found.get(number)!;
  }

  /** Streams a task's examples in order. Throws as `read` does. */
  async *iterate(id: string, range: ExampleRange = {}, signal?: AbortSignal): AsyncGenerator<ReadExample> {
    const task = this.#need(id);
    const reading = { frozen: this.#frozen, signal };
    yield* readAscending(this.#db, task, this.readerOf(task.entry.format), numbersOf(task, range), reading);
  }

  /** Throws InputError where a file that holds examples of the task is no longer as it was imported. */
  checkFiles(id: string): void {
    for (const segment of this.#need(id).segments) checkUnchanged(segment);
  }

  /** Where an example stands; undefined where there is no such example. */
  locate(id: string, example: number): Location | undefined {
    const task = this.#load().byId.get(id);
    return task && locationOf(this.#db, task, example);
  }

  /** Where a template stands; undefined for a reader's own. */
  templateLocation(task: CatalogTask, template: Template): Location | undefined {
    const entry = this.#load().byId.get(task.id)?.entry;
    if (!entry || template.file === undefined) return undefined;
    return { file: join(entry.root, template.file), line: template.line ?? 1 };
  }

  /**
   * Writes what reading examples needs, as it stands now, into a file of `folder` that machines can share, which
   * they can't the catalogue itself; gives its path.
   */
  writeSnapshot(folder: string, overlap?: boolean): string {
    return writeSnapshot(this.#db, folder, overlap);
  }

  /** The last overlap run; undefined before the first. An import doesn't touch it. */
  overlap(): StoredOverlap | undefined {
    const version = this.#elsewhere();
    if (this.#overlap?.version !== version) this.#overlap = { version, stored: loadOverlap(this.#db) };
    return this.#overlap.stored;
  }

  /** Puts an overlap run in place of the one before, whole or not at all. `pairs` may be a generator. */
  saveOverlap(run: OverlapRun, pairs: Iterable<OverlapPair>): void {
    saveOverlap(this.#db, run, pairs);
    this.#overlap = undefined;
    this.#changes++;
  }

  /** Brings the last overlap run up to date, whole or not at all. */
  changeOverlap(run: OverlapRun, change: OverlapChange): void {
    const before = this.overlap();
    const pairs = [...change.pairs];
    changeOverlap(this.#db, run, { ...change, pairs });
    const come = pairs.map(({ figures, evidence, texts }) => ({ figures, evidence, texts }));
    // Where another process has written meanwhile, all is read again.
    if (this.#overlap?.version === this.#elsewhere()) before?.change(run, change, come);
    else this.#overlap = undefined;
    this.#changes++;
  }

  /** The hash of a file's content when it was imported, by its absolute path. */
  fileHash(path: string): string | undefined {
    return this.#load()
      .files.find((file) => pathOf(file) === path)
      ?.hash?.toString('hex');
  }

  /** The tasks that a file says something of, by its absolute path: examples or templates. */
  tasksOfFile(path: string): CatalogTask[] {
    const loaded = this.#load();
    if (!loaded.byFile) {
      loaded.byFile = new Map();
      for (const task of loaded.tasks) {
        for (const file of task.parts) {
          const name = pathOf(file);
          loaded.byFile.set(name, [...(loaded.byFile.get(name) ?? []), task]);
        }
      }
    }
    return loaded.byFile.get(path) ?? [];
  }

  /** Changes whenever the content of a task's files does, or how they are read; not when they are only touched. */
  taskHash(id: string): string {
    return this.#need(id).hash;
  }

  /** What imports have seen of tasks, those that are gone included. */
  seenTasks(): SeenTask[] {
    return allSeen(this.#db);
  }

  readerOf(format: FormatName): Reader {
    const reader = this.access.readers.get(format);
    if (!reader) throw new InputError(`no reader for the format "${format}"`);
    return reader;
  }

  // ------------------------------------------------------------ for the import

  get db(): Db {
    return this.#db;
  }

  /** Notes the tasks as they stand, for when they are gone. */
  remember(): void {
    rememberTasks(this.#db, this.#load().tasks);
  }

  /** The rows changed: what was loaded is no longer so. */
  touch(): void {
    this.#imports++;
    this.#changes++;
  }

  /** Sets a damaged database aside and starts an empty one. */
  makeAnew(reason: string): void {
    this.#db.close();
    this.#problems.push(setAside(this.path, reason));
    const opened = openDatabase(this.path);
    this.#db = opened.db;
    this.#databases++;
    this.#dataVersion = undefined;
    this.touch();
  }

  /** What an import reports of one collection, but for the files that it read. */
  report(collection: string): Omit<ImportReport['collections'][number], 'filesRead'> {
    const loaded = this.#load();
    const files = loaded.files.filter((file) => file.collection.name === collection);
    const tasks = loaded.tasks.filter((task) => task.collection === collection);
    const skipped = this.skipped()
      .filter((skip) => skip.collection === collection)
      .map(({ file, line, reason }) => ({ file, line, reason }));
    const examples = tasks.reduce((sum, task) => sum + task.examples, 0);
    return {
      name: collection,
      format: [...loaded.collections.values()].find(({ name }) => name === collection)!.format,
      tasks: tasks.length,
      examples,
      templates: tasks.reduce((sum, task) => sum + task.templates, 0),
      bytes: files.reduce((sum, file) => sum + file.size, 0),
      read: examples + skipped.length,
      files: files.length,
      skipped,
    };
  }

  // ------------------------------------------------------------ inside

  #need(id: string): TaskEntry {
    const task = this.#load().byId.get(id);
    if (!task) throw new InputError(`no task "${id}" in the catalogue`);
    return task;
  }

  /** A file all of whose tasks are excluded is not wanted, nor are its skips. */
  #skips(): { file: number; line: number; reason: string }[] {
    return this.#db
      .prepare<[], { file: number; line: number; reason: string }>(
        `SELECT skip.file, line, reason FROM skip
         JOIN file ON file.id = skip.file JOIN collection ON collection.id = file.collection
         WHERE NOT EXISTS (SELECT 1 FROM part WHERE part.file = skip.file)
           OR EXISTS (SELECT 1 FROM part JOIN task ON task.id = part.task
                      WHERE part.file = skip.file AND task.included)
         ORDER BY collection.position, file.base, file.path, line`,
      )
      .all();
  }

  /** The tasks as they stand now; kept until a row changes, here or in another process. */
  #load(): Loaded {
    const version = `${this.#imports}.${this.#elsewhere()}`;
    if (this.#loaded?.version === version) return this.#loaded;
    // One transaction, so that an import elsewhere doesn't change rows between two queries.
    const loaded: Loaded = this.#db.transaction(() => {
      const collections = new Map(loadCollections(this.#db, this.#root).map((entry) => [entry.id, entry]));
      const files = loadFiles(this.#db, collections);
      const tasks = loadTasks(this.#db, collections, files);
      return { version, tasks, byId: new Map(tasks.map((task) => [task.id, task])), collections, files };
    })();
    this.#loaded = loaded;
    return loaded;
  }
}

function* numbersOf(
  task: TaskEntry,
  { from = 0, to = task.examples, splits }: ExampleRange,
): Generator<number> {
  for (const { split, start, examples } of task.segments) {
    if (splits && !splits.includes(split)) continue;
    const end = Math.min(to, start + examples);
    for (let number = Math.max(from, start); number < end; number++) yield number;
  }
}
