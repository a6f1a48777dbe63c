import stemmer from 'natural/lib/natural/stemmers/porter_stemmer.js';
import AggressiveTokenizer from 'natural/lib/natural/tokenizers/aggressive_tokenizer.js';

const tokenizer = new AggressiveTokenizer();
const stems = new Map<string, string>();

/** The stems of a text's words, in order, lower-case; numbers become "0". */
export function stemsOf(text: string): string[] {
  const words = tokenizer.tokenize(text.replaceAll('’', "'").toLowerCase());
  return words.flatMap((word) => word.split(/[-/']+/).filter(Boolean)).map(stemOf);
}

function stemOf(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  const stem = /^\d+$/.test(word) ? '0' : stemmer.stem(word);
  // Templates share a small vocabulary; a file of another kind must not grow the cache without end.
  if (stems.size < 50_000) stems.set(word, stem);
  return stem;
}
