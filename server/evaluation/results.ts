import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type * as z from 'zod';
import { firstFault } from '../base/fault-words.ts';
import { writeAll, writeFileAside } from '../base/files.ts';
import { InputError, messageOf } from '../base/problem.ts';
import { type ResultsFile, resultsFile, type ScoredExample, scoredExample } from '../protocol.ts';

export const RESULTS_ENDING = '.heldout-results.json';
export const EXAMPLES_ENDING = '.heldout-examples.jsonl';

/** Throws InputError where the file is no results file. */
export function readResults(path: string): ResultsFile {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new InputError(`can't be read as results: ${messageOf(error)}`, { file: path });
  }
  const checked = resultsFile.safeParse(value);
  if (checked.success) return checked.data;
  throw new InputError(`is no results file: ${firstFault(checked.error, 'the document')}`, { file: path });
}

/** The file of scored examples that a results file belongs to. Throws InputError where it is missing. */
export function examplesFile(path: string, results: ResultsFile): string {
  const file = join(dirname(path), basename(results.examples));
  if (existsSync(file)) return file;
  const what = `is missing: it belongs to ${basename(path)}; evaluate again, known scores are kept`;
  throw new InputError(what, { file });
}

/** A line of it, as a schema reads it. Throws InputError with the line where it is something else. */
export function parseExample<T>(text: string, schema: z.ZodType<T>, at: { file: string; line: number }): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`not JSON: ${messageOf(error)}`, at);
  }
  const checked = schema.safeParse(value);
  if (!checked.success) throw new InputError('is no scored example', at);
  return checked.data;
}

/** The scored examples of a results file, in order. Throws InputError with the line of what is wrong. */
export async function* readExamples(path: string, results: ResultsFile): AsyncGenerator<ScoredExample> {
  const file = examplesFile(path, results);
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    line++;
    yield parseExample(text, scoredExample, { file, line });
  }
}

/** Both files of one evaluation, written aside: the examples as they come, then the results. */
export class ResultsWriter {
  readonly path: string;
  readonly examples: string;
  readonly #aside: string;
  readonly #handle: number;
  #waiting: string[] = [];

  /** `path` ends in `.heldout-results.json`. */
  constructor(path: string) {
    this.path = path;
    this.examples = `${path.slice(0, -RESULTS_ENDING.length)}${EXAMPLES_ENDING}`;
    this.#aside = `${this.examples}.${process.pid}.tmp`;
    mkdirSync(dirname(path), { recursive: true });
    this.#handle = openSync(this.#aside, 'w');
  }

  add(example: ScoredExample): void {
    this.#waiting.push(`${JSON.stringify(example)}\n`);
    if (this.#waiting.length >= 1000) this.#write();
  }

  finish(results: Omit<ResultsFile, 'examples'>): ResultsFile {
    this.#write();
    fsyncSync(this.#handle);
    closeSync(this.#handle);
    renameSync(this.#aside, this.examples);
    const whole = { ...results, examples: basename(this.examples) };
    writeFileAside(this.path, `${JSON.stringify(whole, null, 1)}\n`);
    return whole;
  }

  abandon(): void {
    closeSync(this.#handle);
    rmSync(this.#aside, { force: true });
  }

  #write(): void {
    writeAll(this.#handle, Buffer.from(this.#waiting.join('')));
    this.#waiting = [];
  }
}
