import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import * as z from 'zod';
import { InputError, messageOf } from '../../base/problem.ts';

/** Where a folder has the graph: its own, or as the Hub's repositories lay it out. */
const GRAPHS = ['model.onnx', 'onnx/model.onnx'];

/** Tokens of a text that are looked at where the model's own settings don't say: the most that most take. */
const MOST_TOKENS = 512;

/** What the settings of sentence-transformers, where they lie beside a model, say of how it is to be used. */
const poolingFile = z.object({
  pooling_mode_cls_token: z.boolean().optional(),
  pooling_mode_mean_tokens: z.boolean().optional(),
});
const lengthFile = z.object({ max_seq_length: z.int().min(2).nullish() });

interface Use {
  /** The first token's vector is the text's, not the mean of all. */
  first: boolean;
  most: number;
}

/** A unit vector. */
export type Embedding = Float32Array;

/**
 * A sentence-embedding model in a folder with `model.onnx` and `tokenizer.json`: one that takes `input_ids`
 * (with `attention_mask` and `token_type_ids` where it asks for them) and gives a vector a token, whose mean is
 * the text's (or the first of which, where `1_Pooling/config.json` says so), or one a text.
 */
export class EmbeddingModel {
  readonly #folder: string;
  readonly #tokenizer: Tokenizer;
  readonly #graph: InferenceSession;
  readonly #use: Use;
  readonly #known = new Map<string, Embedding>();

  private constructor(folder: string, tokenizer: Tokenizer, graph: InferenceSession, use: Use) {
    this.#folder = folder;
    this.#tokenizer = tokenizer;
    this.#graph = graph;
    this.#use = use;
  }

  /** Read once for as long as its files stay. Throws InputError that names the file at fault. */
  static async load(folder: string): Promise<EmbeddingModel> {
    const graph = GRAPHS.map((name) => join(folder, name)).find((path) => existsSync(path));
    const tokenizer = join(folder, 'tokenizer.json');
    if (!graph)
      throw new InputError('holds no model.onnx: name the folder of an embedding model', { file: folder });
    if (!existsSync(tokenizer))
      throw new InputError('is not there: an embedding model needs its tokenizer beside it', {
        file: tokenizer,
      });
    const mark = [graph, tokenizer, ...SETTINGS.map((name) => join(folder, name))]
      .filter((path) => existsSync(path))
      .map((path) => `${path} ${statSync(path).size} ${statSync(path).mtimeMs}`)
      .join();
    const known = loaded.get(mark);
    if (known) return known;
    const made = new EmbeddingModel(
      folder,
      readTokenizer(tokenizer, folder),
      await readGraph(graph),
      readUse(folder),
    );
    loaded.clear();
    loaded.set(mark, made);
    return made;
  }

  /** Throws InputError where graph and tokenizer don't go together. */
  async embed(text: string): Promise<Embedding> {
    const before = this.#known.get(text);
    if (before) return before;
    const ids = this.#ids(text);
    const shape = [1, ids.length];
    const numbers = (value: (at: number) => number) =>
      new Tensor(
        'int64',
        BigInt64Array.from(ids, (_, at) => BigInt(value(at))),
        shape,
      );
    const inputs: Record<string, Tensor> = {
      input_ids: numbers((at) => ids[at]!),
      attention_mask: numbers(() => 1),
      token_type_ids: numbers(() => 0),
    };
    const feeds = Object.fromEntries(this.#graph.inputNames.map((name) => [name, inputs[name]!]));
    let output: Tensor;
    try {
      output = (await this.#graph.run(feeds, { logSeverityLevel: 4 }))[this.#output()]! as Tensor;
    } catch (error) {
      const why = messageOf(error).split('\n', 1)[0]!;
      throw new InputError(`the model can't embed a text (${why}): is the tokenizer.json its own?`, {
        file: this.#folder,
      });
    }
    const embedding = unit(this.#pooled(output, ids.length));
    this.#known.set(text, embedding);
    return embedding;
  }

  /** With the tokens that the tokenizer puts around a text; a long text loses its end, not the last of those. */
  #ids(text: string): number[] {
    const { ids } = this.#tokenizer.encode(text);
    // The library gives `undefined` for what a vocabulary lacks, where it names no unknown token.
    if (!ids.every(Number.isInteger))
      throw new InputError('has no number for some words: is it the whole tokenizer.json?', {
        file: join(this.#folder, 'tokenizer.json'),
      });
    if (ids.length === 0) return [0];
    const { most } = this.#use;
    return ids.length <= most ? ids : [...ids.slice(0, most - 1), ids.at(-1)!];
  }

  #output(): string {
    const names = this.#graph.outputNames;
    return (
      ['sentence_embedding', 'last_hidden_state', 'token_embeddings'].find((name) => names.includes(name)) ??
      names[0]!
    );
  }

  /** The mean over the tokens, or the first one's, where there is a vector of each. */
  #pooled({ data, dims, type }: Tensor, tokens: number): Float32Array {
    const width = dims.at(-1)!;
    const pooled = dims.length === 2 && dims[0] === 1;
    if (type !== 'float32' || !(pooled || (dims.length === 3 && dims[1] === tokens)))
      throw new InputError(
        `gives ${type} of ${dims.join(' × ')}: a vector of floats for each token or text is expected`,
        { file: this.#folder },
      );
    const values = data as Float32Array;
    if (pooled) return values.slice();
    if (this.#use.first) return values.slice(0, width);
    const mean = new Float32Array(width);
    for (const [at, value] of values.entries()) mean[at % width]! += value / tokens;
    return mean;
  }
}

/** One: a bench has one. */
const loaded = new Map<string, EmbeddingModel>();

function readTokenizer(path: string, folder: string): Tokenizer {
  try {
    const config = join(folder, 'tokenizer_config.json');
    const settings: unknown = existsSync(config) ? JSON.parse(readFileSync(config, 'utf8')) : {};
    return new Tokenizer(JSON.parse(readFileSync(path, 'utf8')), settings as object);
  } catch (error) {
    throw new InputError(`is no tokenizer: ${messageOf(error)}`, { file: path });
  }
}

const [POOLING, LENGTH] = ['1_Pooling/config.json', 'sentence_bert_config.json'];
const SETTINGS = [POOLING, LENGTH];

function readUse(folder: string): Use {
  const { pooling_mode_cls_token: first = false, pooling_mode_mean_tokens: mean = !first } =
    readSettings(folder, POOLING, poolingFile) ?? {};
  if (first === mean)
    throw new InputError('pools in a way that is not known here: the mean or the first token is', {
      file: join(folder, POOLING),
    });
  return { first, most: readSettings(folder, LENGTH, lengthFile)?.max_seq_length ?? MOST_TOKENS };
}

function readSettings<T>(folder: string, name: string, schema: z.ZodType<T>): T | undefined {
  const file = join(folder, name);
  if (!existsSync(file)) return undefined;
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new InputError(`can't be read: ${why.split('\n', 1)[0]}`, { file });
  }
}

async function readGraph(path: string): Promise<InferenceSession> {
  let graph: InferenceSession;
  try {
    graph = await InferenceSession.create(path, {
      // Its own log would tell a fault twice.
      logSeverityLevel: 4,
      // Threads that wait busily for each other double the processors' work on such small graphs.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  } catch (error) {
    throw new InputError(`is no ONNX model: ${messageOf(error).split('\n', 1)[0]}`, { file: path });
  }
  const taken = ['input_ids', 'attention_mask', 'token_type_ids'];
  const other = graph.inputNames.find((name) => !taken.includes(name));
  if (other !== undefined || !graph.inputNames.includes('input_ids'))
    throw new InputError(
      `asks for ${graph.inputNames.join(', ')}: an embedding model takes ${taken.join(', ')}`,
      { file: path },
    );
  return graph;
}

export function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((value) => value / length) : vector;
}
