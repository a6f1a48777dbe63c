import { InputError } from '../base/problem.ts';
import { evaluateCheckpoint } from '../engine/evaluation/evaluate-checkpoint.ts';
import { submitEvaluation } from '../engine/evaluation/evaluate-job.ts';
import { submitRunEvaluation } from '../engine/evaluation/evaluate-run-job.ts';
import { slurmPlaceOf } from '../engine/evaluation/evaluate-slurm.ts';
import { lastScores } from '../engine/evaluation/last-scores.ts';
import {
  compareFiles,
  exportedResults,
  resultsRows,
  scoredExamples,
} from '../engine/evaluation/results-view.ts';
import { runCheckpoints } from '../engine/evaluation/run-checkpoints.ts';
import { seriesAround } from '../engine/evaluation/series.ts';
import { readResults } from '../evaluation/results.ts';
import { benchOf, type Handler } from './call.ts';
import { trustedJobsOf } from './job-handlers.ts';

type ResultsRequest =
  | 'evaluate'
  | 'evaluateAsJob'
  | 'slurmPlace'
  | 'evaluateRun'
  | 'runCheckpoints'
  | 'resultsSeries'
  | 'results'
  | 'lastScores'
  | 'resultsOf'
  | 'scored'
  | 'compareResults'
  | 'exportResults';

/** Evaluations, and what is asked of their results. A results file is read as it lies, with a bench or without. */
export const resultsHandlers: { [Name in ResultsRequest]: Handler<Name> } = {
  evaluate: (query, call) => {
    const { workspace, signal, onStep } = call;
    if (!workspace.trusted) throw new InputError('this folder is not trusted: trust it to run a checkpoint');
    // Alone: an import meanwhile would change the examples under it.
    return workspace.alone(() =>
      evaluateCheckpoint(benchOf(call), query, { signal, onStep, onLine: workspace.onProblem }),
    );
  },
  evaluateAsJob: async (query, call) => {
    const { jobs } = trustedJobsOf(call);
    return jobs.row((await submitEvaluation(benchOf(call), query)).id);
  },
  slurmPlace: (_, { workspace }) => slurmPlaceOf(workspace.session?.root),
  evaluateRun: async (query, call) => {
    const { jobs } = trustedJobsOf(call);
    return jobs.row((await submitRunEvaluation(benchOf(call), query)).id);
  },
  runCheckpoints: (_, { workspace }) => (workspace.jobs ? runCheckpoints(workspace.jobs.jobs) : []),
  resultsSeries: ({ file }, { workspace }) =>
    workspace.session ? seriesAround(workspace.session.root, readResults(file)) : [],
  results: (_, { workspace }) => (workspace.session ? resultsRows(workspace.session.root) : []),
  lastScores: (_, { workspace }) =>
    workspace.session ? lastScores(workspace.session) : { tasks: {}, categories: {}, levels: {} },
  resultsOf: ({ file }) => readResults(file),
  scored: (query) => scoredExamples(query),
  compareResults: ({ a, b }) => compareFiles(a, b),
  exportResults: async (query) => ({ text: await exportedResults(query) }),
};
