/** What the readers of collections give: tasks, templates, examples by position, and what they had to skip. */

import type { FormatName } from '../bench/schema.ts';

export type { FormatName };

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Fields = { [name: string]: Json };

export type ExampleSplit = 'train' | 'dev' | 'test';

/**
 * Where a record stands in its file. `offset` and `length` are bytes (of the text inside a compressed
 * file); in a Parquet file `offset` is the row and `length` 0. `line` counts from 1 (Parquet: row + 1).
 */
export interface Position {
  offset: number;
  length: number;
  line: number;
}

/** One record, read. */
export interface Record {
  fields: Fields;
  /** The right outputs; the first one is the target. Empty when the record has none (unlabelled). */
  references: string[];
  /** The outputs to choose among, where the record or its task has them. */
  candidates?: string[];
}

/** Something that could not be read. `line` counts from 1; 0 stands for the whole file. */
export interface Skip {
  line: number;
  reason: string;
}

/** How a task is phrased: once for all its examples, once per example, or not at all (plain text). */
export type Instructions = 'dataset' | 'instance' | 'none';

/** A template as its collection writes it, or the reader's own way to print a record. */
export interface Template {
  name: string;
  /** The collection's own id, where it has one. */
  id?: string;
  /** `jinja`: source and target split on `|||`; `format`: a Python `str.format` pattern pair. */
  language: 'jinja' | 'format';
  /**
   * It asks for the reasoning before the answer: worked examples are shown with their explanations, no delimiter
   * is drawn.
   */
  chain?: boolean;
  /** For `format`: source and target joined by `|||`. */
  text: string;
  /** A Jinja string split on `|||`, as in PromptSource. */
  answerChoices?: string;
  /** True when the collection strips both parts after rendering (PromptSource does). */
  strip: boolean;
  originalTask?: boolean;
  choicesInPrompt?: boolean;
  metrics?: string[];
  languages?: string[];
  /** Where the template stands, relative to the collection's folder; absent for a reader's own. */
  file?: string;
  line?: number;
}

/** A worked example that stands in the task's own definition (Super-NaturalInstructions' positive examples). */
export interface Demonstration {
  input: string;
  output: string;
  explanation?: string;
}

/** What a collection's files say of one task. */
export interface TaskFacts {
  name: string;
  instructions: Instructions;
  /** The dataset-level instruction, verbatim. */
  definition?: string;
  /** Categories in the collection's own words. */
  categories: string[];
  /** The original data that the task was made from. */
  sources: string[];
  languages?: string[];
  domains?: string[];
  licence?: string;
  url?: string;
  demonstrations?: Demonstration[];
  /** How the task is asked for its chain of thought; not one of its templates, only used where it is asked for. */
  chain?: Template;
  /** Field names that hold the input and the target, as the format defines them. */
  inputs: string[];
  targets: string[];
  templates: Template[];
}

/**
 * Takes what one file holds, in file order. A task is told before its first example. Several files may
 * tell one task, each what it knows: `mergeFacts` joins them.
 */
export interface Sink {
  task(facts: TaskFacts): void;
  example(task: string, position: Position, split: ExampleSplit | undefined): void;
  skip(skip: Skip): void;
  /** Bytes of the file read so far. */
  progress(bytes: number): void;
}

/** A file as a reader gets it: below the collection's folder, `/` between the parts. */
export interface SourceFile {
  root: string;
  path: string;
  bytes: number;
}

/** A collection as `heldout.yaml` gives it to its reader. */
export interface ReaderOptions {
  /** For jsonl, tsv, csv, parquet: which column holds what. */
  fields?: FieldMapping;
  /** A second folder, absolute: for promptsource the records, for bbh the worked examples. */
  datasets?: string;
  /** The split of every file, where its name doesn't say. */
  split?: ExampleSplit;
  /** Bytes: a longer record is skipped. Default 64 MiB; memory is bounded by about twice this. */
  recordLimit?: number;
}

/** What a record may hold at most when `recordLimit` isn't given, in bytes. */
export const RECORD_LIMIT = 64 * 1024 * 1024;

/** Column names (`a.b` reaches into an object); in a TSV or CSV without header, column numbers from 1. */
export interface FieldMapping {
  input?: string | string[];
  target?: string;
  candidates?: string;
  task?: string;
  text?: string;
}

/** One format: which files are its own, what they hold, and one record again from its position. */
export interface Reader {
  format: FormatName;
  /** Whether a file of the collection's folder (its path with `/`) is read as examples or templates at all. */
  accepts(path: string): boolean;
  /** Reads one whole file once, streaming; memory doesn't grow with the file, save for formats that can't be streamed. */
  scan(file: SourceFile, options: ReaderOptions, sink: Sink, signal: AbortSignal): Promise<void>;
  /** Reads records of one file again; positions as `scan` gave them, ascending. Throws where the file no longer agrees. */
  read(
    file: SourceFile,
    task: string,
    positions: readonly Position[],
    options: ReaderOptions,
  ): AsyncIterable<Record>;
  /** How sure the reader is (0 to 1) that a folder is of this format, by a look at some paths and file heads. */
  recognise(folder: FolderGlance): number;
}

/** What `heldout init` looks at: some of a folder's files and the first bytes of each. */
export interface FolderGlance {
  root: string;
  paths: readonly string[];
  /** The first 64 kB of a file (decompressed), as text. */
  head(path: string): string;
}
