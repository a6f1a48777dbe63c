import * as vscode from 'vscode';
import type { JobList, JobRow } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { isActive } from './words.ts';

/** Where the last look at the runs is kept, so that what ended while no one looked is told too. */
const LOOKED = 'runs.looked';

interface Look {
  /** Ids of the runs that were under way. */
  live: string[];
  /** When the newest run was made, in ms: one made since may have begun and ended unseen. */
  newest: number;
}

/** The bench's runs as the server last told them. */
export class Runs implements vscode.Disposable {
  private readonly context: Context;
  private list: JobList = { jobs: [], problems: [] };
  private known_ = false;
  private asking: Promise<void> | undefined;
  private again = false;
  private readonly changes = new vscode.EventEmitter<void>();
  readonly onChange = this.changes.event;
  private readonly ends = new vscode.EventEmitter<JobRow[]>();
  /** Runs that were under way and are no longer, those that ended while no one looked included. */
  readonly onEnd = this.ends.event;
  private readonly subscriptions: vscode.Disposable[];

  constructor(context: Context) {
    this.context = context;
    this.subscriptions = [
      this.changes,
      this.ends,
      context.server.onJobs(() => void this.refresh()),
      context.onState(() => void this.refresh()),
    ];
  }

  /** Those under way first, then the newest first. */
  get rows(): readonly JobRow[] {
    return this.list.jobs;
  }

  /** Folders of runs that can't be read. */
  get problems(): JobList['problems'] {
    return this.list.problems;
  }

  /** Whether the server has said which runs there are. */
  get known(): boolean {
    return this.known_;
  }

  row(id: string): JobRow | undefined {
    return this.list.jobs.find((row) => row.id === id);
  }

  /** Asks anew; changes that come while an answer is on its way are asked for after it. */
  refresh(): Promise<void> {
    if (this.asking) {
      this.again = true;
      return this.asking;
    }
    this.asking = this.ask().finally(() => {
      this.asking = undefined;
      if (!this.again) return;
      this.again = false;
      void this.refresh();
    });
    return this.asking;
  }

  private async ask(): Promise<void> {
    if (!this.context.state?.root) {
      this.known_ = false;
      this.take({ jobs: [], problems: [] });
      return;
    }
    try {
      const { jobs, problems } = await this.context.server.ask('jobs', {});
      const active = jobs.filter(({ state }) => isActive(state));
      this.known_ = true;
      this.take({ jobs: [...active, ...jobs.filter(({ state }) => !isActive(state))], problems });
      this.follow(active);
    } catch (error) {
      // The server says a loss of connection itself; what was known stays in view.
      this.context.log.error(`jobs: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private take(list: JobList): void {
    this.list = list;
    void vscode.commands.executeCommand('setContext', 'heldout.runsKnown', this.known_);
    void vscode.commands.executeCommand('setContext', 'heldout.hasRuns', list.jobs.length > 0);
    this.changes.fire();
  }

  private follow(active: readonly JobRow[]): void {
    const kept = this.context.extension.workspaceState;
    const before = kept.get<Look>(LOOKED);
    const live = active.map(({ id }) => id);
    const newest = this.rows.reduce((newest, { created }) => Math.max(newest, created), before?.newest ?? 0);
    if (before?.live.join() !== live.join() || before.newest !== newest) {
      void kept.update(LOOKED, { live, newest } satisfies Look);
    }
    // Runs of the time before the first look were never under way here.
    if (!before) return;
    const ended = this.rows.filter(
      ({ id, created }) => !live.includes(id) && (before.live.includes(id) || created > before.newest),
    );
    if (ended.length > 0) this.ends.fire(ended);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}
