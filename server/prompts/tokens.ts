import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import * as z from 'zod';
import { InputError, messageOf } from '../base/problem.ts';
import { type Offset, type TokenScript, tokenOffsets } from './token-offsets.ts';

/** Counts the tokens of a text; `unit` says of what. */
export interface TokenCounter {
  unit: 'tokens' | 'words';
  count(text: string): number;
}

/** A text in tokens, without the special ones that a tokenizer would put around it. */
export interface Encoded {
  ids: number[];
  /** Where each token stands in the text. */
  offsets: Offset[];
}

/** A `tokenizer.json`, loaded. */
export interface ExactTokenizer extends TokenCounter {
  unit: 'tokens';
  encode(text: string): Encoded;
  /** The same without the places. */
  ids(text: string): number[];
  /** After the tokens that the tokenizer puts before any text, unless the text says them itself. */
  promptIds(text: string): number[];
  /** The text of some tokens, special ones left out. */
  decode(ids: readonly number[]): string;
  /** What separates examples in training: `</s>`, else what the tokenizer's own settings call the end. */
  separator: { id: number; token: string };
}

/** Without a tokenizer: runs without white space. */
export const wordCounter: TokenCounter = {
  unit: 'words',
  count: (text) => text.match(/\S+/gu)?.length ?? 0,
};

const loaded = new Map<string, ExactTokenizer>();

/** Exact counts by a `tokenizer.json`; read once a path. Throws InputError. */
export function tokenCounter(path: string | undefined): TokenCounter {
  return path ? loadTokenizer(path) : wordCounter;
}

/** Throws InputError where the file is no tokenizer. */
export function loadTokenizer(path: string): ExactTokenizer {
  const known = loaded.get(path);
  if (known) return known;
  const json = readJson(path);
  const config = readJson(join(dirname(path), 'tokenizer_config.json'), {});
  let tokenizer: Tokenizer;
  try {
    tokenizer = new Tokenizer(json, config);
  } catch (error) {
    throw new InputError(`not a tokenizer: ${messageOf(error)}; name a tokenizer.json`, { file: path });
  }
  const encode = (text: string) => tokenizer.encode(text, { add_special_tokens: false });
  const leading = leadingOf(tokenizer);
  const script = scriptOf(json);
  const made: ExactTokenizer = {
    unit: 'tokens',
    count: (text) => encode(text).ids.length,
    ids: (text) => encode(text).ids,
    promptIds: (text) => {
      const { ids } = encode(text);
      return leading.every((id, at) => ids[at] === id) ? ids : [...leading, ...ids];
    },
    decode: (ids) => {
      if (ids.length === 0) return '';
      return tokenizer.decode([...ids], { skip_special_tokens: true, clean_up_tokenization_spaces: false });
    },
    encode: (text) => {
      const { ids, tokens } = encode(text);
      return { ids, offsets: tokenOffsets(text, tokens, script) };
    },
    get separator() {
      return separatorOf(tokenizer, config, path);
    },
  };
  loaded.set(path, made);
  return made;
}

/** Special tokens that the tokenizer's post-processor puts before any text. */
function leadingOf(tokenizer: Tokenizer): number[] {
  const [own] = tokenizer.encode('a', { add_special_tokens: false }).ids;
  const { ids } = tokenizer.encode('a', { add_special_tokens: true });
  return own === undefined ? [] : ids.slice(0, Math.max(0, ids.indexOf(own)));
}

/** What of a tokenizer.json says how it writes text. */
const scriptShape = z.object({
  pre_tokenizer: z.unknown().optional(),
  decoder: z.unknown().optional(),
  added_tokens: z.array(z.object({ content: z.string() })).default([]),
  model: z
    .object({
      type: z.string().nullish(),
      continuing_subword_prefix: z.string().nullish(),
      end_of_word_suffix: z.string().nullish(),
    })
    .default({}),
});

function scriptOf(json: object): TokenScript {
  const shape = scriptShape.safeParse(json);
  if (!shape.success) return { byteLevel: false, added: new Set() };
  const { pre_tokenizer, decoder, added_tokens, model } = shape.data;
  return {
    byteLevel: JSON.stringify([pre_tokenizer, decoder]).includes('"ByteLevel"'),
    continuing: model.continuing_subword_prefix ?? (model.type === 'WordPiece' ? '##' : undefined),
    ending: model.end_of_word_suffix ?? undefined,
    added: new Set(added_tokens.map(({ content }) => content)),
  };
}

const ending = z.object({ eos_token: z.union([z.string(), z.object({ content: z.string() })]) });

function separatorOf(tokenizer: Tokenizer, config: object, path: string): { id: number; token: string } {
  const own = ending.safeParse(config);
  const names = ['</s>'];
  if (own.success) {
    const { eos_token } = own.data;
    names.push(typeof eos_token === 'string' ? eos_token : eos_token.content);
  }
  names.push('<|endoftext|>', '<eos>');
  for (const token of names) {
    const id = tokenizer.token_to_id(token);
    if (id !== undefined) return { id, token };
  }
  throw new InputError('has no token that ends a text: none of </s>, <|endoftext|>, <eos>', { file: path });
}

function readJson(path: string, missing?: object): object {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (missing && code === 'ENOENT') return missing;
    const plain = { ENOENT: 'there is no such file', EISDIR: 'it is a folder' }[code ?? ''];
    throw new InputError(`not a tokenizer: ${plain ?? messageOf(error)}; name a tokenizer.json`, {
      file: path,
    });
  }
  throw new InputError('not a tokenizer: no JSON object; name a tokenizer.json', { file: path });
}
