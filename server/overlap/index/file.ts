import { closeSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { InputError, messageOf } from '../../base/problem.ts';
import { HEADER, LAYOUT_VERSION, MAGIC, newMemory } from '../kernel/layout.ts';
import { RULE_VERSION } from '../rule.ts';
import { type EvalIndex, headerOf } from './eval-index.ts';

/**
 * An index on disk: 8 bytes of mark, 4 of length (little end first), so many bytes of JSON (what `EvalIndex`
 * says beside the memory, and the key that it was saved under), then the memory up to the index's end.
 */
const MARK = 'HELDOUTX';
const PIECE = 1 << 26;

const facts = z.object({
  key: z.string(),
  layout: z.int(),
  rule: z.string(),
  n: z.int(),
  examples: z.int(),
  bytes: z.int(),
  tasks: z.array(z.object({ task: z.string(), examples: z.int(), base: z.int(), short: z.int() })),
  skipped: z.array(z.object({ file: z.string(), line: z.int(), reason: z.string() })),
});

/** An eval record that is not in the index, and why; `line` 0 stands for the whole file. */
export type SkippedEval = z.infer<typeof facts>['skipped'][number];

export interface SavedIndex extends EvalIndex {
  /** What it was made from. */
  key: string;
  skipped: SkippedEval[];
}

/** Writes the index aside, then renames it. `key` says what it was made from. Throws what writing throws. */
export function saveIndex(
  path: string,
  key: string,
  index: EvalIndex,
  skipped: readonly SkippedEval[] = [],
): void {
  mkdirSync(dirname(path), { recursive: true });
  const bytes = headerOf(index.memory)[HEADER.end]!;
  const { n, examples, tasks } = index;
  const said: z.infer<typeof facts> = {
    key,
    layout: LAYOUT_VERSION,
    rule: RULE_VERSION,
    n,
    examples,
    bytes,
    tasks,
    skipped: [...skipped],
  };
  const json = Buffer.from(JSON.stringify(said));
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

/** Reads an index that was saved under the same key; undefined where there is none, or it is broken or of another version. */
export function loadIndex(path: string, key: string): SavedIndex | undefined {
  try {
    const index = readIndex(path, key);
    return index.key === key ? index : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a saved index; throws InputError where it can't be used. With another key than `wanted` it is not read in full. */
export function readIndex(path: string, wanted?: string): SavedIndex {
  const refuse = (why: string) => new InputError(`${why}; make it again with --save-index`, { file: path });
  let handle: number;
  try {
    handle = openSync(path, 'r');
  } catch (error) {
    throw new InputError(`can't read the index: ${messageOf(error)}`, { file: path });
  }
  try {
    const head = Buffer.alloc(12);
    if (!fill(handle, head, 0) || head.toString('latin1', 0, 8) !== MARK)
      throw refuse('not an overlap index');
    const json = Buffer.alloc(Math.min(head.readUInt32LE(8), PIECE));
    if (!fill(handle, json, 12)) throw refuse('the index is cut off');
    const said = factsOf(json);
    if (said?.layout !== LAYOUT_VERSION || said.rule !== RULE_VERSION) {
      throw refuse('the index was written by another version');
    }
    const { key, n, examples, tasks, bytes, skipped } = said;
    if (wanted !== undefined && key !== wanted) throw refuse('the index is of other eval tasks');
    const memory = newMemory(bytes);
    if (!fill(handle, new Uint8Array(memory.buffer, 0, bytes), 12 + json.length)) {
      throw refuse('the index is cut off');
    }
    const header = headerOf(memory);
    if (header[HEADER.magic] !== MAGIC || header[HEADER.end] !== bytes) throw refuse('the index is broken');
    return { n, memory, tasks, examples, key, skipped };
  } finally {
    closeSync(handle);
  }
}

function factsOf(json: Buffer): z.infer<typeof facts> | undefined {
  try {
    return facts.parse(JSON.parse(json.toString('utf8')));
  } catch {
    return undefined;
  }
}

function fill(handle: number, into: Uint8Array, position: number): boolean {
  for (let at = 0; at < into.length; ) {
    const got = readSync(handle, into, at, Math.min(PIECE, into.length - at), position + at);
    if (got === 0) return false;
    at += got;
  }
  return true;
}
