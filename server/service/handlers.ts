import type { CancellationToken } from 'vscode-languageserver';
import { InputError } from '../base/problem.ts';
import type { OnStep } from '../base/progress.ts';
import { importBench } from '../catalog/import.ts';
import { benchState } from '../engine/bench-state.ts';
import { buildBench } from '../engine/build/run.ts';
import { decidePairs, moveTasks, undo } from '../engine/decide.ts';
import { diffBenches } from '../engine/diff.ts';
import { evidenceView, pairDetail } from '../engine/evidence-view.ts';
import { proposeBench, writeBench } from '../engine/init.ts';
import { instanceView } from '../engine/instance-view.ts';
import { mixtureEdits } from '../engine/mixture-edits.ts';
import { mixtureView } from '../engine/mixture-view.ts';
import { findOverlap } from '../engine/overlap-run.ts';
import { packingView } from '../engine/packing-view.ts';
import { pairList } from '../engine/pair-rows.ts';
import type { Session } from '../engine/session.ts';
import { statistics } from '../engine/statistics.ts';
import { taskDetail, taskGroups } from '../engine/task-rows.ts';
import type { Changed, CheckedParamsOf, RequestName, ResultOf } from '../protocol.ts';
import type { Workspace } from './workspace.ts';

export interface Call {
  workspace: Workspace;
  signal: AbortSignal;
  onStep: OnStep;
}

type Handler<Name extends RequestName> = (
  params: CheckedParamsOf<Name>,
  call: Call,
) => ResultOf<Name> | Promise<ResultOf<Name>>;

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
  skipped: (_, call) => bench(call).catalog.skipped(),
  tasks: ({ groupBy, filter }, { workspace }) =>
    workspace.session ? taskGroups(workspace.session, groupBy, filter) : [],
  task: ({ id }, call) => taskDetail(bench(call), id),
  moveTasks: ({ tasks, aspect, to, reason }, call) =>
    decided(call, moveTasks(bench(call), tasks, aspect, to, reason), 'tasks'),
  instance: (query, call) => instanceView(bench(call), query),
  mixture: (query, call) => mixtureView(bench(call), query, call),
  mixtureEdits: (change, call) => mixtureEdits(bench(call), change),
  packing: (query, call) => packingView(bench(call), query, call),
  statistics: (query, call) => statistics(bench(call), query, call),
  overlap: async (_, call) => {
    const { signal, onStep, workspace } = call;
    const report = await workspace.alone(() =>
      findOverlap(bench(call), { signal, onStep, onProblem: workspace.onProblem }),
    );
    workspace.changed('state', 'tasks', 'pairs');
    return report;
  },
  pairs: ({ order, filter }, { workspace }) =>
    workspace.session ? pairList(workspace.session, order, filter) : { pairs: [], decided: 0, total: 0 },
  pair: ({ train, eval: evalTask }, call) => pairDetail(bench(call), train, evalTask),
  evidence: ({ train, eval: evalTask, evalExample, trainExample }, call) =>
    evidenceView(bench(call), train, evalTask, evalExample, trainExample),
  decide: ({ pairs, verdict, reason }, call) =>
    decided(call, decidePairs(bench(call), pairs, verdict, reason), 'pairs'),
  undo: ({ ids }, call) => decided(call, undo(bench(call), ids), 'pairs'),
  diff: ({ a, b }, call) => diffBenches(bench(call), a, b),
  build: (query, call) =>
    call.workspace.alone(() => buildBench(bench(call), query, { signal: call.signal, onStep: call.onStep })),
  decisions: (_, { workspace }) => ({
    decisions: workspace.session?.log.all() ?? [],
    conflicts: workspace.session?.log.conflicts() ?? [],
  }),
};

function bench({ workspace }: Call): Session {
  if (workspace.session) return workspace.session;
  throw new InputError('there is no bench here: recognise the collections of a folder first');
}

function importing(workspace: Workspace, signal: AbortSignal, onStep: OnStep) {
  const { session } = workspace;
  if (!session) throw new InputError('there is no bench here: recognise the collections of a folder first');
  return importBench(session.bench, session.catalog, { signal, onStep });
}

/** The decisions are on disk by now; the views are told. */
function decided<T>({ workspace }: Call, decisions: T, what: Changed['what'][number]): T {
  workspace.changed('decisions', 'state', 'tasks', what);
  return decisions;
}

/** An AbortSignal that follows an LSP cancellation token. */
export function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  const cancel = () => controller.abort(new InputError('cancelled: what was finished is kept'));
  if (token.isCancellationRequested) cancel();
  else token.onCancellationRequested(cancel);
  return controller.signal;
}
