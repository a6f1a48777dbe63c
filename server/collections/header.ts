import { ByteWindow } from './bytes.ts';
import { csvFields, csvSpans } from './csv.ts';
import { lineSpans } from './lines.ts';
import type { Spans } from './spans.ts';
import { RECORD_LIMIT } from './types.ts';

/** Thrown to stop reading once the record looked for is there. */
class Found<T> extends Error {
  readonly value: T;
  constructor(value: T) {
    super('found');
    this.value = value;
  }
}

/** What `take` makes of the first record that it doesn't refuse by undefined. Reads no more than that needs. */
export async function firstRecord<T>(
  path: string,
  spans: Spans,
  take: (text: string) => T | undefined,
): Promise<T | undefined> {
  await using window = await ByteWindow.open(path);
  let found: Found<T> | undefined;
  try {
    await spans(window, {
      limit: RECORD_LIMIT,
      skip() {},
      record(bytes, start, end) {
        const value = take(bytes.toString('utf8', start, end));
        if (value === undefined) return undefined;
        found = new Found(value);
        throw found;
      },
    });
  } catch (error) {
    if (found && error === found) return found.value;
    throw error;
  }
  return undefined;
}

/** The fields of a CSV's (`quoted`) or TSV's first record. */
export function headerOf(path: string, quoted: boolean): Promise<string[] | undefined> {
  return quoted
    ? firstRecord(path, csvSpans(false), csvFields)
    : firstRecord(path, lineSpans(), (text) => text.split('\t'));
}
