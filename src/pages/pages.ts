import * as vscode from 'vscode';
import { z } from 'zod';
import {
  type InstanceQuery,
  instanceQuery,
  type PageName,
  requests,
  type ToPage,
} from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import type { PairKey } from '../pairs/commands.ts';
import { shortTask } from '../words.ts';
import { PagePanel } from './panel.ts';

const INSPECTOR = 'heldout.inspector';
const REVIEW = 'heldout.review';

/** What a page keeps of itself (`setState`), as far as the editor needs it to bring the page back. */
const keptInspector = z.object({ query: instanceQuery });
const keptReview = z.object({ pair: requests.pair.params });

/** The pages: one Prompt Inspector and one Pair Review at a time, brought back after a restart. */
export class Pages implements vscode.Disposable {
  private readonly context: Context;
  private readonly open = new Map<PageName, PagePanel>();
  private readonly subscriptions: vscode.Disposable[];
  private query: z.output<typeof instanceQuery> | undefined;
  private pair: PairKey | undefined;
  private readonly pairEmitter = new vscode.EventEmitter<PairKey>();
  /** The pair that the review page shows. */
  readonly onPair = this.pairEmitter.event;

  constructor(context: Context) {
    this.context = context;
    this.subscriptions = [
      this.pairEmitter,
      vscode.window.registerWebviewPanelSerializer(INSPECTOR, {
        deserializeWebviewPanel: async (panel, state: unknown) => {
          const kept = keptInspector.safeParse(state);
          this.query = kept.success ? kept.data.query : undefined;
          this.adopt('inspector', panel);
        },
      }),
      vscode.window.registerWebviewPanelSerializer(REVIEW, {
        deserializeWebviewPanel: async (panel, state: unknown) => {
          const kept = keptReview.safeParse(state);
          this.pair = kept.success ? kept.data.pair : undefined;
          this.adopt('review', panel);
        },
      }),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (!change.affectsConfiguration('heldout')) return;
        for (const page of this.open.values()) page.show();
      }),
    ];
  }

  /** The instance that the inspector shows. */
  get inspected(): InstanceQuery | undefined {
    return this.query;
  }

  inspect(query: InstanceQuery): void {
    this.query = instanceQuery.parse(query);
    this.bring('inspector', INSPECTOR, vscode.l10n.t('Prompt Inspector'));
  }

  review(pair: PairKey): void {
    this.pair = pair;
    this.bring('review', REVIEW, vscode.l10n.t('Pair Review'));
  }

  /** The queue's order or filter changed. */
  queueChanged(): void {
    this.open.get('review')?.show();
  }

  private bring(name: PageName, type: string, title: string): void {
    const page = this.open.get(name);
    if (page) {
      page.panel.reveal(undefined, false);
      page.show();
      return;
    }
    const panel = vscode.window.createWebviewPanel(type, title, vscode.ViewColumn.Active, {
      enableFindWidget: true,
    });
    this.adopt(name, panel);
  }

  private adopt(name: PageName, panel: vscode.WebviewPanel): void {
    const page = new PagePanel(this.context, panel, {
      name,
      title: panel.title,
      show: () => this.shown(name),
      onRequest: (request, params) => this.follow(name, request, params),
    });
    this.open.set(name, page);
    panel.onDidDispose(() => {
      page.dispose();
      if (this.open.get(name) === page) this.open.delete(name);
    });
  }

  private shown(name: PageName): ToPage {
    const tokenizer = this.context.setting<string>('tokenizer', '').trim() || undefined;
    const settings = { advance: this.context.setting('advanceAfterVerdict', true), tokenizer };
    return name === 'inspector'
      ? { type: 'show', inspector: this.query, settings }
      : { type: 'show', pair: this.pair, queue: this.context.queue, settings };
  }

  /** A page walks on by itself: its title, and what "Open as Text" opens, walk with it. */
  private follow(page: PageName, request: string, params: unknown): void {
    const panel = this.open.get(page)?.panel;
    if (page === 'inspector' && request === 'instance') {
      const query = instanceQuery.safeParse(params);
      if (!query.success) return;
      this.query = query.data;
      if (panel) panel.title = vscode.l10n.t('Prompt: {0}', shortTask(query.data.task));
    }
    if (page === 'review' && request === 'pair') {
      const pair = requests.pair.params.safeParse(params);
      if (!pair.success) return;
      this.pair = pair.data;
      this.pairEmitter.fire(pair.data);
      if (panel)
        panel.title = vscode.l10n.t('Pair: {0} → {1}', shortTask(pair.data.train), shortTask(pair.data.eval));
    }
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    for (const page of this.open.values()) page.panel.dispose();
  }
}
