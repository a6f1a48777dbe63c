import * as vscode from 'vscode';
import { requests, type ShownRun } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { PagePanel } from '../pages/panel.ts';
import type { Runs } from './runs.ts';

const TYPE = 'heldout.run';
const EVALUATE = 'heldout.evaluateCheckpoint';

/** The Run page: one at a time, brought back after a restart. Which runs it shows it keeps itself. */
export class RunPage implements vscode.Disposable {
  private readonly context: Context;
  private readonly runs: Runs;
  private page: PagePanel | undefined;
  private wanted: ShownRun['wanted'];
  private evaluates = false;
  /** The run that was last told to the listeners. */
  private told = '';
  private readonly shows = new vscode.EventEmitter<string>();
  /** The run that the page shows. */
  readonly onRun = this.shows.event;
  private readonly subscriptions: vscode.Disposable[];

  constructor(context: Context, runs: Runs) {
    this.context = context;
    this.runs = runs;
    this.subscriptions = [
      this.shows,
      vscode.window.registerWebviewPanelSerializer(TYPE, {
        deserializeWebviewPanel: async (panel) => this.adopt(panel),
      }),
    ];
  }

  /** Shows a run, and `others` drawn over it. */
  show(id: string, others: readonly string[] = []): void {
    this.wanted = { id, others: [...others] };
    if (this.page) {
      this.page.panel.reveal(undefined, false);
      this.page.show();
      return;
    }
    const title = vscode.l10n.t('Run');
    const column = vscode.ViewColumn.Active;
    this.adopt(vscode.window.createWebviewPanel(TYPE, title, column, { enableFindWidget: true }));
  }

  private adopt(panel: vscode.WebviewPanel): void {
    const page = new PagePanel(this.context, panel, {
      name: 'run',
      title: panel.title,
      show: () => ({
        type: 'show',
        run: { wanted: this.wanted, evaluates: this.evaluates },
        settings: { advance: false },
      }),
      onRequest: (name, params) => {
        // It reads the log of the run that it shows, and of no other.
        const asked = name === 'jobLog' ? requests.jobLog.params.safeParse(params) : undefined;
        if (asked?.success) this.follow(panel, asked.data.id);
      },
    });
    this.page = page;
    panel.onDidDispose(() => {
      page.dispose();
      if (this.page === page) this.page = undefined;
    });
    void vscode.commands.getCommands(true).then((commands) => {
      this.evaluates = commands.includes(EVALUATE);
      if (this.evaluates) page.show();
    });
  }

  private follow(panel: vscode.WebviewPanel, id: string): void {
    // What was asked for before the page shows it must not be forgotten: a hidden page gets no message.
    if (id === this.wanted?.id) this.wanted = undefined;
    const name = this.runs.row(id)?.name;
    const title = name ? vscode.l10n.t('Run: {0}', name) : undefined;
    if (title && panel.title !== title) panel.title = title;
    if (id === this.told) return;
    this.told = id;
    this.shows.fire(id);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.page?.panel.dispose();
  }
}
