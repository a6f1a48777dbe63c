import type { ScoreAnswer } from '../../../protocol.ts';
import type { Row, Sequence } from '../sequences.ts';
import type { Graph, Scored } from './graph.ts';
import { batches, limitOf, readText, restOf, rowsFor } from './rows.ts';
import { families } from './sharing.ts';

export interface Ranking {
  id: string;
  sequences: readonly Sequence[];
}

/** The answers to all requests; what their rows begin with alike (a task's demonstrations above all) is read once. */
export async function* ranked(
  graph: Graph,
  requests: readonly Ranking[],
  signal: AbortSignal,
): AsyncGenerator<ScoreAnswer> {
  const open = requests.map((request) => opened(graph, request));
  const rows = open.flatMap((of) => of.rows.map((row) => ({ row, of })));
  const limit = graph.parts.length > 0 ? limitOf : () => 0;
  for (const { members, shared } of families(rows, ({ row }) => ({ ids: row.ids, limit: limit(row) }))) {
    signal.throwIfAborted();
    const common = shared > 0 ? await readText(graph, members[0]!.row.ids.slice(0, shared)) : undefined;
    members.sort((a, b) => a.row.ids.length - b.row.ids.length);
    const lengthOf = ({ row }: (typeof members)[number]) => row.ids.length - shared;
    for (const batch of batches(graph, members, lengthOf, () => shared)) {
      signal.throwIfAborted();
      const past = common?.taken(
        batch.map(() => 0),
        shared,
      );
      const { scored } = await graph.run(
        batch.map(({ row }) => restOf(row, shared)),
        { past },
      );
      for (const [at, { row, of }] of batch.entries()) {
        add(of, row, scored[at]!);
        if (--of.left === 0) yield answerOf(of);
      }
    }
  }
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

function opened(graph: Graph, { id, sequences }: Ranking): Open {
  const rows = rowsFor(graph, sequences);
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

function add(of: Open, row: Row, scored: Scored): void {
  for (const [at, { target, sequence }] of row.picks.entries()) {
    of.sums[sequence]! += scored.logProbabilities[at]!;
    if (scored.mostLikely[at] !== target) of.greedy[sequence] = false;
  }
}

function answerOf({ id, sums, greedy, tokens, truncated }: Open): ScoreAnswer {
  if (!sums.every(Number.isFinite)) return { id, error: 'the model gave a log-likelihood that is no number' };
  return { id, log_likelihoods: sums, tokens, greedy, truncated };
}
