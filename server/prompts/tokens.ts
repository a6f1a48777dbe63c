import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { InputError, messageOf } from '../base/problem.ts';

/** Counts the tokens of a text; `unit` says of what. */
export interface TokenCounter {
  unit: 'tokens' | 'words';
  count(text: string): number;
}

/** Without a tokenizer: runs without white space. */
export const wordCounter: TokenCounter = {
  unit: 'words',
  count: (text) => text.match(/\S+/gu)?.length ?? 0,
};

const loaded = new Map<string, TokenCounter>();

/** Exact counts by a `tokenizer.json`; read once a path. Throws InputError. */
export function tokenCounter(path: string | undefined): TokenCounter {
  if (!path) return wordCounter;
  const known = loaded.get(path);
  if (known) return known;
  const tokenizer = new Tokenizer(readJson(path), readJson(join(dirname(path), 'tokenizer_config.json'), {}));
  const counter: TokenCounter = {
    unit: 'tokens',
    count: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids.length,
  };
  loaded.set(path, counter);
  return counter;
}

function readJson(path: string, missing?: object): object {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    if (missing && (error as NodeJS.ErrnoException).code === 'ENOENT') return missing;
    throw new InputError(`not a tokenizer: ${messageOf(error)}; name a tokenizer.json`, { file: path });
  }
  throw new InputError('not a tokenizer: no JSON object; name a tokenizer.json', { file: path });
}
