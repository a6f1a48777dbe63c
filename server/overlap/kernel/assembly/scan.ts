import { dense } from './dense';
import { bitsOf, blockHash, placeOf, tileHash } from './hash';
import { BLOCKS, FILTER_AT, NGRAM, TILE } from './layout';
import { startOf, words } from './words';

export let tiles: usize = 0;

export function attachScan(tilesAt: usize): void {
  tiles = tilesAt;
}

/** Reports all grams of the document that stand in the index. */
export function scan(): void {
  const n = load<u32>(NGRAM);
  if (words < n) return;
  const tile = load<u32>(TILE);
  if (tile == 0) {
    dense(0, words);
    return;
  }
  const found = probe(tile);
  // Grams that hold a tile start at most n - tile words before it; those of neighbouring tiles are one stretch.
  const reach = n - tile;
  for (let at: u32 = 0; at < found; ) {
    const first = tileAt(at);
    let last = first;
    while (++at < found && tileAt(at) <= last + reach + 1) last = tileAt(at);
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
function tileAt(at: u32): u32 {
  return load<u32>(tiles + ((<usize>at) << 2));
}

/** Whether the filter knows the tile-long run that starts at a word. */
function known(word: u32, tile: u32): bool {
  const hash = tileHash(startOf(word), startOf(word + tile) - 1);
  const block = load<u32>(<usize>load<u32>(FILTER_AT) + (placeOf(blockHash(hash), load<u32>(BLOCKS)) << 2));
  const bits = bitsOf(hash);
  return (block & bits) == bits;
}

/**
 * Asks the filter for each whole tile; the first words of those it knows go to `tiles`, their number is given.
 * All are hashed before any is asked for, so that the memory is asked for many at once.
 */
function probe(tile: u32): u32 {
  const blocks = load<u32>(BLOCKS);
  const filter = <usize>load<u32>(FILTER_AT);
  const count = words / tile;
  const asked = tiles + ((<usize>count) << 2) + 64;
  let question = asked;
  let from = startOf(0);
  for (let at: u32 = 0, word = tile; at < count; at++, word += tile) {
    const next = startOf(word);
    const hash = tileHash(from, next - 1);
    from = next;
    store<u32>(question, <u32>(filter + (placeOf(blockHash(hash), blocks) << 2)));
    store<u32>(question, bitsOf(hash), 4);
    question += 8;
  }
  let found: u32 = 0;
  question = asked;
  for (let at: u32 = 0, word: u32 = 0; at < count; at++, word += tile) {
    const bits = load<u32>(question, 4);
    store<u32>(tiles + ((<usize>found) << 2), word);
    found += <u32>((load<u32>(load<u32>(question)) & bits) == bits);
    question += 8;
  }
  return found;
}
