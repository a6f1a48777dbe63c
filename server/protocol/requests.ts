import * as z from 'zod';
import { benchState, importReport, initReport, skipped } from './bench.ts';
import { benchDiff, buildQuery, buildReport, diffQuery } from './build.ts';
import { categoryChange, categoryProposals } from './categories.ts';
import { conflict, decision, leftBehind } from './decisions.ts';
import { comparison, resultsFile } from './evaluation.ts';
import { instanceQuery, instanceView } from './instances.ts';
import { jobDetail, jobList, jobLog, jobRow } from './jobs.ts';
import { mixtureChange, mixtureQuery, mixtureView, textEdits } from './mixture.ts';
import { evidenceView, overlapReport, pairDetail, pairFilter, pairList, pairOrder } from './overlap.ts';
import { packingQuery, packingView } from './packing.ts';
import {
  evaluateJobQuery,
  evaluateQuery,
  evaluateReport,
  evaluateRunQuery,
  exportQuery,
  lastScores,
  resultsRow,
  runCheckpoint,
  scoredPage,
  scoredQuery,
  slurmPlace,
} from './results.ts';
import { splitBoard } from './splits.ts';
import { statisticsQuery, statisticsView } from './statistics.ts';
import { groupBy, taskDetail, taskFilter, taskGroup } from './tasks.ts';
import {
  previewQuery,
  taskTemplates,
  templateFilter,
  templateList,
  templateOrder,
  templatePreview,
  templateVerdict,
} from './templates.ts';
import { firstRun, interpreters, runEstimate, runnerReport, runQuery } from './training.ts';
import { pairVerdict } from './words.ts';

interface Request<Params extends z.ZodType, Result extends z.ZodType> {
  method: string;
  params: Params;
  result: Result;
}

function request<Params extends z.ZodType, Result extends z.ZodType>(
  method: string,
  params: Params,
  result: Result,
): Request<Params, Result> {
  return { method: `heldout/${method}`, params, result };
}

const nothing = z.object({});
export const pairKey = z.object({ train: z.string(), eval: z.string() });
const jobKey = z.object({ id: z.string() });

/** Long requests take a `workDoneToken` and report work-done progress on it. */
const long = z.object({ workDoneToken: z.union([z.string(), z.int()]).optional() });

export const requests = {
  state: request('state', nothing, benchState),
  /** Recognises what lies in `folder`; with `write`, writes the opened folder's heldout.yaml (`only`: these of the proposals). */
  init: request(
    'init',
    z.object({ folder: z.string(), write: z.boolean(), only: z.array(z.string()).optional() }),
    initReport,
  ),
  import: request('import', long, importReport),
  skipped: request('skipped', nothing, z.array(skipped)),
  tasks: request('tasks', z.object({ groupBy, filter: taskFilter }), z.array(taskGroup)),
  task: request('task', z.object({ id: z.string() }), taskDetail),
  moveTasks: request(
    'moveTasks',
    z.object({
      tasks: z.array(z.string()),
      aspect: z.enum(['category', 'split']),
      to: z.string(),
      reason: z.string(),
    }),
    z.array(decision),
  ),
  /** A category for every task, with the reasons; nothing is decided. */
  proposeCategories: request('proposeCategories', long, categoryProposals),
  /** Puts each task into the category named for it: one step for undo. */
  assignCategories: request(
    'assignCategories',
    z.object({ moves: z.array(z.object({ task: z.string(), to: z.string(), reason: z.string() })).min(1) }),
    z.array(decision),
  ),
  /** What `renameCategory` would do; nothing is decided. */
  categoryChange: request(
    'categoryChange',
    z.object({ category: z.string(), to: z.string() }),
    categoryChange,
  ),
  /** Another name for a category; where one is called so already, both become one. */
  renameCategory: request(
    'renameCategory',
    z.object({ category: z.string(), to: z.string(), reason: z.string() }),
    z.array(decision),
  ),
  splitBoard: request('splitBoard', nothing, splitBoard),
  /** Lets a data source stand on both sides. */
  allowSource: request(
    'allowSource',
    z.object({ source: z.string(), reason: z.string() }),
    z.array(decision),
  ),
  instance: request('instance', instanceQuery, instanceView),
  mixture: request('mixture', mixtureQuery, mixtureView),
  /** How heldout.yaml must change to say so; nothing is written. */
  mixtureEdits: request('mixtureEdits', mixtureChange, textEdits),
  packing: request('packing', packingQuery.extend(long.shape), packingView),
  evaluate: request('evaluate', evaluateQuery.extend(long.shape), evaluateReport),
  /** The same as a job; resolves once the job is watched over. */
  evaluateAsJob: request('evaluateAsJob', evaluateJobQuery, jobRow),
  slurmPlace: request('slurmPlace', nothing, slurmPlace),
  /** Every checkpoint of a training run, as a job beside it. */
  evaluateRun: request('evaluateRun', evaluateRunQuery, jobRow),
  /** What of the bench's training runs can be evaluated: the newest run first, and of each the newest checkpoint. */
  runCheckpoints: request('runCheckpoints', nothing, z.array(runCheckpoint)),
  /** The results of the run that a results file's checkpoint is of, asked for alike: one a step, by step. */
  resultsSeries: request('resultsSeries', z.object({ file: z.string() }), z.array(resultsRow)),
  /** The results kept with the bench, newest first. */
  results: request('results', nothing, z.array(resultsRow)),
  /** What each task, and where it is known as one number each category and level, scored last. */
  lastScores: request('lastScores', nothing, lastScores),
  resultsOf: request('resultsOf', z.object({ file: z.string() }), resultsFile),
  scored: request('scored', scoredQuery, scoredPage),
  /** B against A, by the paths of their files. */
  compareResults: request('compareResults', z.object({ a: z.string(), b: z.string() }), comparison),
  exportResults: request('exportResults', exportQuery, z.object({ text: z.string() })),
  statistics: request('statistics', statisticsQuery.extend(long.shape), statisticsView),
  overlap: request('overlap', long, overlapReport),
  pairs: request('pairs', z.object({ order: pairOrder, filter: pairFilter }), pairList),
  pair: request('pair', pairKey, pairDetail),
  evidence: request(
    'evidence',
    pairKey.extend({ evalExample: z.int(), trainExample: z.int() }),
    evidenceView,
  ),
  decide: request(
    'decide',
    z.object({ pairs: z.array(pairKey), verdict: pairVerdict, reason: z.string() }),
    z.array(decision),
  ),
  /** What decisions speak of and what has another name by now. */
  leftBehind: request('leftBehind', nothing, z.array(leftBehind)),
  /** Makes decisions again under the new names of those that are named by their old ones: one step for undo. */
  carryOver: request(
    'carryOver',
    z.object({ from: z.array(leftBehind.pick({ task: true, template: true })).min(1) }),
    z.array(decision),
  ),
  /** Takes the reviewer's last decision (or bulk of decisions) back; empty when there is none. */
  undo: request('undo', z.object({ ids: z.array(z.string()).optional() }), z.array(decision)),
  /** The templates of a task, checked, with its declaration. */
  taskTemplates: request('taskTemplates', z.object({ task: z.string() }), taskTemplates),
  /** The queue of templates that findings or decisions bear on. */
  templates: request('templates', z.object({ order: templateOrder, filter: templateFilter }), templateList),
  preview: request('preview', previewQuery, templatePreview),
  decideTemplates: request(
    'decideTemplates',
    z.object({
      templates: z.array(z.object({ task: z.string(), template: z.string() })),
      verdict: templateVerdict,
      reason: z.string(),
    }),
    z.array(decision),
  ),
  /** Confirms or mends a task's declaration; no targets: none of its fields is its own output. */
  declare: request(
    'declare',
    z.object({
      task: z.string(),
      inputs: z.array(z.string()),
      targets: z.array(z.string()).max(3),
      reason: z.string(),
    }),
    z.array(decision),
  ),
  estimate: request('estimate', runQuery.extend(long.shape), runEstimate),
  /** Resolves a run spec and submits its job; resolves once the job is watched over. */
  train: request('train', runQuery.extend(long.shape), jobRow),
  /** What of the Python environment keeps a run from being started; null where nothing does. */
  environment: request('environment', runQuery, z.object({ problem: z.string().nullable() })),
  /** The run specs of the bench, newest first: absolute paths. */
  runSpecs: request('runSpecs', nothing, z.array(z.string())),
  /** Writes a run spec and gives its path; never over another file. */
  newRunSpec: request('newRunSpec', firstRun, z.string()),
  runnerDoctor: request('runnerDoctor', z.object({ python: interpreters.default({}) }), runnerReport),
  /** Makes the runner's environment, or goes on making it. */
  runnerSetup: request('runnerSetup', long, runnerReport),
  diff: request('diff', diffQuery.extend(long.shape), benchDiff),
  build: request('build', buildQuery.extend(long.shape), buildReport),
  decisions: request(
    'decisions',
    nothing,
    z.object({ decisions: z.array(decision), conflicts: z.array(conflict) }),
  ),
  jobs: request('jobs', nothing, jobList),
  /** `from`: the `next` of an earlier answer; then only the points since. `most`: points of an answer. */
  job: request(
    'job',
    jobKey.extend({ from: z.int().min(0).default(0), most: z.int().min(2).max(100_000).default(2000) }),
    jobDetail,
  ),
  /** Without `from`, the end of the log. */
  jobLog: request(
    'jobLog',
    jobKey.extend({ from: z.int().min(0).optional(), most: z.int().min(1).max(4_000_000).default(64_000) }),
    jobLog,
  ),
  /** Asks it to write a checkpoint and end; `firm`, or a second time, ends it at once. */
  cancelJob: request('cancelJob', jobKey.extend({ firm: z.boolean().default(false) }), jobRow),
  /** Goes on from the last checkpoint, in the same folder. */
  resumeJob: request('resumeJob', jobKey, jobRow),
  /** The same from the start, as a new job. */
  retryJob: request('retryJob', jobKey, jobRow),
  /** Deletes its folder, checkpoints included. */
  removeJob: request('removeJob', jobKey, nothing),
} as const;

export type RequestName = keyof typeof requests;
/** What a caller writes (defaults may be left out). */
export type ParamsOf<Name extends RequestName> = z.input<(typeof requests)[Name]['params']>;
/** What a handler gets (checked, defaults filled in). */
export type CheckedParamsOf<Name extends RequestName> = z.output<(typeof requests)[Name]['params']>;
export type ResultOf<Name extends RequestName> = z.output<(typeof requests)[Name]['result']>;
