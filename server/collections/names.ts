import { posix } from 'node:path';
import { uncompressedName } from './bytes.ts';
import type { ExampleSplit } from './types.ts';

/** A file's name without folders, `.gz` or `.zst`, and its ending: `a/b.jsonl.gz` is `b`. */
export function stem(path: string): string {
  const name = posix.basename(uncompressedName(path));
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

/** A file's ending in lower case, below any compression, with its dot: `a/b.JSONL.gz` is `.jsonl`. */
export function ending(path: string): string {
  return posix.extname(uncompressedName(path)).toLowerCase();
}

const SPLITS = new Map<string, ExampleSplit>([
  ['train', 'train'],
  ['training', 'train'],
  ['dev', 'dev'],
  ['val', 'dev'],
  ['valid', 'dev'],
  ['validation', 'dev'],
  ['test', 'test'],
]);
const WORDS = [...SPLITS.keys()].join('|');
const WHOLE = new RegExp(`^(?:${WORDS})$`, 'i');
/** `boolq_train`, `qa-dev`; a shard's number may follow. */
const LAST = new RegExp(`[._-](${WORDS})(?:[._-]\\d+(?:-of-\\d+)?)?$`, 'i');
/** `train-00000-of-00001`, `test_unlabeled`, `validation.part`. */
const FIRST = new RegExp(`^(${WORDS})(?:[.-]|_\\d|_unlabell?ed)`, 'i');

/** The split that a file's name says, or else the folder that it stands in. */
export function splitOf(path: string): ExampleSplit | undefined {
  const name = stem(path);
  const word = WHOLE.exec(name)?.[0] ?? LAST.exec(name)?.[1] ?? FIRST.exec(name)?.[1];
  if (word) return SPLITS.get(word.toLowerCase());
  return SPLITS.get(posix.basename(posix.dirname(path)).toLowerCase());
}

/** A name without the split at its end: `aqua_train` is `aqua`. */
export function withoutSplit(name: string): string {
  const match = LAST.exec(name);
  return match && match.index > 0 ? name.slice(0, match.index) : name;
}
