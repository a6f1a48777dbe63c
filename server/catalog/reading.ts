import { statSync } from 'node:fs';
import { InputError, messageOf } from '../base/problem.ts';
import type { Position, Reader, Record } from '../collections/types.ts';
import type { Db } from './database.ts';
import { BLOCKS } from './file-store.ts';
import { hashFile } from './hash.ts';
import { BLOCK, unpackBlock } from './positions.ts';
import type { FileSplit } from './splits.ts';
import { pathOf, type Segment, type TaskEntry } from './tasks.ts';

/** One example, read from its file. */
export interface ReadExample {
  /** From 0, in the task's order. */
  number: number;
  split: FileSplit;
  record: Record;
  /** Absolute. */
  file: string;
  line: number;
}

/** Records asked of a reader at a time; of a compressed file more, since each time it is read from the start. */
const BATCH = 8192;
const COMPRESSED_BATCH = 262_144;

export interface Reading {
  /** The catalogue is a copy that no import brings up to date: a file that was only touched is still the same. */
  frozen: boolean;
  signal: AbortSignal | undefined;
}

interface Batch {
  segment: Segment;
  numbers: number[];
}

/** Reads the examples `numbers` (ascending) of a task, streaming. */
export async function* readAscending(
  db: Db,
  task: TaskEntry,
  reader: Reader,
  numbers: Iterable<number>,
  { frozen, signal }: Reading,
): AsyncGenerator<ReadExample> {
  for (const { segment, numbers: batch } of batches(task, numbers)) {
    signal?.throwIfAborted();
    if (frozen) await checkContent(segment, signal);
    else checkUnchanged(segment);
    const { file: source, split } = segment;
    const file = pathOf(source);
    const positions = positionsOf(db, segment, batch, file);
    const { root, path, size: bytes } = source;
    let at = 0;
    try {
      const records = reader.read({ root, path, bytes }, task.name, positions, task.entry.options);
      for await (const record of records) {
        yield { number: batch[at]!, split, record, file, line: positions[at]!.line };
        at++;
        signal?.throwIfAborted();
      }
    } catch (error) {
      if (signal?.aborted || error instanceof InputError) throw error;
      const line = positions[at]?.line;
      throw new InputError(`can't be read again (${messageOf(error)}): import again`, { file, line });
    }
    if (at < batch.length) {
      throw new InputError('holds fewer records than when it was imported: import again', { file });
    }
    // What was edited while it was read may have been read in part.
    checkUnchanged(segment);
  }
}

/** Where an example stands, without reading its file. */
export function locationOf(
  db: Db,
  task: TaskEntry,
  number: number,
): { file: string; line: number } | undefined {
  const segment = task.segments.find(({ start, examples }) => number >= start && number < start + examples);
  if (!segment || !Number.isInteger(number)) return undefined;
  const file = pathOf(segment.file);
  return { file, line: positionsOf(db, segment, [number], file)[0]!.line };
}

/** The numbers in runs that stand in one segment each. */
function* batches(task: TaskEntry, numbers: Iterable<number>): Generator<Batch> {
  let place = 0;
  let open: Batch | undefined;
  for (const number of numbers) {
    let segment = task.segments[place]!;
    while (number >= segment.start + segment.examples) segment = task.segments[++place]!;
    const limit = /\.(gz|zst)$/.test(segment.file.path) ? COMPRESSED_BATCH : BATCH;
    if (open && (open.segment !== segment || open.numbers.length === limit)) {
      yield open;
      open = undefined;
    }
    open ??= { segment, numbers: [] };
    open.numbers.push(number);
  }
  if (open) yield open;
}

/** Throws InputError where the segment's file is no longer as it was imported. */
export function checkUnchanged({ file }: Segment): void {
  const path = pathOf(file);
  const now = statSync(path, { throwIfNoEntry: false });
  if (!now) throw new InputError('is gone since it was imported: import again', { file: path });
  if (now.size !== file.size || now.mtimeMs !== file.mtime) {
    throw new InputError('changed since it was imported: import again', { file: path });
  }
}

/** The same, where a file of another time that has the content of the imported one passes. */
async function checkContent(segment: Segment, signal: AbortSignal | undefined): Promise<void> {
  const { file } = segment;
  const path = pathOf(file);
  const now = statSync(path, { throwIfNoEntry: false });
  if (now && now.mtimeMs !== file.mtime && now.size === file.size && file.hash) {
    const hash = await hashFile(path, signal);
    // The time from before it was read: an edit since is seen by the next look.
    if (hash.equals(file.hash)) file.mtime = now.mtimeMs;
  }
  checkUnchanged(segment);
}

function positionsOf(db: Db, segment: Segment, numbers: readonly number[], file: string): Position[] {
  const find = db.prepare<[number], Buffer>('SELECT positions FROM block WHERE id = ?').pluck();
  let unpacked = -1;
  let positions: Position[] = [];
  return numbers.map((number) => {
    const within = number - segment.start;
    const block = Math.floor(within / BLOCK);
    if (block !== unpacked) {
      const packed = find.get(segment.id * BLOCKS + block);
      if (!packed) throw new InputError('was imported again meanwhile: ask again', { file });
      positions = unpackBlock(packed);
      unpacked = block;
    }
    return positions[within % BLOCK]!;
  });
}
