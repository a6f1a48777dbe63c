import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { InputError } from '../../base/problem.ts';
import { type ExactTokenizer, loadTokenizer } from '../../prompts/tokens.ts';
import type { ScoreAnswer, ScoreRequest } from '../../protocol.ts';
import { type Backend, type CheckpointFacts, grouped } from './backend.ts';
import { describedGraph, type GraphFacts } from './onnx/description.ts';
import { type Graph, loadGraph } from './onnx/graph.ts';
import { type Ranking, ranked } from './onnx/ranking.ts';
import { type Writing, written } from './onnx/writing.ts';
import { refusalOf, type Sequence, sequencesOf } from './sequences.ts';

/** Requests that are sorted by length together. */
const TOGETHER = 256;

export interface OnnxOptions {
  /** A tokenizer.json other than the one beside the graph. */
  tokenizer?: string;
  hash: (path: string) => Promise<string>;
}

/** The embedded backend: a graph in this process, no Python needed. Throws InputError. */
export async function onnxBackend(given: string, options: OnnxOptions): Promise<Backend> {
  const path = resolve(given);
  if (!existsSync(path)) throw new InputError('there is no such file', { file: path });
  const facts = describedGraph(path);
  const tokenizer = loadTokenizer(options.tokenizer ?? join(dirname(path), 'tokenizer.json'));
  const graph = await loadGraph(path, facts.vocabulary, facts.own);
  const checkpoint = {
    name: basename(path, '.onnx'),
    place: path,
    hash: await options.hash(path),
    step: null,
  };
  return new OnnxBackend(graph, tokenizer, checkpoint, facts);
}

class OnnxBackend implements Backend {
  readonly kind = 'onnx';
  readonly checkpoint: CheckpointFacts;
  readonly length: number;
  readonly countTokens: (text: string) => number;
  readonly #graph: Graph;
  readonly #tokenizer: ExactTokenizer;
  readonly #end: number;
  readonly #ends: ReadonlySet<number>;
  readonly #vocabulary: number;

  constructor(graph: Graph, tokenizer: ExactTokenizer, checkpoint: CheckpointFacts, facts: GraphFacts) {
    this.#graph = graph;
    this.#tokenizer = tokenizer;
    this.checkpoint = checkpoint;
    this.length = facts.length;
    this.#vocabulary = facts.vocabulary;
    this.countTokens = (text) => tokenizer.promptIds(text).length;
    this.#end = tokenizer.separator.id;
    this.#ends = new Set([this.#end, ...facts.ends]);
  }

  async *run(requests: AsyncIterable<ScoreRequest>, signal: AbortSignal): AsyncGenerator<ScoreAnswer> {
    for await (const group of grouped(requests, TOGETHER)) {
      const rankings: Ranking[] = [];
      const writings: Writing[] = [];
      for (const request of group) {
        const read = request.kind === 'rank' ? this.#sequences(request) : this.#begun(request);
        if ('error' in read) yield { id: request.id, error: read.error };
        else if (Array.isArray(read)) rankings.push({ id: request.id, sequences: read });
        else writings.push(read);
      }
      yield* ranked(this.#graph, rankings, signal);
      for await (const texts of written(this.#graph, writings, this.#ends, signal))
        for (const { id, written, truncated } of texts)
          yield { id, text: this.#tokenizer.decode(written), tokens: written.length, truncated };
    }
  }

  close(): Promise<void> {
    return this.#graph.close();
  }

  #sequences({
    prefix,
    continuations,
  }: Extract<ScoreRequest, { kind: 'rank' }>): Sequence[] | { error: string } {
    const encode = (text: string) => this.#tokenizer.promptIds(text);
    const sequences = sequencesOf(prefix, continuations, encode, this.#end, this.length);
    if ('error' in sequences) return sequences;
    const error = this.#unknown(sequences.flatMap(({ ids }) => ids));
    return error === undefined ? sequences : { error };
  }

  /** A prompt leaves room for what is written: `max_tokens`, or half of a context that is too short for that. */
  #begun({
    id,
    prefix,
    max_tokens,
  }: Extract<ScoreRequest, { kind: 'generate' }>): Writing | { error: string } {
    const most = Math.min(max_tokens, this.length >> 1);
    const said = this.#tokenizer.promptIds(prefix);
    const all = said.length === 0 ? [this.#end] : said;
    const prompt = all.slice(-(this.length - most));
    const error = refusalOf(prefix) ?? this.#unknown(prompt);
    if (error !== undefined) return { error };
    return { id, prompt, written: [], most, truncated: all.length - prompt.length, done: false };
  }

  #unknown(ids: readonly number[]): string | undefined {
    const unknown = ids.find((id) => id >= this.#vocabulary);
    if (unknown === undefined) return undefined;
    return `the tokenizer has a token ${unknown}, and the model knows ${this.#vocabulary}: they don't belong together`;
  }
}
