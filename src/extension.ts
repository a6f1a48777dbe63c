import * as vscode from 'vscode';
import { DiffDocuments } from './build/diff-document.ts';
import { type Parts, registerCommands } from './commands.ts';
import { Context } from './context.ts';
import { BenchPages } from './mixture/pages.ts';
import { Pages } from './pages/pages.ts';
import { PromptDocuments } from './pages/text.ts';
import { PairTree } from './pairs/tree.ts';
import { followStage } from './setup/context-keys.ts';
import { createStatus } from './status.ts';
import { TaskTree } from './tasks/tree.ts';

/** What `activate` gives to whoever asks VS Code for the extension: its parts, as its own tests use them. */
export interface HeldoutApi extends Parts {
  context: Context;
}

let context: Context | undefined;

export async function activate(extension: vscode.ExtensionContext): Promise<HeldoutApi> {
  const own = await Context.create(extension);
  context = own;
  const tasks = new TaskTree(own);
  const pairs = new PairTree(own);
  const pages = new Pages(own);
  const benchPages = new BenchPages(own);
  own.add(benchPages);
  own.add(
    tasks,
    pairs,
    pages,
    new PromptDocuments(own),
    new DiffDocuments(own),
    createStatus(own),
    followStage(own),
  );
  own.add(
    pairs.onQueue(() => pages.queueChanged()),
    pages.onPair((pair) => void pairs.reveal(pair)),
  );
  registerCommands(own, { tasks, pairs, pages, benchPages });
  own.add(
    vscode.workspace.onDidGrantWorkspaceTrust(() => void own.server.restart()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('heldout.reviewer')) void own.server.restart();
    }),
  );
  // Without a folder there is nothing for a server to serve; opening one activates the extension anew.
  if (own.folder) void own.server.start();
  return { context: own, tasks, pairs, pages, benchPages };
}

export async function deactivate(): Promise<void> {
  const own = context;
  context = undefined;
  await own?.server.stop();
  own?.dispose();
}
