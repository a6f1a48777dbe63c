import * as vscode from 'vscode';
import type { Level, ResultsRow } from '../../server/protocol.ts';
import type { Context } from '../context.ts';
import { levelWord, numberWord } from '../words.ts';
import type { ResultsListing } from './listing.ts';
import { levelScores, mainScore, shotsWord, timeWord } from './words.ts';

export type ResultNode =
  | { kind: 'results'; row: ResultsRow }
  | { kind: 'level'; row: ResultsRow; level: Level };

/** The results kept with the bench, newest first, each with its levels. */
export class ResultTree implements vscode.TreeDataProvider<ResultNode>, vscode.Disposable {
  readonly view: vscode.TreeView<ResultNode>;
  private readonly context: Context;
  private readonly listing: ResultsListing;
  private readonly changes = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changes.event;
  private readonly subscriptions: vscode.Disposable[];
  private roots: Extract<ResultNode, { kind: 'results' }>[] = [];

  constructor(context: Context, listing: ResultsListing) {
    this.context = context;
    this.listing = listing;
    this.view = vscode.window.createTreeView<ResultNode>('heldout.results', {
      treeDataProvider: this,
      canSelectMany: true,
      showCollapseAll: true,
    });
    this.subscriptions = [this.view, this.changes, listing.onChange(() => this.changes.fire())];
  }

  async getChildren(node?: ResultNode): Promise<ResultNode[]> {
    if (!node) return this.all();
    if (node.kind === 'level' || !node.row.summary) return [];
    const levels = new Set(node.row.summary.levels.map(({ level }) => level));
    return [...levels].map((level) => ({ kind: 'level', row: node.row, level }));
  }

  private async all(): Promise<ResultNode[]> {
    let rows: ResultsRow[] = [];
    try {
      rows = await this.listing.rows();
    } catch (error) {
      this.context.log.error(`results: ${String(error)}`);
    }
    const known = this.context.state !== undefined;
    void vscode.commands.executeCommand('setContext', 'heldout.resultsKnown', known);
    this.roots = rows.map((row) => ({ kind: 'results', row }));
    return this.roots;
  }

  getParent(node: ResultNode): ResultNode | undefined {
    if (node.kind === 'results') return undefined;
    return this.roots.find(({ row }) => row.file === node.row.file);
  }

  getTreeItem(node: ResultNode): vscode.TreeItem {
    return node.kind === 'level' ? levelItem(node) : resultsItem(node.row);
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

function resultsItem(row: ResultsRow): vscode.TreeItem {
  const { file, name, summary, problem } = row;
  const item = new vscode.TreeItem(
    name,
    summary ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None,
  );
  item.id = file;
  item.resourceUri = vscode.Uri.file(file);
  item.iconPath = new vscode.ThemeIcon(summary ? 'table' : 'warning');
  item.description = summary ? scoreWords(row) : vscode.l10n.t('can’t be read');
  item.contextValue = summary ? 'results' : 'results broken';
  item.tooltip = summary ? tooltipOf(row) : (problem ?? undefined);
  item.command = {
    command: summary ? 'heldout.showResults' : 'heldout.results.openAsText',
    title: '',
    arguments: [file],
  };
  const spoken = summary ? vscode.l10n.t('{0}, score {1}', name, item.description) : `${name}, ${problem}`;
  item.accessibilityInformation = { label: spoken };
  return item;
}

/** With the template that alone was scored, so that it isn't taken for a score of the task. */
function scoreWords(row: ResultsRow): string {
  const template = row.summary?.settings.template ?? null;
  const score = mainScore(row);
  return template === null ? score : `${score} · ${vscode.l10n.t('template “{0}” alone', template)}`;
}

function tooltipOf({ name, summary }: ResultsRow): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  if (!summary) return text;
  const { created, checkpoint, counts, settings, selection } = summary;
  const lines = [
    timeWord(created),
    checkpoint.step === null
      ? checkpoint.place
      : vscode.l10n.t('{0}, step {1}', checkpoint.place, numberWord(checkpoint.step)),
    vscode.l10n.t('{0} shots', settings.shots.map(shotsWord).join(' / ')),
    vscode.l10n.t('{0} instances, {1} failed', numberWord(counts.examples), numberWord(counts.failed)),
    ...(selection
      ? [vscode.l10n.t('{0} as the mean of 0 and 5 shots', (selection.score * 100).toFixed(1))]
      : []),
  ];
  text.appendText([name, ...lines].join('\n'));
  return text;
}

function levelItem({ row, level }: Extract<ResultNode, { kind: 'level' }>): vscode.TreeItem {
  const item = new vscode.TreeItem(levelWord(level));
  item.id = `${row.file}:${level}`;
  item.contextValue = 'level';
  const summary = row.summary!;
  item.description = levelScores(
    summary.levels.filter((one) => one.level === level),
    summary.settings.shots,
  );
  item.command = { command: 'heldout.showResults', title: '', arguments: [row.file] };
  return item;
}
