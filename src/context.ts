import * as vscode from 'vscode';
import type { BenchState, PairFilter, PairOrder, TemplateFilter, TemplateOrder } from '../server/protocol.ts';
import { RequestError, Server } from './client.ts';
import { benchFolder } from './setup/folder.ts';
import { showProblem } from './setup/problem.ts';

/** What the whole extension shares: the server, the bench's state, the log and everything to dispose of. */
export class Context implements vscode.Disposable {
  readonly extension: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  /** Absent while no folder is open. */
  readonly folder: vscode.Uri | undefined;
  readonly server: Server;
  /** The queue as the view shows it; the review page walks the same. */
  queue: { order: PairOrder; filter: PairFilter };
  /** The same of flagged templates; the template page walks it. */
  templateQueue: { order: TemplateOrder; filter: TemplateFilter };

  private state_: BenchState | undefined;
  private readonly stateEmitter = new vscode.EventEmitter<BenchState | undefined>();
  readonly onState = this.stateEmitter.event;
  private readonly disposables: vscode.Disposable[] = [];

  static async create(extension: vscode.ExtensionContext): Promise<Context> {
    return new Context(extension, await benchFolder());
  }

  private constructor(extension: vscode.ExtensionContext, folder: vscode.Uri | undefined) {
    this.extension = extension;
    this.folder = folder;
    this.queue = { order: extension.workspaceState.get<PairOrder>('pairs.order', 'fraction'), filter: {} };
    this.templateQueue = {
      order: extension.workspaceState.get<TemplateOrder>('templates.order', 'score'),
      filter: {},
    };
    this.log = vscode.window.createOutputChannel('Heldout', { log: true });
    this.server = new Server(
      vscode.Uri.joinPath(extension.extensionUri, 'dist', 'server.js').fsPath,
      () => ({
        folder: folder?.fsPath ?? '',
        reviewer: this.setting<string>('reviewer', '').trim() || undefined,
        trusted: vscode.workspace.isTrusted,
        liveOverlapMegabytes: this.setting('liveOverlap.maxMegabytes', 4),
      }),
      this.log,
    );
    this.add(
      this.log,
      this.server,
      this.stateEmitter,
      this.server.onChanged((what) => {
        if (what.includes('state')) void this.refreshState();
      }),
      this.server.onHealth((health) => {
        if (health === 'running') return;
        this.state_ = undefined;
        this.stateEmitter.fire(undefined);
      }),
    );
  }

  /** The bench as the server last told it; undefined while the server is not running. */
  get state(): BenchState | undefined {
    return this.state_;
  }

  async refreshState(): Promise<void> {
    try {
      this.state_ = await this.server.ask('state', {});
    } catch (error) {
      this.log.error(`state: ${String(error)}`);
      this.state_ = undefined;
    }
    this.stateEmitter.fire(this.state_);
  }

  setting<T>(name: string, otherwise: T): T {
    return vscode.workspace.getConfiguration('heldout').get<T>(name, otherwise);
  }

  add(...disposables: vscode.Disposable[]): void {
    this.disposables.push(...disposables);
  }

  /** Runs a step for a person: what goes wrong is said in one line, a cancelled step says nothing. */
  async attempt<T>(step: () => Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      if (error instanceof vscode.CancellationError) return undefined;
      const known = error instanceof RequestError;
      this.log.error(
        error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error),
      );
      await showProblem(error instanceof Error ? error.message : String(error), known ? error : {});
      return undefined;
    }
  }

  dispose(): void {
    for (const disposable of this.disposables.reverse()) disposable.dispose();
  }
}
