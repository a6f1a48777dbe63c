/** Documents that wait to be looked up, so that the filter is asked for the tiles of many at once. */
import { example, hit, setExample } from './dense';
import { whole } from './find';
import { foldOn } from './fold';
import { NGRAM, TILE } from './layout';
import { ask, askAll, look, waiting } from './scan';
import { beginWords, starts, takeWords, words, wordsOn } from './words';

const MOST: u32 = 256;
const ENOUGH_TILES: u32 = 512;

/** For each: example, words, where their starts are, and how many tiles wait with it; u32 each. */
let documents: usize = 0;
let count: u32 = 0;

export function attachBatch(documentsAt: usize): void {
  documents = documentsAt;
  count = 0;
}

/** Adds the document that was ended last, which must stay where it is. */
export function put(): void {
  if (words >= load<u32>(NGRAM) && load<u32>(TILE)) ask();
  const at = documents + ((<usize>count) << 4);
  store<u32>(at, example);
  store<u32>(at, words, 4);
  store<u32>(at, <u32>starts, 8);
  store<u32>(at, waiting(), 12);
  count++;
}

/** Makes room for a document after those that wait; when they are enough, they are looked up first. */
export function next(): bool {
  if (count == MOST || waiting() >= ENOUGH_TILES) return false;
  foldOn();
  wordsOn();
  return true;
}

/** Reports the grams of all that wait, or the short text that one equals. */
export function lookUpAll(): void {
  const running = example;
  askAll();
  let begin: u32 = 0;
  for (let at = documents, end = documents + ((<usize>count) << 4); at < end; at += 16) {
    const tilesEnd = load<u32>(at, 12);
    setExample(load<u32>(at));
    takeWords(<usize>load<u32>(at, 8), load<u32>(at, 4));
    if (words >= load<u32>(NGRAM)) {
      look(begin, tilesEnd);
    } else {
      const entry = whole();
      if (entry >= 0) hit(entry, 1);
    }
    begin = tilesEnd;
  }
  count = 0;
  setExample(running);
}
