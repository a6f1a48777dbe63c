import * as vscode from 'vscode';
import { buildCommands } from './build/commands.ts';
import type { Comparisons } from './build/comparisons.ts';
import type { Context } from './context.ts';
import { mixtureCommands } from './mixture/commands.ts';
import type { BenchPages } from './mixture/pages.ts';
import { pageCommands } from './pages/commands.ts';
import type { Pages } from './pages/pages.ts';
import { pairCommands } from './pairs/commands.ts';
import type { PairTree } from './pairs/tree.ts';
import { resultsCommands } from './results/commands.ts';
import type { ResultsEditors } from './results/editor.ts';
import type { ResultsListing } from './results/listing.ts';
import type { ResultTree } from './results/tree.ts';
import { runCommands } from './runs/commands.ts';
import type { RunPage } from './runs/page.ts';
import type { Runs } from './runs/runs.ts';
import type { RunTree } from './runs/tree.ts';
import { setupCommands } from './setup/commands.ts';
import { splitBoardCommands } from './split-board/commands.ts';
import { categoryCommands } from './tasks/category-commands.ts';
import { taskCommands } from './tasks/commands.ts';
import type { TaskTree } from './tasks/tree.ts';
import { templateCommands } from './templates/commands.ts';
import type { TemplateFollower } from './templates/follow.ts';
import type { TemplateTree } from './templates/tree.ts';
import { trainingCommands } from './training/commands.ts';

/** A command: `enabled` is asked when it is called, so that a call at the wrong time says why nothing happens. */
export interface Command {
  id: string;
  run: (...args: unknown[]) => unknown;
  enabled?: () => boolean;
}

export interface Parts {
  comparisons: Comparisons;
  tasks: TaskTree;
  pairs: PairTree;
  templates: TemplateTree;
  pages: Pages;
  follower: TemplateFollower;
  benchPages: BenchPages;
  runs: Runs;
  runTree: RunTree;
  runPage: RunPage;
  results: ResultsListing;
  resultTree: ResultTree;
  resultsEditors: ResultsEditors;
}

/** Every command of the extension. */
export function allCommands(context: Context, parts: Parts): Command[] {
  return [
    ...setupCommands(context),
    ...taskCommands(context, parts.tasks),
    ...categoryCommands(context, parts.tasks),
    ...pairCommands(context, parts.pairs, parts.pages),
    ...templateCommands(context, parts),
    ...pageCommands(context, parts),
    ...mixtureCommands(context, parts.benchPages),
    ...splitBoardCommands(context, parts.benchPages),
    ...buildCommands(context, parts.comparisons),
    ...runCommands(context, parts),
    ...trainingCommands(context),
    ...resultsCommands(context, parts),
  ];
}

export function registerCommands(context: Context, parts: Parts): void {
  for (const { id, run, enabled } of allCommands(context, parts)) {
    context.add(
      vscode.commands.registerCommand(id, (...args: unknown[]) => {
        if (enabled && !enabled()) return whyNot(context);
        return context.attempt(async () => run(...args));
      }),
    );
  }
}

/** Says what is missing for a command, with the step that mends it. */
async function whyNot(context: Context): Promise<void> {
  const [message, action, command] = missing(context);
  const choice = await vscode.window.showWarningMessage(message, action);
  if (choice === action) await vscode.commands.executeCommand(command);
}

function missing(context: Context): [message: string, action: string, command: string] {
  const { state, server } = context;
  if (!context.folder) {
    return [
      vscode.l10n.t('Open the folder of your bench first.'),
      vscode.l10n.t('Open Folder…'),
      'heldout.openFolder',
    ];
  }
  if (server.health !== 'running' || !state) {
    return [
      server.health === 'starting'
        ? vscode.l10n.t('The Heldout server is starting; try again in a moment.')
        : vscode.l10n.t('The Heldout server is not running.'),
      vscode.l10n.t('Restart Server'),
      'heldout.restartServer',
    ];
  }
  if (!state.root) {
    return [
      vscode.l10n.t('This folder has no heldout.yaml yet.'),
      vscode.l10n.t('Recognise Collections…'),
      'heldout.init',
    ];
  }
  if (!state.imported) {
    return [
      vscode.l10n.t('The collections are not imported yet.'),
      vscode.l10n.t('Import'),
      'heldout.import',
    ];
  }
  return [
    vscode.l10n.t('Overlaps have not been looked for yet.'),
    vscode.l10n.t('Find Overlaps'),
    'heldout.findOverlaps',
  ];
}
