import { closeSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { HEADER, LAYOUT_VERSION, MAGIC, newMemory } from '../kernel/layout.ts';
import { type EvalIndex, headerOf } from './eval-index.ts';

/**
 * An index on disk: 8 bytes of mark, 4 of length (little end first), so many bytes of JSON (what `EvalIndex`
 * says beside the memory, and what it was made from), then the memory up to the index's end.
 */
const MARK = 'HELDOUTX';
const PIECE = 1 << 26;

const facts = z.object({
  /** What the index depends on beside its tasks. */
  key: z.string(),
  /** Each task's state when it was indexed, in their order. */
  marks: z.array(z.string()),
  layout: z.literal(LAYOUT_VERSION),
  n: z.int(),
  examples: z.int(),
  bytes: z.int(),
  tasks: z.array(z.object({ task: z.string(), examples: z.int(), base: z.int(), short: z.int() })),
});
export type IndexFacts = z.infer<typeof facts>;

/** Writes the index aside, then renames it. Throws what writing throws. */
export function saveIndex(path: string, key: string, marks: readonly string[], index: EvalIndex): void {
  mkdirSync(dirname(path), { recursive: true });
  const bytes = headerOf(index.memory)[HEADER.end]!;
  const { n, examples, tasks } = index;
  const json = Buffer.from(JSON.stringify({ key, marks, layout: LAYOUT_VERSION, n, examples, bytes, tasks }));
  const head = Buffer.alloc(12);
  head.write(MARK, 'latin1');
  head.writeUInt32LE(json.length, 8);
  const aside = `${path}.${process.pid}.tmp`;
  const handle = openSync(aside, 'w');
  try {
    for (const part of [head, json, new Uint8Array(index.memory.buffer, 0, bytes)]) {
      for (let at = 0; at < part.length; )
        at += writeSync(handle, part, at, Math.min(PIECE, part.length - at));
    }
  } catch (error) {
    closeSync(handle);
    rmSync(aside, { force: true });
    throw error;
  }
  closeSync(handle);
  renameSync(aside, path);
}

/** What a saved index says of itself; undefined where there is none, or it is broken, of another version or saved under another key. */
export function readIndexFacts(path: string, key: string): IndexFacts | undefined {
  return opened(path, (handle) => factsOf(handle, key)?.facts);
}

/** Reads an index that was saved under the same key; undefined as with `readIndexFacts`. */
export function loadIndex(path: string, key: string): EvalIndex | undefined {
  return opened(path, (handle) => {
    const read = factsOf(handle, key);
    if (!read) return undefined;
    const { n, examples, tasks, bytes } = read.facts;
    const memory = newMemory(bytes);
    if (!fill(handle, new Uint8Array(memory.buffer, 0, bytes), read.end)) return undefined;
    const header = headerOf(memory);
    if (header[HEADER.magic] !== MAGIC || header[HEADER.end] !== bytes) return undefined;
    return { n, memory, tasks, examples };
  });
}

function opened<T>(path: string, read: (handle: number) => T | undefined): T | undefined {
  let handle: number;
  try {
    handle = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    return read(handle);
  } catch {
    return undefined;
  } finally {
    closeSync(handle);
  }
}

function factsOf(handle: number, key: string): { facts: IndexFacts; end: number } | undefined {
  const head = Buffer.alloc(12);
  if (!fill(handle, head, 0) || head.toString('latin1', 0, 8) !== MARK) return undefined;
  const json = Buffer.alloc(Math.min(head.readUInt32LE(8), PIECE));
  if (!fill(handle, json, 12)) return undefined;
  const read = facts.safeParse(JSON.parse(json.toString('utf8')));
  if (!read.success || read.data.key !== key || read.data.marks.length !== read.data.tasks.length)
    return undefined;
  return { facts: read.data, end: 12 + json.length };
}

function fill(handle: number, into: Uint8Array, position: number): boolean {
  for (let at = 0; at < into.length; ) {
    const got = readSync(handle, into, at, Math.min(PIECE, into.length - at), position + at);
    if (got === 0) return false;
    at += got;
  }
  return true;
}
