import type { ScoreAnswer, ScoreRequest } from '../../protocol.ts';

/**
 * Whatever scores: log-likelihoods of continuations, and greedy text. The log-likelihood of a continuation is
 * the sum over the tokens of prefix and continuation as one text that come after as many tokens as the prefix
 * alone has. Before a text stands what the tokenizer's post-processor puts there, as in the training of the model
 * (nothing where it was trained here); where that is nothing, an empty prefix is the token that ends texts. Prompts that are
 * too long lose their left end. Greedy text ends before the token that ends texts, or after `max_tokens`.
 */
export interface Backend {
  kind: 'process' | 'onnx' | 'server';
  checkpoint: CheckpointFacts;
  /** Tokens of the context; undefined where it doesn't tell. */
  length: number | undefined;
  /** Counts tokens as the model does; undefined where no tokenizer is at hand. */
  countTokens: ((text: string) => number) | undefined;
  /**
   * Answers each request once, in any order, reading on as it has room. What can't be answered is an answer
   * with `error`. Throws the signal's reason on abort, InputError where it can't go on at all.
   */
  run(requests: AsyncIterable<ScoreRequest>, signal: AbortSignal): AsyncIterable<ScoreAnswer>;
  close(): Promise<void>;
}

export interface CheckpointFacts {
  name: string;
  /** A folder, a file or an address. */
  place: string;
  /** Of its content. */
  hash: string;
  step: number | null;
  /** The training run that wrote it, where one of this bench did. */
  run?: { id: string; name: string };
}

/** Requests in groups of about `size`, for those who sort them by length. */
export async function* grouped<One>(all: AsyncIterable<One>, size: number): AsyncGenerator<One[]> {
  let group: One[] = [];
  for await (const one of all) {
    group.push(one);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
