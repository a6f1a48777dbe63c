import { dense } from './dense';
import { bitsOf, blockHash, placeOf, tileHash } from './hash';
import { BLOCKS, FILTER_AT, NGRAM, TILE } from './layout';
import { startOf, words } from './words';

export let tiles: usize = 0;
/** Tiles to ask the filter for: for each where its block stands and its bits, u32 each. */
let asked: u32 = 0;
/** The numbers of those that the filter knows, u32 each, then `asked`; of those not looked at yet. */
let found: usize = 0;

export function attachScan(tilesAt: usize): void {
  tiles = tilesAt;
  asked = 0;
}

/** Tiles that wait for the filter. */
export function waiting(): u32 {
  return asked;
}

/** Puts the document's whole tiles to those that the filter will be asked for. */
export function ask(): void {
  const tile = load<u32>(TILE);
  const blocks = load<u32>(BLOCKS);
  const filter = <usize>load<u32>(FILTER_AT);
  const count = words / tile;
  let question = tiles + ((<usize>asked) << 3);
  let from = startOf(0);
  for (let at: u32 = 0, word = tile; at < count; at++, word += tile) {
    const next = startOf(word);
    const hash = tileHash(from, next - 1);
    from = next;
    store<u32>(question, <u32>(filter + (placeOf(blockHash(hash), blocks) << 2)));
    store<u32>(question, bitsOf(hash), 4);
    question += 8;
  }
  asked += count;
}

/**
 * Asks the filter for all tiles that wait. They are many, and none waits for another: so the memory is asked
 * for as many at once as the processor can.
 */
export function askAll(): void {
  found = tiles + ((<usize>asked) << 3) + 64;
  let to = found;
  let question = tiles;
  for (let at: u32 = 0; at < asked; at++) {
    const bits = load<u32>(question, 4);
    store<u32>(to, at);
    to += <usize>((load<u32>(load<u32>(question)) & bits) == bits) << 2;
    question += 8;
  }
  store<u32>(to, asked);
  asked = 0;
}

/**
 * Reports all grams of the document that stand in the index; its tiles are those asked for from number
 * `begin` to `end`. Documents are to come in the order in which they asked.
 */
export function look(begin: u32, end: u32): void {
  const n = load<u32>(NGRAM);
  const tile = load<u32>(TILE);
  if (tile == 0) {
    dense(0, words);
    return;
  }
  // Grams that hold a tile start at most n - tile words before it; those of neighbouring tiles are one stretch.
  const reach = n - tile;
  while (nextFound() < end) {
    const first = (nextFound() - begin) * tile;
    let last = first;
    found += 4;
    while (nextFound() < end && (nextFound() - begin) * tile <= last + reach + 1) {
      last = (nextFound() - begin) * tile;
      found += 4;
    }
    let from = first > reach ? first - reach : 0;
    let to = min<u32>(words, last + n);
    if (first == last) {
      // Each run of tile words in a gram is known to the filter: a tile whose neighbours are not is in none.
      const most = words - tile;
      let right = first;
      while (right < most && right < first + reach && known(right + 1, tile)) right++;
      let left = first;
      while (left > from && right - left < reach && known(left - 1, tile)) left--;
      if (right - left < reach) continue;
      from = left;
      to = right + tile;
      // All that was left unasked on the left side may hold more.
      if (right - left == reach && left > 0) from = first > reach ? first - reach : 0;
    }
    dense(from, to);
  }
}

@inline
function nextFound(): u32 {
  return load<u32>(found);
}

/** Whether the filter knows the tile-long run that starts at a word. */
function known(word: u32, tile: u32): bool {
  const hash = tileHash(startOf(word), startOf(word + tile) - 1);
  const block = load<u32>(<usize>load<u32>(FILTER_AT) + (placeOf(blockHash(hash), load<u32>(BLOCKS)) << 2));
  const bits = bitsOf(hash);
  return (block & bits) == bits;
}
