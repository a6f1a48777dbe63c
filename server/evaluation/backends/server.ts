import { hash } from 'node:crypto';
import * as z from 'zod';
import { InputError, messageOf } from '../../base/problem.ts';
import { type ExactTokenizer, loadTokenizer } from '../../prompts/tokens.ts';
import type { ScoreAnswer, ScoreRequest } from '../../protocol.ts';
import type { Backend, CheckpointFacts } from './backend.ts';
import { type Dialect, sglang, vllm } from './dialects.ts';
import { Http, type HttpOptions, Refused } from './http.ts';
import { refusalOf, type Sequence, sequencesOf } from './sequences.ts';

/** Requests under way at once. */
const AT_ONCE = 8;
/** Requests that fail one after the other before the server is taken for gone. */
const MOST_FAILURES = 20;
/** Tokens of a context where the server doesn't tell. */
const LENGTH = 2048;

export interface ServerOptions extends HttpOptions {
  /** The tokenizer.json of the served model. */
  tokenizer: string | undefined;
  /** As the server calls it; its first one where left out. */
  model?: string;
  length?: number;
  signal: AbortSignal;
}

const models = z.object({
  data: z.array(z.object({ id: z.string(), max_model_len: z.int().nullish() })).min(1),
});

/**
 * A server that speaks OpenAI's completions and gives log-probabilities of prompts: vLLM or SGLang. Throws
 * InputError where it can't be reached, or its log-probabilities are missing or false.
 */
export async function serverBackend(address: string, options: ServerOptions): Promise<Backend> {
  const http = new Http(address.replace(/\/v1\/?$/u, ''), options);
  if (options.tokenizer === undefined) {
    throw new InputError(`${address}: name the tokenizer.json of its model with --tokenizer`);
  }
  const tokenizer = loadTokenizer(options.tokenizer);
  const { data } = await http.ask('/v1/models', models, undefined, options.signal, 2).catch((error) => {
    options.signal.throwIfAborted();
    throw new InputError(`${address}: no server answers as OpenAI's do (${messageOf(error)})`);
  });
  const served = options.model === undefined ? data[0]! : data.find(({ id }) => id === options.model);
  if (!served) {
    throw new InputError(
      `${address}: serves no model "${options.model}": it has ${data.map(({ id }) => id).join(', ')}`,
    );
  }
  const { dialect, mark } = await probe(http, served.id, tokenizer, options.signal);
  const checkpoint = {
    name: served.id,
    place: http.address,
    hash: hash('sha256', JSON.stringify([http.address, served.id, mark]), 'hex').slice(0, 32),
    step: null,
  };
  return new ServerBackend(dialect, tokenizer, checkpoint, options.length ?? served.max_model_len ?? LENGTH);
}

const PROBE = 'The village well stands between the mill and the old stone bridge.';

/** The dialect that the server answers truly in, and what tells its model from another. */
async function probe(
  http: Http,
  model: string,
  tokenizer: ExactTokenizer,
  signal: AbortSignal,
): Promise<{ dialect: Dialect; mark: string }> {
  const faults: string[] = [];
  for (const dialect of [vllm(http, model), sglang(http)]) {
    try {
      const mark = await probed(dialect, tokenizer, signal);
      return { dialect, mark };
    } catch (error) {
      signal.throwIfAborted();
      faults.push(`${dialect.name}: ${messageOf(error)}`);
    }
  }
  throw new InputError(
    `${http.address}: gives no log-probabilities of prompts that can be trusted (${faults.join('; ')}): scores would be chance; serve the model with vLLM or SGLang`,
  );
}

/** Nats by which two answers on the same tokens may differ. */
const SAME = 0.05;

/**
 * Asks for a known text. Its log-probabilities must be one a token, numbers below zero, not all the same, and
 * those of a text that begins alike must be the same as far as it does.
 */
async function probed(dialect: Dialect, tokenizer: ExactTokenizer, signal: AbortSignal): Promise<string> {
  const ids = tokenizer.ids(PROBE);
  const scores = await scoresOf(dialect, ids, signal);
  const turned = [...ids.slice(0, -2), ...ids.slice(0, 2)];
  const others = await scoresOf(dialect, turned, signal);
  const apart = scores.slice(0, -2).some((score, at) => Math.abs(score - others[at]!) > SAME);
  if (apart) throw new Error('they depend on what comes after a token');
  if (new Set(scores).size === 1) throw new Error('they are all the same');
  // Coarse, so that rounding hardly ever changes it: where it does, requests are only scored again.
  return scores.map((score) => Math.round(score / 4)).join(',');
}

async function scoresOf(dialect: Dialect, ids: readonly number[], signal: AbortSignal): Promise<number[]> {
  const { logProbabilities } = await dialect.prompt(ids, signal, 2);
  if (logProbabilities.length === 0) throw new Error('they are missing');
  if (logProbabilities.length !== ids.length)
    throw new Error(`${logProbabilities.length} came for ${ids.length} tokens: another tokenizer?`);
  const scores = logProbabilities.slice(1);
  if (!scores.every((score) => score !== null && score < 0)) throw new Error('some are missing or zero');
  return scores as number[];
}

class ServerBackend implements Backend {
  readonly kind = 'server';
  readonly checkpoint: CheckpointFacts;
  readonly length: number;
  readonly countTokens: (text: string) => number;
  readonly #dialect: Dialect;
  readonly #tokenizer: ExactTokenizer;
  readonly #end: number;
  #failures = 0;

  constructor(dialect: Dialect, tokenizer: ExactTokenizer, checkpoint: CheckpointFacts, length: number) {
    this.#dialect = dialect;
    this.#tokenizer = tokenizer;
    this.checkpoint = checkpoint;
    this.length = length;
    this.countTokens = (text) => tokenizer.promptIds(text).length;
    this.#end = tokenizer.separator.id;
  }

  async *run(requests: AsyncIterable<ScoreRequest>, signal: AbortSignal): AsyncGenerator<ScoreAnswer> {
    const stop = new AbortController();
    const either = AbortSignal.any([signal, stop.signal]);
    const open = new Map<string, Promise<ScoreAnswer>>();
    try {
      for await (const request of requests) {
        open.set(request.id, this.#answer(request, either));
        if (open.size >= AT_ONCE) yield await this.#first(open, signal);
      }
      while (open.size > 0) yield await this.#first(open, signal);
    } finally {
      stop.abort();
      await Promise.allSettled(open.values());
    }
  }

  async close(): Promise<void> {}

  async #first(open: Map<string, Promise<ScoreAnswer>>, signal: AbortSignal): Promise<ScoreAnswer> {
    const answer = await Promise.race(open.values());
    signal.throwIfAborted();
    open.delete(answer.id);
    return answer;
  }

  /** What fails after all tries is a failed example; when nothing is answered any more, the run ends. */
  async #answer(request: ScoreRequest, signal: AbortSignal): Promise<ScoreAnswer> {
    const { id } = request;
    try {
      const answer =
        request.kind === 'rank' ? await this.#rank(request, signal) : await this.#write(request, signal);
      this.#failures = 0;
      return answer;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Refused) && ++this.#failures >= MOST_FAILURES) {
        throw new InputError(
          `${this.checkpoint.place}: ${MOST_FAILURES} requests failed one after the other, the last with ${messageOf(error)}: start the server again and run the command again, it goes on from here`,
        );
      }
      return { id, error: `the server failed: ${messageOf(error)}` };
    }
  }

  async #rank(
    { id, prefix, continuations }: Extract<ScoreRequest, { kind: 'rank' }>,
    signal: AbortSignal,
  ): Promise<ScoreAnswer> {
    const encode = (text: string) => this.#tokenizer.promptIds(text);
    // One token is written beside the prompt, which must fit as well.
    const sequences = sequencesOf(prefix, continuations, encode, this.#end, this.length - 2);
    if ('error' in sequences) return { id, error: sequences.error };
    const scored = await Promise.all(sequences.map((sequence) => this.#sequence(sequence, signal)));
    return {
      id,
      log_likelihoods: scored.map(({ sum }) => sum),
      tokens: sequences.map(({ ids, from }) => ids.length - from),
      greedy: scored.map(({ greedy }) => greedy),
      truncated: Math.max(...sequences.map(({ truncated }) => truncated)),
    };
  }

  async #sequence({ ids, from }: Sequence, signal: AbortSignal): Promise<{ sum: number; greedy: boolean }> {
    const { logProbabilities, greedy } = await this.#dialect.prompt(ids, signal);
    if (logProbabilities.length !== ids.length)
      throw new Error(`${logProbabilities.length} log-probabilities came for ${ids.length} tokens`);
    const own = logProbabilities.slice(from);
    if (own.some((score) => score === null || !Number.isFinite(score)))
      throw new Error('a log-probability is missing');
    return {
      sum: own.reduce<number>((sum, score) => sum + score!, 0),
      greedy: greedy.slice(from).every(Boolean),
    };
  }

  async #write(
    { id, prefix, max_tokens }: Extract<ScoreRequest, { kind: 'generate' }>,
    signal: AbortSignal,
  ): Promise<ScoreAnswer> {
    const refusal = refusalOf(prefix);
    if (refusal !== undefined) return { id, error: refusal };
    const most = Math.min(max_tokens, this.length >> 1);
    const said = this.#tokenizer.promptIds(prefix);
    const all = said.length === 0 ? [this.#end] : said;
    const ids = all.slice(-(this.length - most));
    const { text, tokens } = await this.#dialect.write(ids, most, signal);
    return { id, text, tokens, truncated: all.length - ids.length };
  }
}
