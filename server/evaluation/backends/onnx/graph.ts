import { InferenceSession } from 'onnxruntime-node';
import { InputError, messageOf } from '../../../base/problem.ts';
import type { Row } from '../sequences.ts';
import type { Cache, Fresh, Part } from './cache.ts';
import { partsOf } from './feeds.ts';
import { LogitsGraph } from './logits-graph.ts';
import { ScoringGraph } from './scoring-graph.ts';

/** Of a row, for each of its picks: the target's log-probability, and the likeliest token. */
export interface Scored {
  logProbabilities: number[];
  mostLikely: number[];
}

export interface Reading {
  /** What was read before the rows, row for row; their positions count on from there. */
  past?: Cache;
  /** Whether keys and values of the rows are wanted. */
  keep?: boolean;
}

/** A causal language model that is asked at chosen places. */
export interface Graph {
  /** Of its cache; none where it reads every text from the beginning. */
  readonly parts: readonly Part[];
  /** Whether a row may hold branches. */
  readonly branching: boolean;
  /** Places of one batch, padding included. */
  readonly places: number;
  /** Rows of about one length: the shorter ones are padded. */
  run(rows: readonly Row[], reading?: Reading): Promise<{ scored: Scored[]; fresh?: Fresh }>;
  close(): Promise<void>;
}

/** A graph that `export_onnx` or Optimum wrote. Throws InputError where the file is none. */
export async function loadGraph(path: string, vocabulary: number, own: boolean): Promise<Graph> {
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(path, { executionProviders: ['cpu'], logSeverityLevel: 3 });
  } catch (error) {
    throw new InputError(`not an ONNX model that can be run: ${messageOf(error)}`, { file: path });
  }
  const kind = own ? ScoringGraph : LogitsGraph;
  const missing = kind.missing(session);
  if (missing.length > 0) {
    await session.release();
    throw new InputError(`is no ${kind.what} (it lacks ${missing.join(', ')}): ${HOW}`, { file: path });
  }
  try {
    return new kind(session, partsOf(session), vocabulary);
  } catch (error) {
    await session.release();
    throw new InputError(`can't be scored: ${messageOf(error)}; ${HOW}`, { file: path });
  }
}

const HOW = '"heldout export-onnx CHECKPOINT OUT.onnx" writes one';
