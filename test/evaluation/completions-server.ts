/** A small real HTTP server that answers as vLLM, or SGLang, does, from a bigram model; and as servers do that can't. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';
import type { NgramModel } from './ngram.ts';

export interface Conduct {
  speaks: 'vllm' | 'sglang';
  /** What it does with log-probabilities of prompts. */
  logprobs: 'right' | 'missing' | 'zero' | 'short' | 'looking-ahead';
  /** Called before each answer to a completion; what it returns is done instead. */
  trouble?: (request: number) => 'drop' | 'busy' | 'nonsense' | 'late' | undefined;
}

const completion = z.object({
  prompt: z.array(z.int()),
  echo: z.boolean().default(false),
  max_tokens: z.int(),
});
const generate = z.object({
  input_ids: z.array(z.int()),
  return_logprob: z.boolean().default(false),
  sampling_params: z.object({ max_new_tokens: z.int() }),
});

export class CompletionsServer {
  requests = 0;
  readonly #server;
  readonly #model: NgramModel;
  readonly #conduct: Conduct;

  private constructor(model: NgramModel, conduct: Conduct) {
    this.#model = model;
    this.#conduct = conduct;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(model: NgramModel, conduct: Conduct): Promise<CompletionsServer> {
    const made = new CompletionsServer(model, conduct);
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => void this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    const json = (status: number, value: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    if (request.url === '/v1/models') return json(200, { data: [{ id: 'bigram', max_model_len: 512 }] });
    const { speaks } = this.#conduct;
    if (request.url !== (speaks === 'vllm' ? '/v1/completions' : '/generate'))
      return json(404, { error: 'no such path' });
    switch (this.#conduct.trouble?.(this.requests++)) {
      case 'drop':
        request.socket.destroy();
        return;
      case 'busy':
        return json(503, { error: 'busy' });
      case 'nonsense':
        response.end('<html>gateway</html>');
        return;
      case 'late':
        return;
    }
    json(200, speaks === 'vllm' ? this.#vllm(JSON.parse(body)) : this.#sglang(JSON.parse(body)));
  }

  #vllm(asked: unknown): unknown {
    const { prompt, echo, max_tokens } = completion.parse(asked);
    const written = this.#model.write(prompt, max_tokens);
    const text = this.#model.tokenizer.decode(written);
    if (!echo) return { choices: [{ text }], usage: { completion_tokens: written.length } };
    const scores = this.#promptScores(prompt);
    const top = prompt.map((id, at) => {
      if (at === 0) return null;
      const before = prompt[at - 1]!;
      const likely = this.#model.likeliest(before);
      return {
        [`token_id:${id}`]: this.#model.logProbability(before, id),
        [`token_id:${likely}`]: this.#model.logProbability(before, likely),
      };
    });
    const logprobs = scores && { token_logprobs: [...scores, -1], top_logprobs: [...top, { next: -1 }] };
    return { choices: [{ text, logprobs }], usage: { completion_tokens: 1 } };
  }

  #sglang(asked: unknown): unknown {
    const { input_ids: ids, sampling_params, return_logprob } = generate.parse(asked);
    const written = this.#model.write(ids, sampling_params.max_new_tokens);
    const scores = return_logprob ? this.#promptScores(ids) : undefined;
    return {
      text: this.#model.tokenizer.decode(written),
      meta_info: {
        completion_tokens: written.length,
        input_token_logprobs: scores?.map((score, at) => [score, ids[at], null]),
        input_top_logprobs: scores?.map((_, at) =>
          at === 0 ? null : [[-1, this.#model.likeliest(ids[at - 1]!), null]],
        ),
      },
    };
  }

  #promptScores(ids: readonly number[]): (number | null)[] | undefined {
    const right = ids.map((id, at) => (at === 0 ? null : this.#model.logProbability(ids[at - 1]!, id)));
    switch (this.#conduct.logprobs) {
      case 'right':
        return right;
      case 'missing':
        return undefined;
      case 'zero':
        return right.map((score) => (score === null ? null : 0));
      case 'short':
        return right.slice(1);
      case 'looking-ahead':
        return right.map((score, at) => (score === null ? null : score - (ids[at + 1] ?? 0) / 100));
    }
  }
}
