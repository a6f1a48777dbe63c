import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { InputError, messageOf } from '../../base/problem.ts';
import { HEADER } from '../kernel/layout.ts';
import { RULE_VERSION } from '../rule.ts';
import { type EvalIndex, headerOf } from './eval-index.ts';
import { loadIndex, saveIndex } from './file.ts';

/** Indexes of raw JSONL are saved under one key and without marks: which files they are of is said by their place. */
const KEY = `jsonl/${RULE_VERSION}`;

/** Throws what writing throws. */
export function keepIndex(path: string, index: EvalIndex): void {
  saveIndex(
    path,
    KEY,
    index.tasks.map(() => ''),
    index,
  );
}

/** Undefined where there is none, or it is broken or of another version. */
export function keptIndex(path: string): EvalIndex | undefined {
  return loadIndex(path, KEY);
}

/** The index of a file that a person names. Throws InputError where it can't be used. */
export function readIndex(path: string): EvalIndex {
  const index = keptIndex(path);
  if (index) return index;
  throw new InputError(
    existsSync(path)
      ? 'not an index of this version, or cut off; make it again with --save-index'
      : 'there is no such index; --save-index makes one',
    { file: path },
  );
}

/** Writes an index for a person. */
export function writeIndex(path: string, index: EvalIndex): void {
  try {
    keepIndex(path, index);
  } catch (error) {
    throw new InputError(`can't write the index: ${messageOf(error)}`, { file: path });
  }
}

/** Tells indexes apart in which an entry's number means another text, or an example's another example. */
export function identityOf(index: EvalIndex): string {
  const header = headerOf(index.memory);
  const keys = new Uint32Array(index.memory.buffer, header[HEADER.keysAt]!, header[HEADER.entries]! * 2);
  return (
    createHash('sha256')
      .update(JSON.stringify([RULE_VERSION, index.n, index.tasks]))
      // Copied: a hash takes no shared memory.
      .update(keys.slice())
      .digest('hex')
      .slice(0, 32)
  );
}
