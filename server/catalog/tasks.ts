import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { mergeFacts } from '../collections/facts.ts';
import type { FormatName, ReaderOptions, TaskFacts } from '../collections/types.ts';
import type { Db } from './database.ts';
import { type FactsHead, headOf, unpackFacts, unpackHead } from './facts.ts';
import { type FileSplit, SPLIT_ORDER } from './splits.ts';

/** One task over all its files. Its examples are numbered from 0: by split (train, dev, test, none), file, position. */
export interface CatalogTask {
  /** `collection/name`. */
  readonly id: string;
  readonly collection: string;
  readonly name: string;
  /** Of its collection. */
  readonly format: FormatName;
  /** In the collection's own words. */
  readonly categories: readonly string[];
  /** The original data that it was made from. */
  readonly sources: readonly string[];
  /** How many templates it has. */
  readonly templates: number;
  readonly examples: number;
  /** The first examples that demonstrations are drawn from: its train split; all, where its files name no split. */
  readonly trainExamples: number;
  readonly examplesBySplit: Readonly<Record<FileSplit, number>>;
  /** Absolute paths, with the examples of this task in each. */
  readonly files: readonly { path: string; examples: number }[];
  /** All that its files say; unpacked when first asked for. */
  readonly facts: TaskFacts;
  /** Changes whenever the content of its files does, or how they are read; not when they are only touched. */
  readonly hash: string;
}

export interface CollectionEntry {
  id: number;
  name: string;
  format: FormatName;
  /** Absolute. */
  root: string;
  options: ReaderOptions;
}

export interface FileEntry {
  id: number;
  collection: CollectionEntry;
  /** Its root is the collection's (base 0) or the datasets' folder (base 1). */
  base: number;
  root: string;
  path: string;
  size: number;
  mtime: number;
  hash: Buffer | null;
  reading: string;
}

/** Examples `start` to `start + examples` of a task: those of one split in one file. */
export interface Segment {
  id: number;
  file: FileEntry;
  split: FileSplit;
  start: number;
  examples: number;
}

export class TaskEntry implements CatalogTask {
  readonly id: string;
  readonly collection: string;
  readonly name: string;
  readonly entry: CollectionEntry;
  readonly segments: Segment[] = [];
  /** Every file that says something of the task, in order. */
  readonly parts: FileEntry[] = [];
  readonly examplesBySplit: Record<FileSplit, number> = { train: 0, dev: 0, test: 0, none: 0 };
  examples = 0;
  readonly #factIds: number[] = [];
  readonly #heads: FactsHead[] = [];
  readonly #unpack: (facts: number) => TaskFacts;
  #facts: TaskFacts | undefined;
  #head: FactsHead | undefined;
  #hash: string | undefined;

  constructor(entry: CollectionEntry, name: string, unpack: (facts: number) => TaskFacts) {
    this.entry = entry;
    this.collection = entry.name;
    this.name = name;
    this.id = `${entry.name}/${name}`;
    this.#unpack = unpack;
  }

  addPart(file: FileEntry, facts: number, head: FactsHead): void {
    this.parts.push(file);
    if (this.#factIds.includes(facts)) return;
    this.#factIds.push(facts);
    this.#heads.push(head);
  }

  addSegment(id: number, file: FileEntry, split: FileSplit, examples: number): void {
    this.segments.push({ id, file, split, start: this.examples, examples });
    this.examples += examples;
    this.examplesBySplit[split] += examples;
  }

  get format(): FormatName {
    return this.entry.format;
  }

  get trainExamples(): number {
    const { train, none } = this.examplesBySplit;
    return none === this.examples ? none : train;
  }

  get categories(): readonly string[] {
    return this.#merged().categories;
  }

  get sources(): readonly string[] {
    return this.#merged().sources;
  }

  get templates(): number {
    return this.#merged().templates;
  }

  get facts(): TaskFacts {
    this.#facts ??= this.#factIds.map(this.#unpack).reduce(mergeFacts);
    return this.#facts;
  }

  get hash(): string {
    if (this.#hash === undefined) {
      const hash = createHash('sha256');
      for (const { base, path, hash: content, reading } of this.parts) {
        hash.update(JSON.stringify([base, path, content?.toString('hex') ?? null, reading]));
      }
      this.#hash = hash.digest('hex').slice(0, 32);
    }
    return this.#hash;
  }

  /** As `SeenTask` has it; undefined where a file of the task could not be read whole. */
  get content(): string | undefined {
    const files: string[] = [];
    for (const { base, hash, reading } of this.parts) {
      if (hash === null) return undefined;
      files.push(JSON.stringify([base, hash.toString('hex'), reading]));
    }
    const whole = JSON.stringify([this.collection, this.format, this.examplesBySplit, files.sort()]);
    return createHash('sha256').update(whole).digest('hex').slice(0, 32);
  }

  get files(): { path: string; examples: number }[] {
    return this.parts.map((file) => ({
      path: pathOf(file),
      examples: this.segments.reduce(
        (sum, segment) => sum + (segment.file === file ? segment.examples : 0),
        0,
      ),
    }));
  }

  #merged(): FactsHead {
    this.#head ??= this.#heads.length === 1 ? this.#heads[0]! : headOf(this.facts);
    return this.#head;
  }
}

export function pathOf(file: FileEntry): string {
  return join(file.root, file.path);
}

/** The catalogue's tasks as they stand in the database, in order: collection (as the bench lists them), name. */
export function loadTasks(
  db: Db,
  collections: ReadonlyMap<number, CollectionEntry>,
  all: readonly FileEntry[],
): TaskEntry[] {
  const unpack = (facts: number): TaskFacts => {
    const body = db.prepare<[number], Buffer>('SELECT body FROM facts WHERE id = ?').pluck().get(facts);
    if (!body) throw new Error('the catalogue changed while it was read: ask again');
    return unpackFacts(body);
  };
  const files = new Map(all.map((file) => [file.id, file]));
  const tasks = new Map<number, TaskEntry>();
  for (const row of db
    .prepare<[], { id: number; collection: number; name: string }>(
      `SELECT task.id, task.collection, task.name FROM task JOIN collection ON collection.id = task.collection
       WHERE task.included ORDER BY collection.position, task.name`,
    )
    .iterate()) {
    tasks.set(row.id, new TaskEntry(collections.get(row.collection)!, row.name, unpack));
  }

  const heads = new Map(
    db
      .prepare<[], { id: number; head: string }>('SELECT id, head FROM facts')
      .all()
      .map(({ id, head }) => [id, unpackHead(head)]),
  );
  for (const row of db
    .prepare<[], { file: number; task: number; facts: number }>(
      `SELECT part.file, part.task, part.facts FROM part JOIN file ON file.id = part.file
       ORDER BY file.base, file.path`,
    )
    .iterate()) {
    tasks.get(row.task)?.addPart(files.get(row.file)!, row.facts, heads.get(row.facts)!);
  }
  for (const row of db
    .prepare<[], { id: number; file: number; task: number; split: number; examples: number }>(
      `SELECT segment.id, segment.file, segment.task, segment.split, segment.examples
       FROM segment JOIN file ON file.id = segment.file
       ORDER BY segment.split, file.base, file.path`,
    )
    .iterate()) {
    tasks.get(row.task)?.addSegment(row.id, files.get(row.file)!, SPLIT_ORDER[row.split]!, row.examples);
  }
  return [...tasks.values()];
}

export function loadCollections(db: Db, benchRoot: string): CollectionEntry[] {
  return db
    .prepare<[], { id: number; name: string; format: FormatName; root: string; options: string }>(
      'SELECT id, name, format, root, options FROM collection ORDER BY position',
    )
    .all()
    .map((row) => {
      const options = JSON.parse(row.options) as ReaderOptions;
      if (options.datasets !== undefined) options.datasets = resolve(benchRoot, options.datasets);
      return { ...row, root: resolve(benchRoot, row.root), options };
    });
}

/** The files of a collection below its root, then below its datasets, each by path. */
export function loadFiles(db: Db, collections: ReadonlyMap<number, CollectionEntry>): FileEntry[] {
  return db
    .prepare<[], Omit<FileEntry, 'collection' | 'root'> & { collection: number }>(
      `SELECT file.id, file.collection, base, path, size, mtime, hash, reading
       FROM file JOIN collection ON collection.id = file.collection ORDER BY collection.position, base, path`,
    )
    .all()
    .map((row) => {
      const collection = collections.get(row.collection)!;
      return { ...row, collection, root: row.base === 1 ? collection.options.datasets! : collection.root };
    });
}
