import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { InstanceRecord } from './record.ts';
import { ShardFile, type WrittenFile } from './shard-file.ts';

/** A row group is closed at so many rows, or so many characters of text. */
const GROUP_ROWS = 10_000;
const GROUP_TEXT = 32 << 20;

const text = (name: string, repetition_type: 'REQUIRED' | 'OPTIONAL' = 'REQUIRED'): SchemaElement => ({
  name,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  logical_type: { type: 'STRING' },
  repetition_type,
});
const number = (name: string): SchemaElement => ({ name, type: 'INT32', repetition_type: 'REQUIRED' });
const list = (
  name: string,
  element: SchemaElement,
  repetition_type: 'REQUIRED' | 'OPTIONAL' = 'REQUIRED',
): SchemaElement[] => [
  { name, repetition_type, num_children: 1, converted_type: 'LIST', logical_type: { type: 'LIST' } },
  { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
  element,
];

/** The columns, in the order of a record's keys. */
const COLUMNS: readonly { name: keyof InstanceRecord; elements: SchemaElement[] }[] = [
  { name: 'task', elements: [text('task')] },
  { name: 'collection', elements: [text('collection')] },
  { name: 'category', elements: [text('category')] },
  { name: 'level', elements: [text('level', 'OPTIONAL')] },
  { name: 'template', elements: [text('template')] },
  { name: 'example', elements: [number('example')] },
  { name: 'source', elements: [text('source')] },
  { name: 'target', elements: [text('target')] },
  { name: 'candidates', elements: list('candidates', text('element'), 'OPTIONAL') },
  { name: 'references', elements: list('references', text('element')) },
  { name: 'delimiter', elements: [text('delimiter')] },
  { name: 'demonstrations', elements: list('demonstrations', number('element')) },
];

const SCHEMA: SchemaElement[] = [
  { name: 'root', num_children: COLUMNS.length },
  ...COLUMNS.flatMap(({ elements }) => elements),
];

/** Records as a Parquet file, a row group at a time. */
export class ParquetRecords {
  readonly #file: ShardFile;
  readonly #bytes = new ByteWriter();
  readonly #parquet: ParquetWriter;
  #rows: InstanceRecord[] = [];
  #text = 0;

  constructor(path: string) {
    this.#file = new ShardFile(path);
    this.#parquet = new ParquetWriter({ writer: this.#bytes, schema: SCHEMA, createdBy: 'heldout' });
  }

  add(record: InstanceRecord): void {
    this.#rows.push(record);
    this.#text += record.source.length + record.target.length;
    if (this.#rows.length >= GROUP_ROWS || this.#text >= GROUP_TEXT) this.#closeGroup();
  }

  finish(): WrittenFile {
    this.#closeGroup();
    void this.#parquet.finish();
    this.#flush();
    return this.#file.finish();
  }

  abandon(): void {
    this.#file.abandon();
  }

  #closeGroup(): void {
    if (this.#rows.length === 0) return;
    const columnData = COLUMNS.map(({ name }) => ({ name, data: this.#rows.map((row) => row[name]) }));
    void this.#parquet.write({ columnData, rowGroupSize: this.#rows.length });
    this.#flush();
    this.#rows = [];
    this.#text = 0;
  }

  /** Hands over what the writer holds; it goes on counting its offset. */
  #flush(): void {
    this.#file.write(new Uint8Array(this.#bytes.buffer, 0, this.#bytes.index));
    this.#bytes.index = 0;
  }
}
