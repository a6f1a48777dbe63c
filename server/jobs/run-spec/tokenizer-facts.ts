import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { InputError } from '../../base/problem.ts';
import { loadTokenizer } from '../../prompts/tokens.ts';

/** What a run needs to know of a tokenizer. */
export interface TokenizerFacts {
  /** The tokenizer.json. */
  path: string;
  /** Numbers that its tokens have, from 0: what a model needs embeddings for. */
  vocabulary: number;
  /** What separates examples. */
  end: number;
  /** What fills sequences up; the end where it has none of its own. */
  padding: number;
}

const token = z.object({ id: z.int(), content: z.string() });
const vocabularies = z.object({
  model: z.object({
    vocab: z.union([z.record(z.string(), z.int()), z.array(z.tuple([z.string(), z.number()]))]),
  }),
  added_tokens: z.array(token).default([]),
});

const known = new Map<string, { changed: number; facts: TokenizerFacts }>();

/** Reads a tokenizer.json, given itself or by its folder; again only when it changed. Throws InputError. */
export function tokenizerFacts(given: string): TokenizerFacts {
  const stat = statSync(given, { throwIfNoEntry: false });
  if (!stat) throw new InputError('there is no such file: name a tokenizer.json', { file: given });
  const path = stat.isDirectory() ? join(given, 'tokenizer.json') : given;
  const file = stat.isDirectory() ? statSync(path, { throwIfNoEntry: false }) : stat;
  if (!file) {
    throw new InputError(
      'the folder has no tokenizer.json: name one, or have transformers write it (AutoTokenizer.from_pretrained(…).save_pretrained(…))',
      { file: given },
    );
  }
  const before = known.get(path);
  if (before?.changed === file.mtimeMs) return before.facts;
  const { separator } = loadTokenizer(path);
  const read = vocabularies.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!read.success) throw new InputError('not a tokenizer: it has no vocabulary', { file: path });
  const { model, added_tokens } = read.data;
  let last = added_tokens.reduce((most, { id }) => Math.max(most, id), -1);
  if (Array.isArray(model.vocab)) last = Math.max(last, model.vocab.length - 1);
  else for (const id of Object.values(model.vocab)) last = Math.max(last, id);
  const padding = added_tokens.find(({ content }) => content === '<pad>')?.id ?? separator.id;
  const facts = { path, vocabulary: last + 1, end: separator.id, padding };
  known.set(path, { changed: file.mtimeMs, facts });
  return facts;
}
