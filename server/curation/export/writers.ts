import type { BuildFormat } from '../../protocol.ts';
import { ParquetRecords } from './parquet.ts';
import type { InstanceRecord } from './record.ts';
import { ShardFile, type WrittenFile } from './shard-file.ts';

/** Takes the records of one file. */
export interface RecordWriter {
  add(record: InstanceRecord): void;
  /** The file is whole and in place. */
  finish(): WrittenFile;
  /** What was written goes. */
  abandon(): void;
}

export function recordWriter(format: BuildFormat, path: string): RecordWriter {
  return format === 'parquet' ? new ParquetRecords(path) : new JsonLines(path);
}

/** Characters held before they are written. */
const HELD = 1 << 20;

class JsonLines implements RecordWriter {
  readonly #file: ShardFile;
  #held: string[] = [];
  #length = 0;

  constructor(path: string) {
    this.#file = new ShardFile(path);
  }

  add(record: InstanceRecord): void {
    const line = `${JSON.stringify(record)}\n`;
    this.#held.push(line);
    this.#length += line.length;
    if (this.#length >= HELD) this.#flush();
  }

  finish(): WrittenFile {
    this.#flush();
    return this.#file.finish();
  }

  abandon(): void {
    this.#file.abandon();
  }

  #flush(): void {
    this.#file.write(Buffer.from(this.#held.join('')));
    this.#held = [];
    this.#length = 0;
  }
}
