import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { firstFault } from '../../base/fault-words.ts';
import { InputError, messageOf } from '../../base/problem.ts';
import { parametersOf, type Shape } from './shapes.ts';

/** What a run needs to know of a model's folder, read without loading its weights. */
export interface ModelFacts {
  /** As the configuration names it: `opt`, `llama`. */
  type: string;
  shape: Shape;
  parameters: number;
}

/** The names that configurations of causal models have for the same numbers. */
const configuration = z.object({
  model_type: z.string(),
  vocab_size: z.int(),
  hidden_size: z.int().optional(),
  n_embd: z.int().optional(),
  num_hidden_layers: z.int().optional(),
  n_layer: z.int().optional(),
  num_attention_heads: z.int().optional(),
  n_head: z.int().optional(),
  ffn_dim: z.int().optional(),
  intermediate_size: z.int().optional(),
  n_inner: z.int().nullish(),
  max_position_embeddings: z.int().optional(),
  n_positions: z.int().optional(),
});

/** Reads a model's configuration and counts its weights. Throws InputError where it is none that can be trained. */
export function modelFacts(folder: string): ModelFacts {
  if (!existsSync(folder)) throw new InputError('there is no such folder: name a model’s', { file: folder });
  const file = join(folder, 'config.json');
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new InputError('the folder has no config.json: it is not a model’s', { file: folder });
    throw new InputError(`can't be read: ${messageOf(error)}`, { file });
  }
  const read = configuration.safeParse(json);
  if (!read.success) {
    throw new InputError(`not a language model's: ${firstFault(read.error, 'the file')}`, { file });
  }
  const config = read.data;
  const hidden = config.hidden_size ?? config.n_embd;
  const layers = config.num_hidden_layers ?? config.n_layer;
  const heads = config.num_attention_heads ?? config.n_head;
  if (!hidden || !layers || !heads)
    throw new InputError('says no hidden_size, num_hidden_layers and num_attention_heads', { file });
  const shape: Shape = {
    hidden,
    layers,
    heads,
    ffn: config.ffn_dim ?? config.intermediate_size ?? config.n_inner ?? 4 * hidden,
    vocabulary: config.vocab_size,
    positions: config.max_position_embeddings ?? config.n_positions ?? Number.MAX_SAFE_INTEGER,
  };
  const counted = countWeights(folder);
  if (counted === undefined && !hasOtherWeights(folder))
    throw new InputError('the folder has no weights: no *.safetensors and no pytorch_model*.bin', {
      file: folder,
    });
  return { type: config.model_type, shape, parameters: counted ?? parametersOf(shape) };
}

function hasOtherWeights(folder: string): boolean {
  return readdirSync(folder).some((name) => /^pytorch_model.*\.bin$/u.test(name));
}

const header = z.record(z.string(), z.object({ shape: z.array(z.int()).optional() }).catchall(z.unknown()));

/** The numbers in all safetensors files, by their headers; undefined where there are none. */
function countWeights(folder: string): number | undefined {
  const files = readdirSync(folder).filter((name) => /^(model|pytorch_model).*\.safetensors$/u.test(name));
  if (files.length === 0) return undefined;
  return files.reduce((sum, name) => sum + countFile(join(folder, name)), 0);
}

function countFile(file: string): number {
  const handle = openSync(file, 'r');
  try {
    const size = Buffer.alloc(8);
    readSync(handle, size, 0, 8, 0);
    const length = Number(size.readBigUInt64LE());
    if (length > 100_000_000) throw new Error('its header is too long');
    const text = Buffer.alloc(length);
    if (readSync(handle, text, 0, length, 8) < length) throw new Error('its header is cut off');
    const tensors = header.parse(JSON.parse(text.toString('utf8')));
    return Object.values(tensors).reduce(
      (sum, { shape }) => sum + (shape ? shape.reduce((product, side) => product * side, 1) : 0),
      0,
    );
  } catch (error) {
    throw new InputError(`not a safetensors file: ${messageOf(error)}`, { file });
  } finally {
    closeSync(handle);
  }
}
