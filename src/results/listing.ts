import * as vscode from 'vscode';
import type { ResultsRow } from '../../server/protocol.ts';
import type { Context } from '../context.ts';

export const RESULTS_ENDING = '.heldout-results.json';
/** Files of one evaluation come one after the other. */
const SETTLE_MS = 200;

/** The results kept with the bench, asked for again when a results file comes, changes or goes. */
export class ResultsListing implements vscode.Disposable {
  private readonly context: Context;
  private readonly changes = new vscode.EventEmitter<void>();
  readonly onChange = this.changes.event;
  private readonly subscriptions: vscode.Disposable[];
  private root: string | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(context: Context) {
    this.context = context;
    this.subscriptions = [
      this.changes,
      context.onState((state) => {
        if (state?.root === this.root) return;
        this.root = state?.root;
        this.wake();
      }),
    ];
    if (!context.folder) return;
    const pattern = new vscode.RelativePattern(context.folder, `**/*${RESULTS_ENDING}`);
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const wake = () => this.wake();
    this.subscriptions.push(
      watcher,
      watcher.onDidCreate(wake),
      watcher.onDidChange(wake),
      watcher.onDidDelete(wake),
    );
  }

  /** Newest first; none while there is no bench. */
  async rows(): Promise<ResultsRow[]> {
    return this.context.state?.root ? this.context.server.ask('results', {}) : [];
  }

  private wake(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.changes.fire(), SETTLE_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}
