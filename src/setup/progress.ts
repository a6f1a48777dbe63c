import * as vscode from 'vscode';
import type { ParamsOf, ResultOf } from '../../server/protocol.ts';
import type { Context } from '../context.ts';

type LongRequest =
  | 'import'
  | 'overlap'
  | 'build'
  | 'diff'
  | 'proposeCategories'
  | 'train'
  | 'runnerSetup'
  | 'evaluate';

/** A long request runs once at a time; asking again while it runs shows nothing new. */
const running = new Map<LongRequest, Promise<unknown>>();

export function isRunning(name: LongRequest): boolean {
  return running.has(name);
}

/**
 * Asks a long request, its progress shown in the view that it fills and in a notification that can be
 * cancelled. The server's messages carry rate and time left. Undefined when the person cancelled.
 */
export async function askLong<Name extends LongRequest>(
  context: Context,
  name: Name,
  title: string,
  view: string,
  params?: ParamsOf<Name>,
): Promise<ResultOf<Name> | undefined> {
  if (running.has(name)) return undefined;
  const run = vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    (notification, token) =>
      vscode.window.withProgress({ location: { viewId: view } }, () => {
        let percentage = 0;
        const { token: workDoneToken, disposable } = context.server.watchProgress((report) => {
          if (report.kind === 'end') return;
          const now = report.percentage ?? percentage;
          notification.report({ message: report.message, increment: Math.max(0, now - percentage) });
          percentage = Math.max(percentage, now);
        });
        return context.server
          .ask(name, { ...params, workDoneToken } as ParamsOf<Name>, token)
          .finally(() => disposable.dispose());
      }),
  );
  const settled = Promise.resolve(run);
  running.set(name, settled);
  try {
    return await settled;
  } catch (error) {
    if (!(error instanceof vscode.CancellationError)) throw error;
    vscode.window.setStatusBarMessage(vscode.l10n.t('{0}: cancelled; what was done is kept.', title), 8000);
    return undefined;
  } finally {
    running.delete(name);
  }
}
