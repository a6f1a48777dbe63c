/**
 * The scan's inner loop in AssemblyScript: what kernel.ts promises, to the same results as javascript.ts.
 * It keeps no memory of its own; all addresses come from the caller.
 */
import { attachBatch, lookUpAll, next, put } from './batch';
import { attachDense, example, setExample } from './dense';
import { attachFold, beginFold, endFold, foldString, out, space, takeFolded } from './fold';
import { attachHash } from './hash';
import { skipBlanks, skipString, skipValue } from './json';
import { BACKSLASH, LINE_FEED, NGRAM, QUOTE } from './layout';
import { attachScan } from './scan';
import { attachWords, beginWords, findWords, words } from './words';

export { foldPlain as fold } from './fold';
export { enter, enterWhole, fillFilter, keys } from './build';
export { flush, setExample } from './dense';
export { whole } from './find';

/** Hands over a line that is no plain record. */
// @ts-expect-error: an import of the module
@external('events', 'odd')
declare function handOdd(from: usize, to: usize): void;

/** `scratch`: 12 kB of the instance's own. */
export function attach(folded: usize, starts: usize, tiles: usize, hits: usize, scratch: usize): void {
  attachFold(folded, scratch);
  attachWords(starts);
  attachScan(tiles);
  attachDense(hits, scratch + 4096);
  attachHash(scratch + 6144);
  attachBatch(scratch + 8192);
}

export function begin(): void {
  beginFold();
  beginWords();
}

export function position(): usize {
  return out;
}

export function getExample(): u32 {
  return example;
}

export function finish(): u32 {
  endFold();
  findWords();
  return words;
}

export function take(length: usize): u32 {
  takeFolded(length);
  beginWords();
  return finish();
}

export function scan(): void {
  if (words < load<u32>(NGRAM)) return;
  put();
  lookUpAll();
}

export function check(): void {
  finish();
  put();
  lookUpAll();
}

export function records(from: usize, to: usize): void {
  begin();
  for (let at = from; at < to; ) {
    const start = skipBlanks(at);
    if (load<u8>(start) == LINE_FEED) {
      at = start + 1;
      continue;
    }
    const end = readRecord(start);
    if (end) {
      finish();
      put();
      setExample(example + 1);
      at = end + 1;
      if (next()) continue;
      lookUpAll();
    } else {
      lookUpAll();
      const feed = lineEnd(at);
      handOdd(at, feed);
      at = feed + 1;
    }
    begin();
  }
  lookUpAll();
}

function lineEnd(at: usize): usize {
  while (true) {
    const feeds = <u32>i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(LINE_FEED)));
    if (feeds) return at + ctz<u32>(feeds);
    at += 16;
  }
}

const OTHER: u32 = 0;
const TEXT: u32 = 1;
const INPUTS: u32 = 2;
const TARGETS: u32 = 3;

/** Which field a key names. */
function keyOf(from: usize, to: usize): u32 {
  const length = to - from;
  const head = load<u32>(from);
  if (length == 4) return head == 0x74786574 ? TEXT : OTHER;
  if (length == 6) return head == 0x75706e69 && load<u16>(from, 4) == 0x7374 ? INPUTS : OTHER;
  if (length == 7) return head == 0x67726174 && load<u32>(from, 3) == 0x73746567 ? TARGETS : OTHER;
  return OTHER;
}

/** The end of a key without escapes, in ASCII; else 0. */
function plainKeyEnd(at: usize): usize {
  while (true) {
    const byte = load<u8>(at);
    if (byte == QUOTE) return at;
    if (byte < 0x20 || byte >= 0x80 || byte == BACKSLASH) return 0;
    at++;
  }
}

/**
 * Folds the text of the record that starts at a place, as record.ts does; gives the end of its line, or 0
 * where the record isn't plainly right.
 */
function readRecord(at: usize): usize {
  if (load<u8>(at) != 0x7b) return 0;
  let seen: u32 = 0;
  let waiting: usize = 0;
  at = skipBlanks(at + 1);
  while (true) {
    if (load<u8>(at) != QUOTE) return 0;
    const start = at + 1;
    at = plainKeyEnd(start);
    if (!at) return 0;
    const key = keyOf(start, at);
    at = skipBlanks(at + 1);
    if (load<u8>(at) != 0x3a) return 0;
    at = skipBlanks(at + 1);
    if (key == OTHER) {
      at = skipValue(at, 0);
    } else {
      // The text first of all, or inputs and targets, each once.
      if (load<u8>(at) != QUOTE || seen & (1 << TEXT) || seen & (1 << key) || (key == TEXT && seen)) return 0;
      if (key == TARGETS && !(seen & (1 << INPUTS))) {
        waiting = at + 1;
        at = skipString(at + 1);
      } else {
        if (key == TARGETS) space();
        at = foldString(at + 1);
      }
      seen |= 1 << key;
    }
    if (!at) return 0;
    at = skipBlanks(at);
    if (load<u8>(at) != 0x2c) break;
    at = skipBlanks(at + 1);
  }
  if (!seen || load<u8>(at) != 0x7d) return 0;
  at = skipBlanks(at + 1);
  if (load<u8>(at) != LINE_FEED) return 0;
  if (waiting) {
    space();
    foldString(waiting);
  }
  return at;
}
