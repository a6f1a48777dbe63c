import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { Row } from '../sequences.ts';
import type { Part } from './cache.ts';
import { freshOf, masked, padded, partNames, pastFeeds } from './feeds.ts';
import type { Graph, Reading, Scored } from './graph.ts';

const INPUTS = ['input_ids', 'position_ids', 'pick', 'target'];
const OUTPUTS = ['log_probability', 'most_likely'];
/** The mask's name in graphs of version 1, which keep no cache. */
const SEGMENTS = 'segments';
const MASK = 'attention_mask';

/** An ONNX graph as `export_onnx` writes it: only places that are picked meet its output layer. */
export class ScoringGraph implements Graph {
  static readonly what = 'scoring graph';
  readonly branching = true;
  readonly places = 4096;
  readonly parts: readonly Part[];
  readonly #session: InferenceSession;
  readonly #mask: string;
  readonly #new: readonly string[];

  constructor(session: InferenceSession, parts: readonly Part[]) {
    this.#session = session;
    this.parts = parts;
    this.#mask = session.inputNames.includes(SEGMENTS) ? SEGMENTS : MASK;
    this.#new = partNames('new', parts.length);
  }

  /** What a graph of this kind has and this one hasn't. */
  static missing({ inputNames, outputNames }: InferenceSession): string[] {
    const mask = inputNames.includes(SEGMENTS) ? [] : [MASK];
    const parts = inputNames.filter((name) => name.startsWith('past_')).length;
    return [
      ...[...INPUTS, ...mask].filter((name) => !inputNames.includes(name)),
      ...[...OUTPUTS, ...partNames('new', parts)].filter((name) => !outputNames.includes(name)),
    ];
  }

  async run(rows: readonly Row[], { past, keep = false }: Reading = {}): ReturnType<Graph['run']> {
    const places = Math.max(...rows.map(({ ids }) => ids.length));
    const picks = rows.flatMap((row, at) =>
      row.picks.map((pick) => ({ ...pick, at: at * places + pick.at })),
    );
    const flat = (partOf: (pick: (typeof picks)[number]) => number) =>
      new Tensor(
        'int64',
        BigInt64Array.from(picks, (pick) => BigInt(partOf(pick))),
        [picks.length],
      );
    const wanted = keep ? [...OUTPUTS, ...this.#new] : OUTPUTS;
    const output = await this.#session.run(
      {
        input_ids: padded(rows, places, ({ ids }) => ids),
        [this.#mask]: masked(rows, places, past),
        position_ids: padded(rows, places, ({ positions }) => positions),
        pick: flat(({ at }) => at),
        target: flat(({ target }) => target),
        ...pastFeeds(this.parts, rows.length, past),
      },
      wanted,
    );
    const scores = output.log_probability!.data as Float32Array;
    const likely = output.most_likely!.data as BigInt64Array;
    let from = 0;
    const scored = rows.map((row): Scored => {
      const to = from + row.picks.length;
      const one = {
        logProbabilities: [...scores.subarray(from, to)],
        mostLikely: Array.from(likely.subarray(from, to), Number),
      };
      from = to;
      return one;
    });
    return { scored, ...(keep && { fresh: freshOf(output, this.#new, places, 0) }) };
  }

  close(): Promise<void> {
    return this.#session.release();
  }
}
