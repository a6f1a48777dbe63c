import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Db } from './database.ts';

/** An overlap run as it is kept: what it was made of and with. */
export interface OverlapRun {
  /** ISO 8601, UTC. */
  at: string;
  ngram: number;
  threshold: number;
  seconds: number;
  bytes: number;
  /** The rule that the pairs were found by: those of another one can't stand beside them. */
  rule: string;
  /** Each task as it was scanned. */
  tasks: { [task: string]: ScannedTask };
}

export interface ScannedTask {
  /** Of its content. */
  hash: string;
  side: 'train' | 'eval';
}

export interface OverlapFigures {
  train: string;
  eval: string;
  evalExamples: number;
  overlapping: number;
  fraction: number;
  overlappingContent: number;
  fractionContent: number;
  short: number;
  shortMatches: number;
  sameSource: boolean;
}

/** An eval example and a train example that share text. */
export interface OverlapShared {
  evalExample: number;
  trainExample: number;
  grams: number;
  contentGrams: number;
  short: boolean;
}

/** Shared text of a pair, grouped. Pairs whose groups have the same `key` share the same text. */
export interface OverlapGroup {
  key: string;
  /** All that its examples share. A pair with the same `texts` shares nothing else. */
  texts: string;
  text: string;
  words: number;
  boilerplate: boolean;
  /** Eval examples of the pair that hold it. */
  examples: number;
  shared: { evalExample: number; trainExample: number; short: boolean }[];
}

export interface OverlapPair {
  figures: OverlapFigures;
  /** The hash that a decision on this pair records; it changes when the evidence does. */
  evidence: string;
  /** All that the two tasks share; empty where that is nothing. Pairs of the same `texts` share the same. */
  texts: string;
  shared: OverlapShared[];
  groups: OverlapGroup[];
}

/** A pair without its examples and groups, which are unpacked only when asked for. */
export interface StoredPair {
  figures: OverlapFigures;
  evidence: string;
  texts: string;
}

/** Pairs that go because their tasks are gone or have changed, and those that come in their place. */
export interface OverlapChange {
  train: ReadonlySet<string>;
  eval: ReadonlySet<string>;
  pairs: Iterable<OverlapPair>;
}

/** The last overlap run. */
export class StoredOverlap implements OverlapRun {
  #run: OverlapRun;
  readonly #pairs = new Map<string, StoredPair>();
  readonly #db: Db;

  constructor(db: Db, run: OverlapRun, pairs: Iterable<StoredPair>) {
    this.#db = db;
    this.#run = run;
    this.#add(pairs);
  }

  get at(): string {
    return this.#run.at;
  }

  get ngram(): number {
    return this.#run.ngram;
  }

  get threshold(): number {
    return this.#run.threshold;
  }

  get seconds(): number {
    return this.#run.seconds;
  }

  get bytes(): number {
    return this.#run.bytes;
  }

  get rule(): string {
    return this.#run.rule;
  }

  get tasks(): OverlapRun['tasks'] {
    return this.#run.tasks;
  }

  pairs(): StoredPair[] {
    return [...this.#pairs.values()];
  }

  pair(train: string, evalTask: string): StoredPair | undefined {
    return this.#pairs.get(keyOf(train, evalTask));
  }

  /** Follows what `changeOverlap` has saved. */
  change(run: OverlapRun, gone: Pick<OverlapChange, 'train' | 'eval'>, come: Iterable<StoredPair>): void {
    this.#run = run;
    for (const [key, { figures }] of this.#pairs) {
      if (gone.train.has(figures.train) || gone.eval.has(figures.eval)) this.#pairs.delete(key);
    }
    this.#add(come);
  }

  #add(pairs: Iterable<StoredPair>): void {
    for (const pair of pairs) this.#pairs.set(keyOf(pair.figures.train, pair.figures.eval), pair);
  }

  /** The examples of a pair that share text; empty when the last run doesn't have the pair. */
  shared(train: string, evalTask: string): OverlapShared[] {
    const packed = this.#db
      .prepare<[string, string], Packed>('SELECT shared FROM overlap_pair WHERE train = ? AND eval = ?')
      .pluck()
      .get(train, evalTask);
    if (!packed) return [];
    return unpack<[number, number, number, number, number][]>(packed).map(
      ([evalExample, trainExample, grams, contentGrams, short]) => ({
        evalExample,
        trainExample,
        grams,
        contentGrams,
        short: short === 1,
      }),
    );
  }

  /** The groups of a pair as they were saved, each with the number of other pairs that share its text. */
  groups(train: string, evalTask: string): (OverlapGroup & { otherPairs: number })[] {
    return this.#db
      .prepare<[string, string], Omit<OverlapGroup, 'boilerplate' | 'shared'> & GroupRow>(
        `SELECT key, overlap_group.texts AS texts, text, words, boilerplate, examples, overlap_group.shared AS shared,
           (SELECT count(DISTINCT other.pair) FROM overlap_group AS other
            WHERE other.key = overlap_group.key AND other.pair <> overlap_group.pair) AS otherPairs
         FROM overlap_group JOIN overlap_pair ON overlap_pair.id = overlap_group.pair
         WHERE train = ? AND eval = ? ORDER BY overlap_group.rowid`,
      )
      .all(train, evalTask)
      .map((row) => ({
        ...row,
        boilerplate: row.boilerplate === 1,
        shared: unpack<[number, number, number][]>(row.shared).map(([evalExample, trainExample, short]) => ({
          evalExample,
          trainExample,
          short: short === 1,
        })),
      }));
  }
}

/** Puts a run in place of the one before, whole or not at all. `pairs` may be a generator: one pair is held at a time. */
export function saveOverlap(db: Db, run: OverlapRun, pairs: Iterable<OverlapPair>): void {
  db.transaction(() => {
    for (const table of ['overlap_run', 'overlap_pair', 'overlap_group']) db.exec(`DELETE FROM ${table}`);
    addRun(db, run);
    addPairs(db, pairs);
  }).immediate();
}

/** Brings the last run up to date, whole or not at all. */
export function changeOverlap(db: Db, run: OverlapRun, change: OverlapChange): void {
  db.transaction(() => {
    db.exec('DELETE FROM overlap_run');
    addRun(db, run);
    for (const side of ['train', 'eval'] as const) {
      const ids = db.prepare<[string], number>(`SELECT id FROM overlap_pair WHERE ${side} = ?`).pluck();
      const dropGroups = db.prepare('DELETE FROM overlap_group WHERE pair = ?');
      const dropPair = db.prepare('DELETE FROM overlap_pair WHERE id = ?');
      for (const task of change[side]) {
        for (const id of ids.all(task)) {
          dropGroups.run(id);
          dropPair.run(id);
        }
      }
    }
    addPairs(db, change.pairs);
  }).immediate();
}

function addRun(db: Db, { at, ngram, threshold, seconds, bytes, rule, tasks }: OverlapRun): void {
  db.prepare(
    'INSERT INTO overlap_run (at, ngram, threshold, seconds, bytes, rule, tasks) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ).run(at, ngram, threshold, seconds, bytes, rule, pack(tasks));
}

function addPairs(db: Db, pairs: Iterable<OverlapPair>): void {
  const addPair = db.prepare(
    'INSERT INTO overlap_pair (train, eval, figures, evidence, texts, shared) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const addGroup = db.prepare(
    `INSERT INTO overlap_group (pair, key, texts, text, words, boilerplate, examples, shared)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  for (const { figures, evidence, texts, shared, groups } of pairs) {
    const rows = shared.map((one) => [
      one.evalExample,
      one.trainExample,
      one.grams,
      one.contentGrams,
      one.short ? 1 : 0,
    ]);
    const { train, eval: held } = figures;
    const added = addPair.run(train, held, JSON.stringify(figures), evidence, texts, pack(rows));
    for (const group of groups) {
      const pairsOf = group.shared.map((one) => [one.evalExample, one.trainExample, one.short ? 1 : 0]);
      addGroup.run(
        added.lastInsertRowid,
        group.key,
        group.texts,
        group.text,
        group.words,
        group.boilerplate ? 1 : 0,
        group.examples,
        pack(pairsOf),
      );
    }
  }
}

/** The last run; undefined before the first. */
export function loadOverlap(db: Db): StoredOverlap | undefined {
  const row = db
    .prepare<[], Omit<OverlapRun, 'tasks'> & { tasks: Packed }>(
      'SELECT at, ngram, threshold, seconds, bytes, rule, tasks FROM overlap_run',
    )
    .get();
  if (!row) return undefined;
  const pairs = db
    .prepare<[], { figures: string; evidence: string; texts: string }>(
      'SELECT figures, evidence, texts FROM overlap_pair ORDER BY id',
    )
    .all()
    .map((row) => ({ ...row, figures: JSON.parse(row.figures) as OverlapFigures }));
  return new StoredOverlap(db, { ...row, tasks: unpack<OverlapRun['tasks']>(row.tasks) }, pairs);
}

interface GroupRow {
  boilerplate: number;
  shared: Packed;
  otherPairs: number;
}

/** Text where it is short, as most is, else deflated. */
type Packed = string | Buffer;
const SHORT = 400;

function pack(value: unknown): Packed {
  const text = JSON.stringify(value);
  return text.length <= SHORT ? text : deflateRawSync(text);
}

/** Only what `pack` wrote comes here. */
function unpack<T>(packed: Packed): T {
  return JSON.parse(typeof packed === 'string' ? packed : inflateRawSync(packed).toString()) as T;
}

function keyOf(train: string, evalTask: string): string {
  return `${train}\n${evalTask}`;
}
