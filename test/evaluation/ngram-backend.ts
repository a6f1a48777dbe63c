import type { Backend } from '../../server/evaluation/backends/backend.ts';
import type { ScoreAnswer, ScoreRequest } from '../../server/protocol.ts';
import { NgramModel } from './ngram.ts';

/** A backend in this process, by a bigram model. Keeps what it was asked. */
export class NgramBackend implements Backend {
  readonly kind = 'onnx';
  readonly checkpoint = { name: 'bigram', place: '/nowhere/bigram', hash: 'bigram', step: null };
  readonly length: number;
  readonly asked: ScoreRequest[] = [];
  readonly model = new NgramModel();
  /** Called before each answer. */
  before: (request: ScoreRequest) => void = () => {};

  constructor(length = 2048) {
    this.length = length;
  }

  countTokens = (text: string): number => this.model.tokenizer.count(text);

  async *run(requests: AsyncIterable<ScoreRequest>): AsyncGenerator<ScoreAnswer> {
    for await (const request of requests) {
      this.before(request);
      this.asked.push(request);
      const { id, prefix } = request;
      if (request.kind === 'rank') {
        const log_likelihoods = request.continuations.map((text) => this.model.sum(prefix, text));
        const tokens = request.continuations.map((text) => Math.max(1, this.model.tokenizer.count(text)));
        yield { id, log_likelihoods, tokens, truncated: 0 };
      } else {
        const written = this.model.write(this.model.tokenizer.ids(prefix), request.max_tokens);
        yield { id, text: this.model.tokenizer.decode(written), tokens: written.length, truncated: 0 };
      }
    }
  }

  async close(): Promise<void> {}
}
