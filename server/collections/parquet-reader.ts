import { InputError, messageOf } from '../base/problem.ts';
import { splitOf } from './names.ts';
import type { ParquetFile, RowGroup } from './parquet-rows.ts';
import { RecordError } from './record.ts';
import { changed } from './slices.ts';
import type {
  Fields,
  FormatName,
  Position,
  Reader,
  ReaderOptions,
  Record,
  Sink,
  SourceFile,
  TaskFacts,
} from './types.ts';

/** Rows that are decoded at once: a group is cut into runs of this many. */
const RUN = 20_000;

/** How the rows of one file become records. */
export interface RowFormat {
  record(fields: Fields): Record;
  task: string | ((record: Record) => string);
  facts(task: string): TaskFacts;
}

export interface ParquetFormat {
  format: FormatName;
  open(file: SourceFile, columns: readonly string[], options: ReaderOptions): RowFormat;
}

function taskOf(format: RowFormat, record: Record): string {
  return typeof format.task === 'string' ? format.task : format.task(record);
}

/** Loads what decodes Parquet: other formats go without. */
export async function openParquet(file: SourceFile): Promise<ParquetFile> {
  const rows = await import('./parquet-rows.ts');
  return rows.ParquetFile.open(file);
}

async function scanRows(
  format: ParquetFormat,
  file: SourceFile,
  options: ReaderOptions,
  sink: Sink,
  signal: AbortSignal,
): Promise<void> {
  const parquet = await openParquet(file);
  const rows = format.open(file, parquet.columns, options);
  const split = splitOf(file.path) ?? options.split;
  const total = parquet.groups.at(-1)?.end ?? 0;
  if (total === 0) sink.skip({ line: 0, reason: 'the file holds no records' });
  const told = new Set<string>();
  const runs = parquet.groups.flatMap(({ start, end }) =>
    Array.from({ length: Math.ceil((end - start) / RUN) }, (_, run): RowGroup => {
      const from = start + run * RUN;
      return { start: from, end: Math.min(end, from + RUN) };
    }),
  );
  for (const { start, end } of runs) {
    signal.throwIfAborted();
    let values: Fields[] = [];
    let broken: string | undefined;
    try {
      values = await parquet.rows(start, end);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      broken = error.message;
    }
    for (let row = start; row < end; row++) {
      const value = values[row - start];
      if (!value) {
        sink.skip({ line: row + 1, reason: broken ?? 'the row is missing' });
        continue;
      }
      try {
        const record = rows.record(value);
        const task = taskOf(rows, record);
        if (!told.has(task)) {
          told.add(task);
          sink.task(rows.facts(task));
        }
        sink.example(task, { offset: row, length: 0, line: row + 1 }, split);
      } catch (error) {
        if (!(error instanceof RecordError)) throw error;
        sink.skip({ line: row + 1, reason: error.message });
      }
    }
    sink.progress(Math.round((file.bytes * end) / total));
  }
}

async function* readRows(
  format: ParquetFormat,
  file: SourceFile,
  task: string,
  positions: readonly Position[],
  options: ReaderOptions,
): AsyncGenerator<Record> {
  const parquet = await openParquet(file);
  const rows = format.open(file, parquet.columns, options);
  for (let first = 0; first < positions.length; ) {
    const { offset, line } = positions[first]!;
    const group = parquet.groups.find(({ start, end }) => offset >= start && offset < end);
    if (!group) throw changed(file, line, 'it has fewer rows');
    const stop = Math.min(group.end, offset + RUN);
    let last = first + 1;
    while (last < positions.length && positions[last]!.offset < stop) last++;
    const values = await parquet.rows(offset, positions[last - 1]!.offset + 1);
    for (; first < last; first++) {
      const position = positions[first]!;
      let record: Record;
      try {
        record = rows.record(values[position.offset - offset] ?? {});
      } catch (error) {
        throw changed(file, position.line, messageOf(error));
      }
      if (taskOf(rows, record) !== task) throw changed(file, position.line, 'the record is of another task');
      yield record;
    }
  }
}

/** Reads the rows of Parquet files, one group's run at a time. */
export function parquetReader(format: ParquetFormat): Pick<Reader, 'scan' | 'read'> {
  return {
    async scan(file, options, sink, signal) {
      try {
        await scanRows(format, file, options, sink, signal);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        sink.skip({ line: error.line ?? 0, reason: error.message });
      }
    },
    read: (file, task, positions, options) => readRows(format, file, task, positions, options),
  };
}
