import { BYTE_CHARACTERS } from '../../server/prompts/token-offsets.ts';

/** GPT-2's cut of a text into words, as a tokenizer.json names it. */
const WORDS = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/**
 * A byte-level BPE tokenizer of the kind that OPT has, learned from these texts: as many merges as asked
 * for, the most frequent pair first and among equals the first in code unit order, so that the same texts
 * give the same file.
 */
export function sampleTokenizer(texts: Iterable<string>, merges: number): object {
  const words = new Map<string, number>();
  for (const text of texts) {
    for (const [word] of text.matchAll(WORDS)) {
      const written = Array.from(Buffer.from(word), (byte) => BYTE_CHARACTERS[byte]!).join(' ');
      words.set(written, (words.get(written) ?? 0) + 1);
    }
  }
  let split = [...words].map(([written, count]) => ({ symbols: written.split(' '), count }));
  const learned: [string, string][] = [];
  while (learned.length < merges) {
    const best = mostFrequentPair(split);
    if (!best) break;
    learned.push(best);
    split = split.map((word) => ({ ...word, symbols: merged(word.symbols, best) }));
  }
  const tokens = [
    '<s>',
    '<pad>',
    '</s>',
    '<unk>',
    ...BYTE_CHARACTERS,
    ...learned.map((pair) => pair.join('')),
  ];
  return {
    version: '1.0',
    added_tokens: tokens.slice(0, 4).map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      vocab: Object.fromEntries([...new Set(tokens)].map((token, id) => [token, id])),
      merges: learned.map((pair) => pair.join(' ')),
    },
  };
}

function mostFrequentPair(
  words: readonly { symbols: readonly string[]; count: number }[],
): [string, string] | undefined {
  const counts = new Map<string, number>();
  for (const { symbols, count } of words) {
    for (let at = 1; at < symbols.length; at++) {
      const pair = `${symbols[at - 1]} ${symbols[at]}`;
      counts.set(pair, (counts.get(pair) ?? 0) + count);
    }
  }
  let best: string | undefined;
  let most = 1;
  for (const [pair, count] of counts) {
    if (count > most || (count === most && best !== undefined && pair < best)) {
      best = pair;
      most = count;
    }
  }
  return best?.split(' ') as [string, string] | undefined;
}

function merged(symbols: readonly string[], [first, second]: readonly [string, string]): string[] {
  const joined: string[] = [];
  for (let at = 0; at < symbols.length; at++) {
    if (symbols[at] === first && symbols[at + 1] === second) {
      joined.push(first + second);
      at++;
    } else {
      joined.push(symbols[at]!);
    }
  }
  return joined;
}
