import type { ByteWindow } from './bytes.ts';
import { BAD, NEED, ValueScanner } from './json-scan.ts';
import { dropCounting } from './lines.ts';
import type { SpanSink, Spans } from './spans.ts';
import { tooLong } from './spans.ts';
import type { Json } from './types.ts';

const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const COMMA = 0x2c;
const COLON = 0x3a;
const QUOTE = 0x22;
const END = -3;
/** A mark that reading starts again from is shorter than this. */
const OVERLAP = 512;

/** A JSON object with its records in one list. */
export interface DocumentShape {
  /** The list's key. */
  records: string;
  /** Every key that the object may have, and every key that a record may begin with: where reading starts again after broken JSON. */
  keys: readonly string[];
  recordKeys: readonly string[];
  /** Hears the object's other values. */
  member?(key: string, value: Json): void;
}

/** Reads one such object; the list is never held as a whole. */
class DocumentReader {
  readonly #window: ByteWindow;
  readonly #sink: SpanSink;
  readonly #shape: DocumentShape;
  readonly #scanner = new ValueScanner();
  readonly #nextKey: RegExp;
  /** The next record, or the list's end. */
  readonly #nextRecord: RegExp;
  readonly #recordWithin: RegExp;
  #line = 1;
  #found = false;
  /** True once the rest of the file could not be read. */
  #lost = false;

  constructor(window: ByteWindow, sink: SpanSink, shape: DocumentShape) {
    this.#window = window;
    this.#sink = sink;
    this.#shape = shape;
    const keys = [shape.records, ...shape.keys].join('|');
    const recordKeys = shape.recordKeys.join('|');
    this.#nextKey = new RegExp(`"(?:${keys})"\\s*:`);
    const within = `\\{(?<=[,[]\\s*\\{)\\s*"(?:${recordKeys})"\\s*:|\\]\\s*,\\s*"(?:${keys})"\\s*:`;
    this.#recordWithin = new RegExp(within);
    this.#nextRecord = new RegExp(`${within}|\\]\\s*\\}\\s*$`);
  }

  async read(): Promise<void> {
    const first = await this.#next();
    if (first === END) return;
    if (first !== OPEN_OBJECT) {
      this.#sink.skip({ line: this.#line, reason: 'the file is not a JSON object' });
      if (!(await this.#resume(this.#nextKey))) return;
    } else this.#window.drop(1);
    await this.#members();
    if (!this.#found) this.#sink.skip({ line: 0, reason: `the file has no "${this.#shape.records}" list` });
  }

  async #members(): Promise<void> {
    for (;;) {
      const byte = await this.#next();
      if (byte === COMMA) this.#window.drop(1);
      else if (byte === CLOSE_OBJECT) {
        this.#window.drop(1);
        if ((await this.#next()) !== END) {
          this.#sink.skip({ line: this.#line, reason: 'text follows the end of the JSON object' });
        }
        return;
      } else if (byte === END) {
        if (!this.#lost) this.#sink.skip({ line: 0, reason: 'the file ends before its JSON does' });
        return;
      } else if (byte !== QUOTE || !(await this.#member())) {
        this.#sink.skip({ line: this.#line, reason: 'the JSON is broken between the records and the rest' });
        if (!(await this.#resume(this.#nextKey))) return;
      }
    }
  }

  /** Reads `"key": value`; false where the JSON is broken. */
  async #member(): Promise<boolean> {
    const keyLength = await this.#valueLength();
    if (keyLength < 0) return false;
    const key = this.#parse(keyLength);
    if (typeof key !== 'string') return false;
    this.#window.drop(keyLength);
    if ((await this.#next()) !== COLON) return false;
    this.#window.drop(1);
    const byte = await this.#next();
    if (key === this.#shape.records && byte === OPEN_LIST) {
      this.#found = true;
      this.#window.drop(1);
      await this.#records();
      return true;
    }
    const length = byte === END ? BAD : await this.#valueLength();
    if (length < 0) return false;
    const value = this.#parse(length);
    if (value === undefined) {
      this.#sink.skip({ line: this.#line, reason: `"${key}" is not valid JSON` });
    } else this.#shape.member?.(key, value);
    this.#pass(length);
    return true;
  }

  async #records(): Promise<void> {
    for (;;) {
      // Most records lie in the view as a whole: nothing is awaited for them.
      let byte = this.#here();
      if (byte === NEED) byte = await this.#next();
      // A comma too many or too few costs no record.
      if (byte === COMMA) {
        this.#window.drop(1);
        continue;
      }
      if (byte === CLOSE_LIST) {
        this.#window.drop(1);
        return;
      }
      if (byte === END) return;
      let length = this.#lengthHere();
      if (length === NEED) length = await this.#valueLength();
      // Text that has lost its opening bracket looks like a row of strings and words, out of step.
      if (length >= 0 && byte !== OPEN_OBJECT && !(await this.#isValue(length))) length = BAD;
      if (length < 0) {
        const reason =
          this.#window.length > this.#sink.limit
            ? tooLong(this.#window.length, this.#sink.limit)
            : 'the record is not valid JSON: a quote, comma or bracket is missing';
        this.#sink.skip({ line: this.#line, reason });
        if (!(await this.#resume(this.#nextRecord))) return;
        continue;
      }
      const { bytes, start, offset } = this.#window;
      if (length > this.#sink.limit) {
        this.#sink.skip({ line: this.#line, reason: tooLong(length, this.#sink.limit) });
        this.#pass(length);
        continue;
      }
      const lines = this.#scanner.newlines;
      const refused = this.#sink.record(bytes, start, start + length, offset, this.#line);
      if (refused === undefined) {
        this.#window.drop(length);
        this.#line += lines;
      } else {
        this.#sink.skip({ line: this.#line, reason: refused });
        // A lost bracket may have made one of several records.
        const text = bytes.toString('latin1', start + 1, start + length);
        const at = this.#recordWithin.exec(text)?.index;
        this.#pass(at === undefined ? length : at + 1);
      }
    }
  }

  /** The bytes of the value at the head of the view, NEED or BAD. `newlines` of the scanner are its own. */
  #lengthHere(): number {
    const { bytes, start, end } = this.#window;
    const stop = this.#scanner.end(bytes, start, end);
    return stop >= 0 ? stop - start : stop;
  }

  /** The same, reading on as far as the limit goes. */
  async #valueLength(): Promise<number> {
    const window = this.#window;
    for (;;) {
      const length = this.#lengthHere();
      if (length !== NEED) return length;
      if (window.length > this.#sink.limit || !(await window.fill())) return BAD;
    }
  }

  /** True when the value at the head of the view is followed by what follows a list's item. */
  async #isValue(length: number): Promise<boolean> {
    const window = this.#window;
    for (;;) {
      let at = window.start + length;
      while (at < window.end && window.bytes[at]! <= 0x20) at++;
      if (at < window.end) return window.bytes[at] === COMMA || window.bytes[at] === CLOSE_LIST;
      if (!(await window.fill())) return false;
    }
  }

  #parse(length: number): Json | undefined {
    const { bytes, start } = this.#window;
    try {
      return JSON.parse(bytes.toString('utf8', start, start + length)) as Json;
    } catch {
      return undefined;
    }
  }

  /** Passes over white space in the view; the byte after it, or NEED. */
  #here(): number {
    const window = this.#window;
    const { bytes, start, end } = window;
    let at = start;
    while (at < end && bytes[at]! <= 0x20) if (bytes[at++] === 0x0a) this.#line++;
    if (at > start) window.drop(at - start);
    return at < end ? bytes[at]! : NEED;
  }

  /** Passes over white space; the byte after it, or END. */
  async #next(): Promise<number> {
    for (;;) {
      const byte = this.#here();
      if (byte !== NEED) return byte;
      if (!(await this.#window.fill())) return END;
    }
  }

  #pass(count: number): void {
    this.#line += dropCounting(this.#window, count);
  }

  /** Goes to the next place where reading can start again; false at the file's end. */
  async #resume(mark: RegExp): Promise<boolean> {
    const window = this.#window;
    if (window.length > 0) this.#pass(1);
    for (;;) {
      const text = window.bytes.toString('latin1', window.start, window.end);
      const at = mark.exec(text)?.index;
      // A mark at the view's end may be half of one.
      if (at !== undefined && (window.ended || at + OVERLAP < text.length)) {
        this.#pass(at);
        return true;
      }
      if (window.ended) {
        this.#pass(window.length);
        this.#lost = true;
        return false;
      }
      this.#pass(Math.max(0, text.length - 2 * OVERLAP));
      await window.fill();
    }
  }
}

/** The records of a list inside a JSON object, with the object's other values told by the way. */
export function documentSpans(shape: DocumentShape): Spans {
  return (window, sink) => new DocumentReader(window, sink, shape).read();
}
