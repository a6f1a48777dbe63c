import * as vscode from 'vscode';
import { Comparisons } from './build/comparisons.ts';
import { type Parts, registerCommands } from './commands.ts';
import { Context } from './context.ts';
import { BenchPages } from './mixture/pages.ts';
import { Pages } from './pages/pages.ts';
import { promptDocuments } from './pages/text.ts';
import { PairTree } from './pairs/tree.ts';
import { followCheckpoints } from './results/checkpoints.ts';
import { ResultsEditors } from './results/editor.ts';
import { ResultsListing } from './results/listing.ts';
import { ResultTree } from './results/tree.ts';
import { notifyEnds } from './runs/notify.ts';
import { RunPage } from './runs/page.ts';
import { Runs } from './runs/runs.ts';
import { createRunStatus } from './runs/status.ts';
import { RunTree } from './runs/tree.ts';
import { followStage } from './setup/context-keys.ts';
import { createStatus } from './status.ts';
import { TaskTree } from './tasks/tree.ts';
import { TemplateFollower } from './templates/follow.ts';
import { TemplateTree } from './templates/tree.ts';
import { estimateDocuments } from './training/estimate-document.ts';

/** What `activate` gives to whoever asks VS Code for the extension: its parts, as its own tests use them. */
export interface HeldoutApi extends Parts {
  context: Context;
}

let context: Context | undefined;

export async function activate(extension: vscode.ExtensionContext): Promise<HeldoutApi> {
  const own = await Context.create(extension);
  context = own;
  const results = new ResultsListing(own);
  const tasks = new TaskTree(own, results);
  const pairs = new PairTree(own);
  const templates = new TemplateTree(own);
  const pages = new Pages(own);
  const follower = new TemplateFollower(pages);
  const benchPages = new BenchPages(own);
  const runs = new Runs(own);
  const runTree = new RunTree(own, runs);
  const runPage = new RunPage(own, runs);
  const resultTree = new ResultTree(own, results);
  const resultsEditors = new ResultsEditors(own, results);
  const comparisons = new Comparisons(own);
  const parts: Parts = {
    comparisons,
    tasks,
    pairs,
    templates,
    pages,
    follower,
    benchPages,
    runs,
    runTree,
    runPage,
    results,
    resultTree,
    resultsEditors,
  };
  own.add(
    ...Object.values(parts),
    followCheckpoints(own),
    promptDocuments(own),
    estimateDocuments(own),
    createStatus(own),
    followStage(own),
    createRunStatus(runs),
    notifyEnds(own, runs),
  );
  own.add(
    pairs.onQueue(() => pages.queueChanged('review')),
    pages.onPair((pair) => void pairs.reveal(pair)),
    templates.onQueue(() => pages.queueChanged('template')),
    pages.onTemplate(({ task, template }) => {
      if (task) void templates.reveal({ task, template });
    }),
    runPage.onRun((id) => void runTree.reveal(id)),
  );
  registerCommands(own, parts);
  own.add(
    vscode.workspace.onDidGrantWorkspaceTrust(() => void own.server.restart()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      const read = ['heldout.reviewer', 'heldout.liveOverlap'];
      if (read.some((setting) => change.affectsConfiguration(setting))) void own.server.restart();
    }),
  );
  // Without a folder there is nothing for a server to serve; opening one activates the extension anew.
  if (own.folder) void own.server.start();
  return { context: own, ...parts };
}

export async function deactivate(): Promise<void> {
  const own = context;
  context = undefined;
  await own?.server.stop();
  own?.dispose();
}
