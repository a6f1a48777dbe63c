import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import {
  asyncBufferFromFile,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
} from 'hyparquet';
import { InputError, messageOf } from '../base/problem.ts';
import { unreadable } from './bytes.ts';
import type { Fields, Json, SourceFile } from './types.ts';

// Snappy is read by hyparquet itself.
const compressors: Compressors = {
  GZIP: (bytes) => gunzipSync(bytes),
  BROTLI: (bytes) => brotliDecompressSync(bytes),
  ZSTD: (bytes) => zstdDecompressSync(bytes),
};

/** A Parquet value as JSON: numbers beyond 2^53 and dates as text. */
function toJson(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'bigint') {
    return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  }
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (Array.isArray(value)) return value.map(toJson);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as Iterable<unknown>, toJson);
  return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, toJson(item)]));
}

export interface RowGroup {
  start: number;
  end: number;
}

/** An opened Parquet file; rows count from 0. */
export class ParquetFile {
  readonly groups: readonly RowGroup[];
  readonly columns: readonly string[];
  readonly #metadata: FileMetaData;
  readonly #buffer: Awaited<ReturnType<typeof asyncBufferFromFile>>;

  private constructor(metadata: FileMetaData, buffer: Awaited<ReturnType<typeof asyncBufferFromFile>>) {
    this.#metadata = metadata;
    this.#buffer = buffer;
    let start = 0;
    this.groups = metadata.row_groups.map((group) => {
      const end = start + Number(group.num_rows);
      const rows = { start, end };
      start = end;
      return rows;
    });
    const root = metadata.schema[0]?.num_children ?? 0;
    this.columns = topColumns(metadata, root);
  }

  /** Throws `InputError`. */
  static async open(file: SourceFile): Promise<ParquetFile> {
    try {
      const buffer = await asyncBufferFromFile(join(file.root, file.path));
      return new ParquetFile(await parquetMetadataAsync(buffer), buffer);
    } catch (error) {
      throw unreadable(error);
    }
  }

  /** The rows from `start` to before `end`, which lie in one group. Throws `InputError`. */
  async rows(start: number, end: number): Promise<Fields[]> {
    try {
      const rows = await parquetReadObjects({
        file: this.#buffer,
        metadata: this.#metadata,
        rowStart: start,
        rowEnd: end,
        compressors,
      });
      return rows.map((row) => toJson(row) as Fields);
    } catch (error) {
      throw new InputError(`the rows ${start + 1} to ${end} can't be read: ${messageOf(error)}`);
    }
  }
}

/** The names of the schema's top level, whose elements stand depth first. */
function topColumns(metadata: FileMetaData, count: number): string[] {
  const names: string[] = [];
  let at = 1;
  const pass = (): void => {
    const element = metadata.schema[at++];
    for (let child = 0; child < (element?.num_children ?? 0); child++) pass();
  };
  for (let column = 0; column < count; column++) {
    names.push(metadata.schema[at]?.name ?? '');
    pass();
  }
  return names;
}
