import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  ResponseError,
  State,
  TransportKind,
  WorkDoneProgress,
  type WorkDoneProgressBegin,
  type WorkDoneProgressEnd,
  type WorkDoneProgressReport,
} from 'vscode-languageclient/node';
import * as z from 'zod';
import {
  type Changed,
  type InitializationOptions,
  type JobsChanged,
  notifications,
  type ParamsOf,
  type RequestName,
  type ResultOf,
  requests,
} from '../server/protocol.ts';

export type ServerHealth = 'off' | 'starting' | 'running' | 'failed';
export type WorkDone = WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd;

/** Restarts within this time count together: more of them than the setting allows is a failure. */
const RESTART_WINDOW_MS = 3 * 60_000;

/** A request that the server answered with an error, or that could not be asked. The message is for a person. */
export class RequestError extends Error {
  readonly file: string | undefined;
  readonly line: number | undefined;
  constructor(message: string, at: { file?: string; line?: number } = {}) {
    super(message);
    this.name = 'RequestError';
    this.file = at.file;
    this.line = at.line;
  }
}

/** What the server may say of where an error stands. */
const errorPlace = z.object({ file: z.string().optional(), line: z.int().optional() });

/** The server process: started on this editor's own Node, restarted after a crash, asked by name. */
export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private health_: ServerHealth = 'off';
  private closures: number[] = [];
  private tokens = 0;
  /** Starts and stops run one after the other. */
  private turn: Promise<void> = Promise.resolve();

  private readonly healthEmitter = new vscode.EventEmitter<ServerHealth>();
  private readonly changedEmitter = new vscode.EventEmitter<Changed['what']>();
  private readonly jobsEmitter = new vscode.EventEmitter<JobsChanged['ids']>();
  readonly onHealth = this.healthEmitter.event;
  /** What a view must ask for again; everything, after a restart. */
  readonly onChanged = this.changedEmitter.event;
  /** Jobs to ask for again. */
  readonly onJobs = this.jobsEmitter.event;

  private readonly results = vscode.workspace.createFileSystemWatcher('**/*.heldout-results.json');
  private readonly module: string;
  private readonly options: () => InitializationOptions;
  private readonly log: vscode.LogOutputChannel;

  constructor(module: string, options: () => InitializationOptions, log: vscode.LogOutputChannel) {
    this.module = module;
    this.options = options;
    this.log = log;
  }

  get health(): ServerHealth {
    return this.health_;
  }

  get processId(): number | undefined {
    return this.client?.serverProcess?.pid;
  }

  start(): Promise<void> {
    return this.inTurn(() => this.open());
  }

  restart(): Promise<void> {
    this.closures = [];
    return this.inTurn(async () => {
      await this.close();
      await this.open();
    });
  }

  private inTurn(step: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(step, step);
    return this.turn;
  }

  private async open(): Promise<void> {
    if (this.client) return;
    const client = new LanguageClient(
      'heldout',
      'Heldout',
      { module: this.module, transport: TransportKind.ipc, options: { cwd: this.options().folder } },
      {
        // The bench's own files, and whatever task and template files are written in.
        documentSelector: [{ scheme: 'file', pattern: '**/*.{yaml,yml,json,jsonl,ndjson,tsv,csv,py}' }],
        initializationOptions: this.options(),
        // Where scores stand, the server says to ask again.
        synchronize: { fileEvents: this.results },
        outputChannel: this.log,
        errorHandler: {
          error: () => ({ action: ErrorAction.Continue, handled: true }),
          closed: () => this.closed(),
        },
      },
    );
    this.client = client;
    client.onNotification(notifications.changed.method, (message: unknown) => {
      const changed = notifications.changed.params.safeParse(message);
      if (changed.success) this.changedEmitter.fire(changed.data.what);
      else this.log.error(`not a notification of changes: ${z.prettifyError(changed.error)}`);
    });
    client.onNotification(notifications.jobsChanged.method, (message: unknown) => {
      const changed = notifications.jobsChanged.params.safeParse(message);
      if (changed.success) this.jobsEmitter.fire(changed.data.ids);
      else this.log.error(`not a notification of jobs: ${z.prettifyError(changed.error)}`);
    });
    client.onDidChangeState(({ newState }) => this.follow(newState));
    try {
      await client.start();
    } catch (error) {
      this.log.error(`the server did not start: ${error instanceof Error ? error.message : String(error)}`);
      this.setHealth('failed');
    }
  }

  private follow(state: State): void {
    if (state === State.Running) {
      this.setHealth('running');
      this.changedEmitter.fire(['state', 'tasks', 'pairs', 'templates', 'decisions']);
    } else if (state === State.Starting) {
      this.setHealth('starting');
    } else if (state === State.StartFailed) {
      this.setHealth('failed');
    }
  }

  /** The connection went away without being asked to: start again, unless that has happened too often. */
  private closed() {
    const now = Date.now();
    const most = vscode.workspace.getConfiguration('heldout').get<number>('server.maxRestarts', 4);
    this.closures = [...this.closures.filter((time) => now - time < RESTART_WINDOW_MS), now];
    if (this.closures.length <= most) {
      this.log.warn(`the server ended unexpectedly; starting it again (${this.closures.length} of ${most})`);
      this.setHealth('starting');
      return { action: CloseAction.Restart, handled: true };
    }
    this.setHealth('failed');
    this.sayFailed(this.closures.length);
    return { action: CloseAction.DoNotRestart, handled: true };
  }

  private sayFailed(times: number): void {
    const restart = vscode.l10n.t('Restart Server');
    const showLog = vscode.l10n.t('Show Log');
    const message = vscode.l10n.t(
      'The Heldout server ended {0} times within 3 minutes and was not started again. Your decisions are on disk.',
      times,
    );
    vscode.window.showErrorMessage(message, restart, showLog).then((choice) => {
      if (choice === restart) void this.restart();
      else if (choice === showLog) this.log.show();
    });
  }

  private setHealth(health: ServerHealth): void {
    if (health === this.health_) return;
    this.health_ = health;
    this.healthEmitter.fire(health);
  }

  /** Asks the server; parameters and answer are both checked against the protocol. Throws `RequestError`. */
  async ask<Name extends RequestName>(
    name: Name,
    params: ParamsOf<Name>,
    token?: vscode.CancellationToken,
  ): Promise<ResultOf<Name>> {
    return (await this.askUnchecked(name, params, token)) as ResultOf<Name>;
  }

  /** As `ask`, for a request whose name is known only when running (a page's). */
  async askUnchecked(name: RequestName, params: unknown, token?: vscode.CancellationToken): Promise<unknown> {
    const { method, params: paramsSchema, result } = requests[name];
    const asked = paramsSchema.safeParse(params);
    if (!asked.success) throw new RequestError(`${name}: ${z.prettifyError(asked.error)}`);
    await this.turn;
    if (!this.client || this.health_ === 'failed' || this.health_ === 'off') {
      throw new RequestError(vscode.l10n.t('The Heldout server is not running. Restart it and try again.'));
    }
    // An absent token must not be passed: it would be sent as a second parameter.
    const asking = token
      ? this.client.sendRequest<unknown>(method, asked.data, token)
      : this.client.sendRequest<unknown>(method, asked.data);
    const answer = await asking.catch((error: unknown) => Promise.reject(asRequestError(error)));
    const checked = result.safeParse(answer);
    if (checked.success) return checked.data;
    this.log.error(`${name}: the answer is not what the protocol says: ${z.prettifyError(checked.error)}`);
    throw new RequestError(
      vscode.l10n.t('The server gave an unexpected answer to “{0}”. See the log.', name),
    );
  }

  /** A token for a long request, and what the server reports on it until the disposable goes. */
  watchProgress(handler: (report: WorkDone) => void): { token: string; disposable: vscode.Disposable } {
    const token = `heldout-${process.pid}-${++this.tokens}`;
    const disposable = this.client?.onProgress(WorkDoneProgress.type, token, handler);
    return { token, disposable: disposable ?? { dispose: () => undefined } };
  }

  private async close(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (!client) return;
    // A server that crashed or hangs is not waited for.
    await client
      .dispose(2000)
      .catch((error: unknown) => this.log.warn(`stopping the server: ${String(error)}`));
    this.setHealth('off');
  }

  async stop(): Promise<void> {
    await this.inTurn(() => this.close());
  }

  dispose(): void {
    void this.stop();
    this.results.dispose();
    this.healthEmitter.dispose();
    this.changedEmitter.dispose();
    this.jobsEmitter.dispose();
  }
}

function asRequestError(error: unknown): Error {
  if (error instanceof vscode.CancellationError) return error;
  if (error instanceof ResponseError) {
    // -32800: the request was cancelled.
    if (error.code === -32800) return new vscode.CancellationError();
    const place = errorPlace.safeParse(error.data);
    return new RequestError(error.message, place.success ? place.data : {});
  }
  return new RequestError(error instanceof Error ? error.message : String(error));
}
