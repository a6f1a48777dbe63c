import * as vscode from 'vscode';
import * as z from 'zod';
import { fromPage, type PageName, type RequestName, requests, type ToPage } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { openAt } from '../setup/problem.ts';
import { pageFolder, pageHtml } from './html.ts';

/** Requests that a page may make: what it shows, and the verdicts that a person gives on it. */
const ALLOWED: ReadonlySet<string> = new Set<RequestName>([
  'state',
  'task',
  'instance',
  'pairs',
  'pair',
  'evidence',
  'decide',
  'undo',
  'taskTemplates',
  'templates',
  'preview',
  'decideTemplates',
  'mixture',
  'statistics',
  'packing',
  'splitBoard',
  'jobs',
  'job',
  'jobLog',
  'results',
  'resultsOf',
  'resultsSeries',
  'scored',
  'compareResults',
]);

/** Commands that a page may call. */
const COMMANDS: ReadonlySet<string> = new Set([
  'heldout.openAsText',
  'heldout.chooseTokenizer',
  'heldout.inspect',
  'heldout.findOverlaps',
  'heldout.pairs.settle',
  'heldout.pairs.clearFilter',
  'heldout.showPairsOfTask',
  'heldout.templates.settle',
  'heldout.templates.clearFilter',
  'heldout.templates.confirmDeclaration',
  'heldout.templates.declare',
  'heldout.templates.reveal',
  'heldout.templates.reviewNext',
  'heldout.writeMixture',
  'heldout.splits.move',
  'heldout.splits.remedy',
  'heldout.undo',
  'heldout.runs.cancel',
  'heldout.runs.resume',
  'heldout.runs.retry',
  'heldout.runs.evaluate',
  'heldout.runs.openLog',
  'heldout.runs.openSpec',
  'heldout.runs.openFolder',
  'heldout.runs.revealCheckpoint',
  'heldout.exportResults',
  'heldout.evaluateCheckpoint',
  'heldout.showResults',
]);

export interface PanelOptions {
  name: PageName;
  title: string;
  /** What the page is to show, asked when it is ready and whenever that changed. */
  show: () => ToPage;
  /** A request that the page makes, before it is answered. */
  onRequest?: (name: RequestName, params: unknown) => void;
}

/** One open page: messages checked in both directions, requests relayed to the server. */
export class PagePanel implements vscode.Disposable {
  readonly panel: vscode.WebviewPanel;
  private readonly context: Context;
  private readonly options: PanelOptions;
  private readonly subscriptions: vscode.Disposable[];
  private ready = false;

  constructor(context: Context, panel: vscode.WebviewPanel, options: PanelOptions) {
    this.context = context;
    this.panel = panel;
    this.options = options;
    const extension = context.extension.extensionUri;
    panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [pageFolder(extension)],
    };
    panel.iconPath = {
      light: vscode.Uri.joinPath(extension, 'media', `${options.name}-light.svg`),
      dark: vscode.Uri.joinPath(extension, 'media', `${options.name}-dark.svg`),
    };
    this.subscriptions = [
      panel.webview.onDidReceiveMessage((message: unknown) => this.receive(message)),
      context.server.onChanged((what) => this.post({ type: 'changed', what })),
      context.server.onJobs((ids) => this.post({ type: 'jobs', ids })),
    ];
    panel.webview.html = pageHtml(panel.webview, extension, options.name, options.title);
  }

  /** Tells the page anew what to show. */
  show(): void {
    if (this.ready) this.post(this.options.show());
  }

  private post(message: ToPage): void {
    void this.panel.webview.postMessage(message);
  }

  private receive(raw: unknown): void {
    const message = fromPage.safeParse(raw);
    if (!message.success) {
      this.context.log.error(
        `${this.options.name}: not a message of a page: ${z.prettifyError(message.error)}`,
      );
      return;
    }
    switch (message.data.type) {
      case 'ready':
        this.ready = true;
        this.show();
        break;
      case 'request':
        void this.answer(message.data.id, message.data.name, message.data.params);
        break;
      case 'open': {
        const { location, column } = message.data;
        void this.context.attempt(() => openAt(location.file, location.line, column));
        break;
      }
      case 'command':
        if (COMMANDS.has(message.data.command)) {
          void vscode.commands.executeCommand(message.data.command, ...message.data.args);
        } else {
          this.context.log.error(`${this.options.name}: may not call ${message.data.command}`);
        }
    }
  }

  private async answer(id: number, name: string, params: unknown): Promise<void> {
    try {
      if (!ALLOWED.has(name) || !Object.hasOwn(requests, name)) throw new Error(`${name} is not for a page`);
      this.options.onRequest?.(name as RequestName, params);
      const result = await this.context.server.askUnchecked(name as RequestName, params);
      this.post({ type: 'answer', id, result });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.context.log.warn(`${this.options.name}: ${name}: ${message}`);
      this.post({ type: 'failure', id, message });
    }
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}
