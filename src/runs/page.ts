import * as vscode from 'vscode';
import { z } from 'zod';
import { requests, type ShownRun } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { PagePanel } from '../pages/panel.ts';
import type { Runs } from './runs.ts';

const TYPE = 'heldout.run';
const EVALUATE = 'heldout.evaluateCheckpoint';

/** What the page keeps of itself, as far as the editor needs it to bring the page back. */
const kept = z.object({ id: z.string(), others: z.array(z.string()) });

/** The Run page: one at a time, brought back after a restart. */
export class RunPage implements vscode.Disposable {
  private readonly context: Context;
  private readonly runs: Runs;
  private page: PagePanel | undefined;
  private shown: Omit<ShownRun, 'evaluates'> | undefined;
  private evaluates = false;
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
        deserializeWebviewPanel: async (panel, state: unknown) => {
          const before = kept.safeParse(state);
          this.shown = before.success ? before.data : undefined;
          this.adopt(panel);
        },
      }),
    ];
  }

  /** Shows a run, and `others` drawn over it. */
  show(id: string, others: readonly string[] = []): void {
    this.shown = { id, others: [...others] };
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
        run: this.shown && { ...this.shown, evaluates: this.evaluates },
        settings: { advance: false },
      }),
      onRequest: (name, params) => {
        const asked = name === 'job' ? requests.job.params.safeParse(params) : undefined;
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

  /** The page's title is the name of the run that it shows, not of those drawn over it. */
  private follow(panel: vscode.WebviewPanel, id: string): void {
    if (id !== this.shown?.id) return;
    const name = this.runs.row(id)?.name;
    if (name) panel.title = vscode.l10n.t('Run: {0}', name);
    this.shows.fire(id);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.page?.panel.dispose();
  }
}
