import { InferenceSession, Tensor } from 'onnxruntime-node';
import { InputError, messageOf } from '../../base/problem.ts';
import type { Row } from './sequences.ts';

const INPUTS = ['input_ids', 'position_ids', 'segments', 'pick', 'target'];
const OUTPUTS = ['log_probability', 'most_likely'];

/** For each row, for each of its picks: the target's log-probability, and the likeliest token. */
export interface Scored {
  logProbabilities: number[];
  mostLikely: number[];
}

/** An ONNX graph as `export_onnx` writes it, loaded. */
export class ScoringGraph {
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
  }

  /** Throws InputError where the file is no scoring graph. */
  static async load(path: string, providers: readonly string[] = ['cpu']): Promise<ScoringGraph> {
    let session: InferenceSession;
    try {
      session = await InferenceSession.create(path, {
        executionProviders: [...providers],
        logSeverityLevel: 3,
      });
    } catch (error) {
      throw new InputError(`not an ONNX model that can be run: ${messageOf(error)}`, { file: path });
    }
    const missing = [
      ...INPUTS.filter((name) => !session.inputNames.includes(name)),
      ...OUTPUTS.filter((name) => !session.outputNames.includes(name)),
    ];
    if (missing.length > 0) {
      await session.release();
      throw new InputError(
        `is no scoring graph (it lacks ${missing.join(', ')}): "heldout export-onnx CHECKPOINT OUT.onnx" writes one`,
        { file: path },
      );
    }
    return new ScoringGraph(session);
  }

  /** Rows of about one length: the shorter ones are padded. */
  async run(rows: readonly Row[]): Promise<Scored[]> {
    const places = Math.max(...rows.map(({ ids }) => ids.length));
    const shape = [rows.length, places];
    const padded = (partOf: (row: Row) => readonly number[]) => {
      const values = new BigInt64Array(rows.length * places);
      for (const [at, row] of rows.entries())
        for (const [column, value] of partOf(row).entries()) values[at * places + column] = BigInt(value);
      return new Tensor('int64', values, shape);
    };
    const picks = rows.flatMap((row, at) =>
      row.picks.map((pick) => ({ ...pick, at: at * places + pick.at })),
    );
    const flat = (partOf: (pick: (typeof picks)[number]) => number) =>
      new Tensor(
        'int64',
        BigInt64Array.from(picks, (pick) => BigInt(partOf(pick))),
        [picks.length],
      );
    const output = await this.#session.run({
      input_ids: padded(({ ids }) => ids),
      position_ids: padded(({ positions }) => positions),
      segments: padded(({ segments }) => segments),
      pick: flat(({ at }) => at),
      target: flat(({ target }) => target),
    });
    const scores = output.log_probability!.data as Float32Array;
    const likely = output.most_likely!.data as BigInt64Array;
    let from = 0;
    return rows.map((row) => {
      const to = from + row.picks.length;
      const scored = {
        logProbabilities: [...scores.subarray(from, to)],
        mostLikely: Array.from(likely.subarray(from, to), Number),
      };
      from = to;
      return scored;
    });
  }

  close(): Promise<void> {
    return this.#session.release();
  }
}
