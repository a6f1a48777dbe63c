import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { InputError, messageOf } from '../../../base/problem.ts';

/** What `export_onnx` says beside a graph. */
const description = z.object({
  heldout: z.literal('scoring-graph'),
  version: z.literal([1, 2]),
  length: z.int().min(2),
  vocabulary: z.int().min(1),
  checkpoint: z.string(),
  /** Left out in version 1: only what the tokenizer says ends a text. */
  ends: z.array(z.int().min(0)).default([]),
});

const ends = z.union([z.int(), z.array(z.int())]).nullish();
/** Of a model's configuration, which Optimum puts beside a graph; by the names that models have for it. */
const configuration = z.object({
  vocab_size: z.int().min(1),
  eos_token_id: ends,
  max_position_embeddings: z.int().nullish(),
  n_positions: z.int().nullish(),
  n_ctx: z.int().nullish(),
  max_seq_len: z.int().nullish(),
});
const generation = z.object({ eos_token_id: ends });

/** Tokens of a context whose model doesn't tell. */
const UNTOLD = 2048;

export interface GraphFacts {
  /** Whether `export_onnx` wrote it. */
  own: boolean;
  length: number;
  vocabulary: number;
  /** Tokens that end a text, beside that of the tokenizer. */
  ends: readonly number[];
}

/** What stands beside a graph about it. Throws InputError. */
export function describedGraph(path: string): GraphFacts {
  const file = path.replace(/\.onnx$/u, '.json');
  const config = join(dirname(path), 'config.json');
  const how = `"heldout export-onnx CHECKPOINT OUT.onnx" writes ${basename(file)} beside the graph; beside one of Optimum's belongs its config.json`;
  if (!existsSync(file) && existsSync(config)) return optimumFacts(config, how);
  return { own: true, ...read(file, description, 'does not describe a scoring graph', how) };
}

function optimumFacts(file: string, how: string): GraphFacts {
  const config = read(file, configuration, 'is no configuration of a language model', how);
  const beside = join(dirname(file), 'generation_config.json');
  const more = existsSync(beside) ? read(beside, generation, 'is no configuration of generation', how) : {};
  return {
    own: false,
    length:
      config.max_position_embeddings ?? config.n_positions ?? config.n_ctx ?? config.max_seq_len ?? UNTOLD,
    vocabulary: config.vocab_size,
    ends: [config.eos_token_id, more.eos_token_id].flat().filter((end) => end != null),
  };
}

function read<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  fault: string,
  how: string,
): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const unread = existsSync(file) ? messageOf(error) : 'is missing';
    const what = error instanceof z.ZodError ? fault : unread;
    throw new InputError(`${what}: ${how}`, { file });
  }
}
