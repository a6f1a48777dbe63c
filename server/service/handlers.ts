import type { CancellationToken } from 'vscode-languageserver';
import { InputError } from '../base/problem.ts';
import type { OnStep } from '../base/progress.ts';
import { importBench } from '../catalog/import.ts';
import { benchState } from '../engine/bench-state.ts';
import { buildBench } from '../engine/build/run.ts';
import { assignCategories, categoryChange, renameCategory } from '../engine/categories.ts';
import { categoryProposals } from '../engine/category-proposals.ts';
import { decidePairs, moveTasks, undo } from '../engine/decide.ts';
import { diffBenches } from '../engine/diff.ts';
import { evidenceView, pairDetail } from '../engine/evidence-view.ts';
import { proposeBench, writeBench } from '../engine/init.ts';
import { instanceView } from '../engine/instance-view.ts';
import { carryOver, leftBehind } from '../engine/left-behind.ts';
import { mixtureEdits } from '../engine/mixture-edits.ts';
import { mixtureView } from '../engine/mixture-view.ts';
import { findOverlap } from '../engine/overlap-run.ts';
import { packingView } from '../engine/packing-view.ts';
import { pairList } from '../engine/pair-rows.ts';
import { splitBoard } from '../engine/split-board.ts';
import { allowSource } from '../engine/split-checks.ts';
import { statistics } from '../engine/statistics.ts';
import { taskDetail, taskGroups } from '../engine/task-rows.ts';
import type { RequestName } from '../protocol.ts';
import { benchOf, decided, type Handler } from './call.ts';
import { jobHandlers } from './job-handlers.ts';
import { resultsHandlers } from './results-handlers.ts';
import { templateHandlers } from './template-handlers.ts';
import { trainingHandlers } from './training-handlers.ts';
import type { Workspace } from './workspace.ts';

/** What answers each request. */
export const handlers: { [Name in RequestName]: Handler<Name> } = {
  state: (_, { workspace }) => benchState(workspace.session),
  init: async ({ folder, write, only }, { workspace }) => {
    if (!write) return proposeBench(workspace.folder, folder);
    const report = await writeBench(workspace.folder, folder, only);
    await workspace.open();
    return report;
  },
  import: async (_, { workspace, signal, onStep }) => {
    const report = await workspace.alone(() => importing(workspace, signal, onStep));
    workspace.changed('state', 'tasks', 'pairs');
    return report;
  },
  skipped: (_, call) => benchOf(call).catalog.skipped(),
  tasks: ({ groupBy, filter }, { workspace }) =>
    workspace.session ? taskGroups(workspace.session, groupBy, filter) : [],
  task: ({ id }, call) => taskDetail(benchOf(call), id),
  moveTasks: ({ tasks, aspect, to, reason }, call) =>
    decided(call, moveTasks(benchOf(call), tasks, aspect, to, reason), 'tasks'),
  proposeCategories: (_, call) => categoryProposals(benchOf(call), call),
  assignCategories: ({ moves }, call) => decided(call, assignCategories(benchOf(call), moves), 'pairs'),
  categoryChange: ({ category, to }, call) => categoryChange(benchOf(call), category, to),
  renameCategory: ({ category, to, reason }, call) =>
    decided(call, renameCategory(benchOf(call), category, to, reason), 'pairs'),
  splitBoard: (_, call) => splitBoard(benchOf(call)),
  allowSource: ({ source, reason }, call) =>
    decided(call, allowSource(benchOf(call), source, reason), 'pairs'),
  instance: (query, call) => instanceView(benchOf(call), query),
  mixture: (query, call) => mixtureView(benchOf(call), query, call),
  mixtureEdits: (change, call) => mixtureEdits(benchOf(call), change),
  packing: (query, call) => packingView(benchOf(call), query, call),
  statistics: (query, call) => statistics(benchOf(call), query, call),
  overlap: async (_, call) => {
    const { signal, onStep, workspace } = call;
    const report = await workspace.alone(() =>
      findOverlap(benchOf(call), { signal, onStep, onProblem: workspace.onProblem }),
    );
    workspace.changed('state', 'tasks', 'pairs');
    return report;
  },
  pairs: ({ order, filter }, { workspace }) =>
    workspace.session ? pairList(workspace.session, order, filter) : { pairs: [], decided: 0, total: 0 },
  pair: ({ train, eval: evalTask }, call) => pairDetail(benchOf(call), train, evalTask),
  evidence: ({ train, eval: evalTask, evalExample, trainExample }, call) =>
    evidenceView(benchOf(call), train, evalTask, evalExample, trainExample),
  decide: ({ pairs, verdict, reason }, call) =>
    decided(call, decidePairs(benchOf(call), pairs, verdict, reason), 'pairs'),
  leftBehind: (_, call) => leftBehind(benchOf(call)),
  carryOver: async ({ from }, call) => {
    const session = benchOf(call);
    const wanted = (await leftBehind(session)).filter(({ task, template }) =>
      from.some((one) => one.task === task && one.template === template),
    );
    return decided(call, carryOver(session, wanted), 'pairs', 'templates');
  },
  undo: ({ ids }, call) => decided(call, undo(benchOf(call), ids), 'pairs', 'templates'),
  ...templateHandlers,
  ...jobHandlers,
  ...trainingHandlers,
  ...resultsHandlers,
  diff: ({ a, b }, call) => diffBenches(benchOf(call), a, b, call),
  build: (query, call) =>
    call.workspace.alone(() =>
      buildBench(benchOf(call), query, { signal: call.signal, onStep: call.onStep }),
    ),
  decisions: (_, { workspace }) => ({
    decisions: workspace.session?.log.all() ?? [],
    conflicts: workspace.session?.log.conflicts() ?? [],
  }),
};

function importing(workspace: Workspace, signal: AbortSignal, onStep: OnStep) {
  const { session } = workspace;
  if (!session) throw new InputError('there is no bench here: recognise the collections of a folder first');
  return importBench(session.bench, session.catalog, { signal, onStep });
}

/** An AbortSignal that follows an LSP cancellation token. */
export function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  const cancel = () => controller.abort(new InputError('cancelled: what was finished is kept'));
  if (token.isCancellationRequested) cancel();
  else token.onCancellationRequested(cancel);
  return controller.signal;
}
