import * as z from 'zod';
import type { Http } from './http.ts';

/** The log-probability of each token of a prompt, and whether it is the likeliest; the first token has none. */
export interface PromptScores {
  logProbabilities: (number | null)[];
  greedy: boolean[];
}

/** How a server is asked for what it knows. */
export interface Dialect {
  name: string;
  prompt(ids: readonly number[], signal: AbortSignal, tries?: number): Promise<PromptScores>;
  /** Greedy text, without what ends it. */
  write(
    ids: readonly number[],
    maxTokens: number,
    signal: AbortSignal,
  ): Promise<{ text: string; tokens: number }>;
}

const logProbability = z.number().nullable();
const completion = z.object({
  choices: z
    .array(
      z.object({
        text: z.string(),
        logprobs: z
          .object({
            token_logprobs: z.array(logProbability),
            top_logprobs: z.array(z.record(z.string(), z.number()).nullable()).nullish(),
          })
          .nullish(),
      }),
    )
    .min(1),
  usage: z.object({ completion_tokens: z.int() }).nullish(),
});

/** `/v1/completions` as vLLM answers it: the prompt comes back with its log-probabilities. */
export function vllm(http: Http, model: string): Dialect {
  const common = { model, temperature: 0, add_special_tokens: false };
  return {
    name: 'vLLM',
    async prompt(ids, signal, tries) {
      const asked = { ...common, prompt: [...ids], echo: true, logprobs: 1, max_tokens: 1 };
      const { choices } = await http.ask('/v1/completions', completion, asked, signal, tries);
      const logprobs = choices[0]!.logprobs;
      if (!logprobs) return { logProbabilities: [], greedy: [] };
      // One token is written, and comes last.
      const logProbabilities = logprobs.token_logprobs.slice(0, -1);
      const greedy = logProbabilities.map((own, at) => {
        const top = logprobs.top_logprobs?.[at];
        return own !== null && top != null && own >= Math.max(...Object.values(top));
      });
      return { logProbabilities, greedy };
    },
    async write(ids, maxTokens, signal) {
      const asked = { ...common, prompt: [...ids], max_tokens: maxTokens };
      const { choices, usage } = await http.ask('/v1/completions', completion, asked, signal);
      return { text: choices[0]!.text, tokens: usage?.completion_tokens ?? 0 };
    },
  };
}

const scoredToken = z.tuple([logProbability, z.int()]).rest(z.unknown());
const generated = z.object({
  text: z.string(),
  meta_info: z.object({
    completion_tokens: z.int().optional(),
    input_token_logprobs: z.array(scoredToken).optional(),
    input_top_logprobs: z.array(z.array(scoredToken).nullable()).optional(),
  }),
});

/** `/generate` as SGLang answers it. */
export function sglang(http: Http): Dialect {
  return {
    name: 'SGLang',
    async prompt(ids, signal, tries) {
      const asked = {
        input_ids: [...ids],
        sampling_params: { temperature: 0, max_new_tokens: 1 },
        return_logprob: true,
        logprob_start_len: 0,
        top_logprobs_num: 1,
      };
      const { meta_info } = await http.ask('/generate', generated, asked, signal, tries);
      const scores = meta_info.input_token_logprobs ?? [];
      return {
        logProbabilities: scores.map(([score]) => score),
        greedy: scores.map(([, token], at) => meta_info.input_top_logprobs?.[at]?.[0]?.[1] === token),
      };
    },
    async write(ids, maxTokens, signal) {
      const asked = { input_ids: [...ids], sampling_params: { temperature: 0, max_new_tokens: maxTokens } };
      const { text, meta_info } = await http.ask('/generate', generated, asked, signal);
      return { text, tokens: meta_info.completion_tokens ?? 0 };
    },
  };
}
