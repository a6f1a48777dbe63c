import { evaluateCheckpoint } from '../engine/evaluation/evaluate-checkpoint.ts';
import {
  compareFiles,
  exportedResults,
  resultsRows,
  scoredExamples,
} from '../engine/evaluation/results-view.ts';
import { readResults } from '../evaluation/results.ts';
import { benchOf, type Handler } from './call.ts';

type ResultsRequest = 'evaluate' | 'results' | 'resultsOf' | 'scored' | 'compareResults' | 'exportResults';

/** Evaluations, and what is asked of their results. A results file is read as it lies, with a bench or without. */
export const resultsHandlers: { [Name in ResultsRequest]: Handler<Name> } = {
  // Alone: an import meanwhile would change the examples under it.
  evaluate: (query, call) =>
    call.workspace.alone(() =>
      evaluateCheckpoint(benchOf(call), query, {
        signal: call.signal,
        onStep: call.onStep,
        onLine: call.workspace.onProblem,
      }),
    ),
  results: (_, { workspace }) => (workspace.session ? resultsRows(workspace.session.root) : []),
  resultsOf: ({ file }) => readResults(file),
  scored: (query) => scoredExamples(query),
  compareResults: ({ a, b }) => compareFiles(a, b),
  exportResults: async (query) => ({ text: await exportedResults(query) }),
};
