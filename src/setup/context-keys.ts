import * as vscode from 'vscode';
import type { Context } from '../context.ts';

/** How far a bench has come; the welcome views and menus ask for it. */
export type Stage =
  | 'noFolder'
  | 'starting'
  | 'failed'
  | 'noBench'
  | 'broken'
  | 'notImported'
  | 'imported'
  | 'overlapsFound';

export function stageOf(context: Context): Stage {
  const { folder, server, state } = context;
  if (!folder) return 'noFolder';
  if (server.health === 'failed' || server.health === 'off') return 'failed';
  if (!state) return 'starting';
  if (!state.root) return 'noBench';
  if (state.collections.length === 0 && state.problems.some((problem) => problem.severity === 'error'))
    return 'broken';
  if (!state.imported) return 'notImported';
  return state.overlapAt ? 'overlapsFound' : 'imported';
}

/** Keeps `heldout.stage` and its companions in step with the bench. */
export function followStage(context: Context): vscode.Disposable {
  const update = () => {
    void vscode.commands.executeCommand('setContext', 'heldout.stage', stageOf(context));
    void vscode.commands.executeCommand(
      'setContext',
      'heldout.hasSkipped',
      (context.state?.skipped ?? 0) > 0,
    );
  };
  update();
  return vscode.Disposable.from(context.onState(update), context.server.onHealth(update));
}
