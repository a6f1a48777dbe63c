import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { InputError, messageOf } from '../../base/problem.ts';
import { type ExactTokenizer, loadTokenizer } from '../../prompts/tokens.ts';
import type { ScoreAnswer, ScoreRequest } from '../../protocol.ts';
import { type Backend, type CheckpointFacts, grouped } from './backend.ts';
import { ScoringGraph } from './scoring-graph.ts';
import { type Row, refusalOf, rowsOf, type Sequence, sequencesOf } from './sequences.ts';

/** What `export_onnx` says beside a graph. */
const description = z.object({
  heldout: z.literal('scoring-graph'),
  version: z.literal(1),
  length: z.int().min(2),
  vocabulary: z.int().min(1),
  checkpoint: z.string(),
});

/** Requests that are sorted by length together. */
const TOGETHER = 256;
/** Places of one batch, padding included. */
const BATCH_PLACES = 4096;
/** Texts generated side by side. */
const SIDE_BY_SIDE = 16;

export interface OnnxOptions {
  /** A tokenizer.json other than the one beside the graph. */
  tokenizer?: string;
  hash: (path: string) => Promise<string>;
}

/** The embedded backend: a scoring graph in this process, no Python needed. Throws InputError. */
export async function onnxBackend(given: string, options: OnnxOptions): Promise<Backend> {
  const path = resolve(given);
  if (!existsSync(path)) throw new InputError('there is no such file', { file: path });
  const facts = readDescription(path);
  const tokenizer = loadTokenizer(options.tokenizer ?? join(dirname(path), 'tokenizer.json'));
  const graph = await ScoringGraph.load(path);
  const checkpoint = {
    name: basename(path, '.onnx'),
    place: path,
    hash: await options.hash(path),
    step: null,
  };
  return new OnnxBackend(graph, tokenizer, checkpoint, facts.length, facts.vocabulary);
}

function readDescription(path: string): z.infer<typeof description> {
  const file = path.replace(/\.onnx$/u, '.json');
  const how = '"heldout export-onnx CHECKPOINT OUT.onnx" writes it beside the graph';
  try {
    return description.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const what =
      error instanceof z.ZodError
        ? 'does not describe a scoring graph'
        : existsSync(file)
          ? messageOf(error)
          : 'is missing';
    throw new InputError(`${what}: ${how}`, { file });
  }
}

class OnnxBackend implements Backend {
  readonly kind = 'onnx';
  readonly checkpoint: CheckpointFacts;
  readonly length: number;
  readonly countTokens: (text: string) => number;
  readonly #graph: ScoringGraph;
  readonly #tokenizer: ExactTokenizer;
  readonly #end: number;
  readonly #vocabulary: number;

  constructor(
    graph: ScoringGraph,
    tokenizer: ExactTokenizer,
    checkpoint: CheckpointFacts,
    length: number,
    vocabulary: number,
  ) {
    this.#graph = graph;
    this.#tokenizer = tokenizer;
    this.checkpoint = checkpoint;
    this.length = length;
    this.#vocabulary = vocabulary;
    this.countTokens = (text) => tokenizer.promptIds(text).length;
    this.#end = tokenizer.separator.id;
  }

  async *run(requests: AsyncIterable<ScoreRequest>, signal: AbortSignal): AsyncGenerator<ScoreAnswer> {
    for await (const group of grouped(requests, TOGETHER)) {
      yield* this.#rank(
        group.filter((one) => one.kind === 'rank'),
        signal,
      );
      yield* this.#generate(
        group.filter((one) => one.kind === 'generate'),
        signal,
      );
    }
  }

  close(): Promise<void> {
    return this.#graph.close();
  }

  async *#rank(requests: readonly Ranking[], signal: AbortSignal): AsyncGenerator<ScoreAnswer> {
    const open: Open[] = [];
    for (const request of requests) {
      const sequences = this.#sequences(request);
      if ('error' in sequences) yield { id: request.id, error: sequences.error };
      else open.push(opened(request.id, sequences));
    }
    const rows = open.flatMap((one) => one.rows.map((row) => ({ row, of: one })));
    rows.sort((a, b) => a.row.ids.length - b.row.ids.length);
    for (const batch of batches(rows, ({ row }) => row.ids.length)) {
      signal.throwIfAborted();
      const scored = await this.#graph.run(batch.map(({ row }) => row));
      for (const [at, { row, of }] of batch.entries()) {
        add(of, row, scored[at]!);
        if (--of.left === 0) yield answerOf(of);
      }
    }
  }

  #sequences({ prefix, continuations }: Ranking): Sequence[] | { error: string } {
    const encode = (text: string) => this.#tokenizer.promptIds(text);
    const sequences = sequencesOf(prefix, continuations, encode, this.#end, this.length);
    if ('error' in sequences) return sequences;
    const unknown = sequences.flatMap(({ ids }) => ids).find((id) => id >= this.#vocabulary);
    return unknown === undefined ? sequences : this.#unknown(unknown);
  }

  #unknown(id: number): { error: string } {
    return {
      error: `the tokenizer has a token ${id}, and the model knows ${this.#vocabulary}: they don't belong together`,
    };
  }

  async *#generate(requests: readonly Generating[], signal: AbortSignal): AsyncGenerator<ScoreAnswer> {
    const texts = requests.map((request) => this.#begin(request)).sort((a, b) => a.ids.length - b.ids.length);
    for (let from = 0; from < texts.length; from += SIDE_BY_SIDE) {
      const some = texts.slice(from, from + SIDE_BY_SIDE);
      for (;;) {
        signal.throwIfAborted();
        const open = some.filter(({ done }) => !done);
        if (open.length === 0) break;
        const scored = await this.#graph.run(open.map(({ ids }) => lastPlace(ids)));
        for (const [at, text] of open.entries()) {
          const next = scored[at]!.mostLikely[0]!;
          if (next === this.#end) text.done = true;
          else {
            text.ids.push(next);
            text.written.push(next);
            text.done = text.written.length >= text.most;
          }
        }
      }
      for (const { id, written, truncated, error } of some) {
        if (error) yield { id, error };
        else yield { id, text: this.#tokenizer.decode(written), tokens: written.length, truncated };
      }
    }
  }

  /** A prompt leaves room for what is written: `max_tokens`, or half of a context that is too short for that. */
  #begin({ id, prefix, max_tokens }: Generating): Writing {
    const most = Math.min(max_tokens, this.length >> 1);
    const said = this.#tokenizer.promptIds(prefix);
    const all = said.length === 0 ? [this.#end] : said;
    const ids = all.slice(-(this.length - most));
    const unknown = ids.find((one) => one >= this.#vocabulary);
    const error = refusalOf(prefix) ?? (unknown === undefined ? undefined : this.#unknown(unknown).error);
    return {
      id,
      ids,
      written: [],
      most,
      truncated: all.length - ids.length,
      done: error !== undefined,
      error,
    };
  }
}

type Ranking = Extract<ScoreRequest, { kind: 'rank' }>;
type Generating = Extract<ScoreRequest, { kind: 'generate' }>;

interface Writing {
  id: string;
  ids: number[];
  written: number[];
  most: number;
  truncated: number;
  done: boolean;
  error: string | undefined;
}

/** A request some of whose rows wait. */
interface Open {
  id: string;
  rows: Row[];
  left: number;
  sums: number[];
  greedy: boolean[];
  tokens: number[];
  truncated: number;
}

function opened(id: string, sequences: readonly Sequence[]): Open {
  const rows = rowsOf(sequences);
  return {
    id,
    rows,
    left: rows.length,
    sums: sequences.map(() => 0),
    greedy: sequences.map(() => true),
    tokens: sequences.map(({ ids, from }) => ids.length - from),
    truncated: Math.max(...sequences.map(({ truncated }) => truncated)),
  };
}

function add(of: Open, row: Row, scored: { logProbabilities: number[]; mostLikely: number[] }): void {
  for (const [at, { target, sequence }] of row.picks.entries()) {
    of.sums[sequence]! += scored.logProbabilities[at]!;
    if (scored.mostLikely[at] !== target) of.greedy[sequence] = false;
  }
}

function answerOf({ id, sums, greedy, tokens, truncated }: Open): ScoreAnswer {
  if (!sums.every(Number.isFinite)) return { id, error: 'the model gave a log-likelihood that is no number' };
  return { id, log_likelihoods: sums, tokens, greedy, truncated };
}

function lastPlace(ids: readonly number[]): Row {
  return {
    ids: [...ids],
    positions: ids.map((_, at) => at),
    segments: ids.map(() => 1),
    picks: [{ at: ids.length - 1, target: 0, sequence: 0 }],
  };
}

/** Ascending by length: a batch has at most so many places, or one row. */
function batches<One>(all: readonly One[], lengthOf: (one: One) => number): One[][] {
  const made: One[][] = [];
  for (const one of all) {
    const last = made.at(-1);
    if (last && (last.length + 1) * lengthOf(one) <= BATCH_PLACES) last.push(one);
    else made.push([one]);
  }
  return made;
}
