import type { InferenceSession } from 'onnxruntime-node';
import type { Row } from '../sequences.ts';
import type { Part } from './cache.ts';
import { freshOf, masked, PRESENT, padded, partNames, pastFeeds } from './feeds.ts';
import type { Graph, Reading, Scored } from './graph.ts';

/** Logits that one batch may give: they are the largest tensor by far. 256 MB. */
const LOGITS = 1 << 26;
const MOST_PLACES = 4096;

/** A causal language model as Optimum exports it: logits of every place; its cache, where it was exported with past. */
export class LogitsGraph implements Graph {
  static readonly what = "language model of Optimum's";
  readonly branching = false;
  readonly places: number;
  readonly parts: readonly Part[];
  readonly #session: InferenceSession;
  readonly #vocabulary: number;

  /** Throws Error where it can't be used. */
  constructor(session: InferenceSession, parts: readonly Part[], vocabulary: number) {
    if (session.inputNames.includes('use_cache_branch'))
      throw new Error('a merged decoder, which reads with its cache otherwise than without: export it anew');
    const logits = session.outputMetadata.find(({ name }) => name === 'logits');
    if (!logits?.isTensor || logits.type !== 'float32')
      throw new Error('its logits are not float32: export it as float32');
    this.#session = session;
    this.parts = parts;
    this.#vocabulary = vocabulary;
    this.places = Math.min(MOST_PLACES, Math.max(1, Math.floor(LOGITS / vocabulary)));
  }

  static missing({ inputNames, outputNames }: InferenceSession): string[] {
    return [
      ...['input_ids', 'attention_mask'].filter((name) => !inputNames.includes(name)),
      ...['logits'].filter((name) => !outputNames.includes(name)),
    ];
  }

  async run(rows: readonly Row[], { past, keep = false }: Reading = {}): ReturnType<Graph['run']> {
    const places = Math.max(...rows.map(({ ids }) => ids.length));
    const present = partNames(PRESENT, this.parts.length);
    const output = await this.#session.run(
      {
        input_ids: padded(rows, places, ({ ids }) => ids),
        attention_mask: masked(rows, places, past),
        // Some models read positions off the mask.
        ...(this.#session.inputNames.includes('position_ids') && {
          position_ids: padded(rows, places, ({ positions }) => positions),
        }),
        ...pastFeeds(this.parts, rows.length, past),
      },
      keep ? ['logits', ...present] : ['logits'],
    );
    const logits = output.logits!.data as Float32Array;
    const vocabulary = output.logits!.dims[2] ?? this.#vocabulary;
    const scored = rows.map((row, at): Scored => {
      const each = row.picks.map((pick) => {
        const start = (at * places + pick.at) * vocabulary;
        return scoreOf(logits.subarray(start, start + vocabulary), pick.target);
      });
      return {
        logProbabilities: each.map(({ logProbability }) => logProbability),
        mostLikely: each.map(({ likeliest }) => likeliest),
      };
    });
    const room = past?.room ?? 0;
    return { scored, ...(keep && { fresh: freshOf(output, present, room + places, room) }) };
  }

  close(): Promise<void> {
    return this.#session.release();
  }
}

function scoreOf(logits: Float32Array, target: number): { logProbability: number; likeliest: number } {
  let likeliest = 0;
  for (let token = 1; token < logits.length; token++)
    if (logits[token]! > logits[likeliest]!) likeliest = token;
  const best = logits[likeliest]!;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - best);
  return { logProbability: logits[target]! - best - Math.log(sum), likeliest };
}
