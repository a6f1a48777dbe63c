import { isUtf8 } from 'node:buffer';
import { join } from 'node:path';
import { InputError, messageOf } from '../base/problem.ts';
import { ByteWindow } from './bytes.ts';
import { RecordError } from './record.ts';
import { changed, NOTHING, slices } from './slices.ts';
import { NEWLINE, RETURN, type Spans } from './spans.ts';
import {
  type ExampleSplit,
  type FolderGlance,
  type FormatName,
  RECORD_LIMIT,
  type Reader,
  type ReaderOptions,
  type Record,
  type Sink,
  type SourceFile,
  type TaskFacts,
} from './types.ts';

/** How one file of a format is read. */
export interface OpenFile {
  spans: Spans;
  /** One record from its text. Throws `RecordError`, or `SyntaxError` where the text is malformed. */
  parse(text: string): Record;
  /** The task of a record; one name where the file holds one task. */
  task: string | ((record: Record) => string);
  /** What is known of a task when its first example comes, or at the file's end where `factsLast`. */
  facts(task: string, first: Record | undefined): TaskFacts;
  /** The facts stand behind the records. */
  factsLast?: boolean;
  /** With `factsLast`: whether the file told facts, so that its task is one even without examples. */
  hasFacts?(): boolean;
  split?: ExampleSplit | undefined;
  /** A record ends at a newline: checked when it is read again. */
  lined?: boolean;
}

export interface RecordFormat {
  format: FormatName;
  accepts(path: string): boolean;
  open(file: SourceFile, options: ReaderOptions): OpenFile | Promise<OpenFile>;
  recognise(folder: FolderGlance): number;
}

/** The byte after a byte order mark. */
const MARK_END = 0xbf;

/** Text of valid UTF-8; undefined of any other. */
function textOf(bytes: Buffer, start: number, end: number): string | undefined {
  const text = bytes.toString('utf8', start, end);
  // Decoding puts U+FFFD for what it can't read, but the text may hold that character itself.
  return text.includes('\uFFFD') && !isUtf8(bytes.subarray(start, end)) ? undefined : text;
}

function shortened(message: string): string {
  const line = message.replace(/\s+/g, ' ');
  return line.length > 160 ? `${line.slice(0, 160)}…` : line;
}

/** Examples held until their task's facts are known: three numbers each. */
class HeldPositions {
  #numbers = new Float64Array(3 * 1024);
  #count = 0;

  get count(): number {
    return this.#count / 3;
  }

  add(offset: number, length: number, line: number): void {
    if (this.#count + 3 > this.#numbers.length) {
      const larger = new Float64Array(this.#numbers.length * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[this.#count++] = offset;
    this.#numbers[this.#count++] = length;
    this.#numbers[this.#count++] = line;
  }

  tell(take: (offset: number, length: number, line: number) => void): void {
    const numbers = this.#numbers;
    for (let at = 0; at < this.#count; at += 3) take(numbers[at]!, numbers[at + 1]!, numbers[at + 2]!);
  }
}

async function scanRecords(
  format: RecordFormat,
  file: SourceFile,
  options: ReaderOptions,
  sink: Sink,
  signal: AbortSignal,
): Promise<void> {
  const open = await format.open(file, options);
  const split = open.split ?? options.split;
  const told = new Set<string>();
  const held = open.factsLast ? new HeldPositions() : undefined;
  let lastLine = 0;
  let records = 0;
  const skip: Sink['skip'] = (found) => {
    records++;
    sink.skip(found);
  };
  await using window = await ByteWindow.open(join(file.root, file.path), signal, (bytes) =>
    sink.progress(bytes),
  );
  try {
    await open.spans(window, {
      limit: options.recordLimit ?? RECORD_LIMIT,
      skip,
      record(bytes, start, end, offset, line) {
        lastLine = line;
        const text = textOf(bytes, start, end);
        if (text === undefined) return 'the text is not valid UTF-8';
        try {
          const record = open.parse(text);
          const task = typeof open.task === 'string' ? open.task : open.task(record);
          records++;
          if (held) held.add(offset, end - start, line);
          else {
            if (!told.has(task)) {
              told.add(task);
              sink.task(open.facts(task, record));
            }
            sink.example(task, { offset, length: end - start, line }, split);
          }
        } catch (error) {
          if (error instanceof SyntaxError) return `not valid: ${shortened(error.message)}`;
          if (error instanceof RecordError) return error.message;
          throw error;
        }
        return undefined;
      },
    });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    // The examples before the place that can't be read stay.
    skip({ line: lastLine, reason: error.message });
  }
  if (held && typeof open.task === 'string' && (held.count > 0 || open.hasFacts?.())) {
    const task = open.task;
    sink.task(open.facts(task, undefined));
    held.tell((offset, length, line) => sink.example(task, { offset, length, line }, split));
  } else if (records === 0) sink.skip({ line: 0, reason: 'the file holds no records' });
}

function isLine(before: number, after: number): boolean {
  return (
    (before === NOTHING || before === NEWLINE || before === MARK_END) &&
    (after === NOTHING || after === NEWLINE || after === RETURN)
  );
}

/** The reader of a format whose files are cut into records by bytes. */
export function recordReader(format: RecordFormat): Reader {
  return {
    format: format.format,
    accepts: format.accepts,
    recognise: format.recognise,
    async scan(file, options, sink, signal) {
      signal.throwIfAborted();
      try {
        await scanRecords(format, file, options, sink, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof InputError)) throw error;
        sink.skip({ line: error.line ?? 0, reason: error.message });
      }
    },
    async *read(file, task, positions, options) {
      const open = await format.open(file, options);
      for await (const { position, bytes, before, after } of slices(file, positions)) {
        const text = textOf(bytes, 0, bytes.length);
        if (text === undefined) throw changed(file, position.line, 'the record is not valid UTF-8');
        if (open.lined && !isLine(before, after)) throw changed(file, position.line, 'the record has moved');
        let record: Record;
        try {
          record = open.parse(text);
        } catch (error) {
          throw changed(file, position.line, shortened(messageOf(error)));
        }
        const found = typeof open.task === 'string' ? open.task : open.task(record);
        if (found !== task) throw changed(file, position.line, `the record is of the task "${found}"`);
        yield record;
      }
    },
  };
}
