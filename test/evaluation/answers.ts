import type { Backend } from '../../server/evaluation/backends/backend.ts';
import type { Graph } from '../../server/evaluation/backends/onnx/graph.ts';
import type { ScoreAnswer, ScoreRequest } from '../../server/protocol.ts';

const signal = new AbortController().signal;

export async function answersOf(
  backend: Backend,
  requests: readonly ScoreRequest[],
): Promise<Map<string, ScoreAnswer>> {
  const answers = new Map<string, ScoreAnswer>();
  const given = (async function* () {
    yield* requests;
  })();
  for await (const answer of backend.run(given, signal)) answers.set(answer.id, answer);
  return answers;
}

/** The same graph, by those who use no cache. */
export function withoutCache(graph: Graph): Graph {
  return {
    parts: [],
    branching: graph.branching,
    places: graph.places,
    run: (rows) => graph.run(rows),
    close: () => graph.close(),
  };
}
