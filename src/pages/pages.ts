import * as vscode from 'vscode';
import * as z from 'zod';
import {
  type InstanceQuery,
  instanceQuery,
  type PageName,
  type PreviewQuery,
  previewQuery,
  requests,
  type ToPage,
} from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import type { PairKey } from '../pairs/commands.ts';
import { shortTask } from '../words.ts';
import { PagePanel } from './panel.ts';

const INSPECTOR = 'heldout.inspector';
const REVIEW = 'heldout.review';
const TEMPLATE = 'heldout.template';

/** What a page keeps of itself (`setState`), as far as the editor needs it to bring the page back. */
const keptInspector = z.object({ query: instanceQuery });
const keptReview = z.object({ pair: requests.pair.params });
const keptTemplate = z.object({ query: previewQuery });

/** The pages: one of each at a time, brought back after a restart. */
export class Pages implements vscode.Disposable {
  private readonly context: Context;
  private readonly open = new Map<PageName, PagePanel>();
  private readonly subscriptions: vscode.Disposable[];
  private query: z.output<typeof instanceQuery> | undefined;
  private pair: PairKey | undefined;
  private template: z.output<typeof previewQuery> | undefined;
  /** The template that was last told to the listeners, as one text. */
  private told = '';
  private readonly pairEmitter = new vscode.EventEmitter<PairKey>();
  /** The pair that the review page shows. */
  readonly onPair = this.pairEmitter.event;
  private readonly templateEmitter = new vscode.EventEmitter<PreviewQuery>();
  /** The template that the template page shows. */
  readonly onTemplate = this.templateEmitter.event;

  constructor(context: Context) {
    this.context = context;
    this.subscriptions = [
      this.pairEmitter,
      this.templateEmitter,
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
      vscode.window.registerWebviewPanelSerializer(TEMPLATE, {
        deserializeWebviewPanel: async (panel, state: unknown) => {
          const kept = keptTemplate.safeParse(state);
          this.template = kept.success ? kept.data.query : undefined;
          this.adopt('template', panel);
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

  /** The template that the template page shows; undefined while there is no such page. */
  get previewed(): PreviewQuery | undefined {
    return this.open.has('template') ? this.template : undefined;
  }

  /** Opens the template page beside the editor; the focus stays where it is unless it is asked for. */
  preview(query: PreviewQuery, focus: boolean): void {
    this.template = previewQuery.parse(query);
    const column = vscode.window.tabGroups.activeTabGroup.activeTab
      ? vscode.ViewColumn.Beside
      : vscode.ViewColumn.Active;
    this.bring('template', TEMPLATE, vscode.l10n.t('Template'), { column, focus });
  }

  /** Shows another template in the page that is open, and leaves the window as it is. */
  followTemplate(query: PreviewQuery): void {
    this.template = previewQuery.parse(query);
    this.open.get('template')?.show();
  }

  /** A file of templates is being edited: what they make of the records is asked for again. */
  templatesEdited(): void {
    this.open.get('template')?.show();
  }

  /** The order or filter of a queue changed. */
  queueChanged(page: 'review' | 'template'): void {
    this.open.get(page)?.show();
  }

  private bring(
    name: PageName,
    type: string,
    title: string,
    { column, focus } = { column: vscode.ViewColumn.Active, focus: true },
  ): void {
    const page = this.open.get(name);
    if (page) {
      page.panel.reveal(undefined, !focus);
      page.show();
      return;
    }
    const panel = vscode.window.createWebviewPanel(
      type,
      title,
      { viewColumn: column, preserveFocus: !focus },
      { enableFindWidget: true },
    );
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
    switch (name) {
      case 'inspector':
        return { type: 'show', inspector: this.query, settings };
      case 'review':
        return { type: 'show', pair: this.pair, queue: this.context.queue, settings };
      case 'template':
        return { type: 'show', preview: this.template, templates: this.context.templateQueue, settings };
      default:
        return { type: 'show', settings };
    }
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
    if (page === 'template' && request === 'preview') {
      const query = previewQuery.safeParse(params);
      if (!query.success) return;
      this.template = query.data;
      const { task, file, template } = query.data;
      const key = JSON.stringify([task, file, template]);
      // It asks again at every key stroke in the file.
      if (key === this.told) return;
      this.told = key;
      this.templateEmitter.fire(query.data);
      if (panel) panel.title = vscode.l10n.t('Template: {0}', template);
    }
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    for (const page of this.open.values()) page.panel.dispose();
  }
}
