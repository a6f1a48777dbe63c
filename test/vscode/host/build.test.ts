import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { HeldoutApi } from '../../../src/extension.ts';
import { extensionApi, until } from './support.ts';

const shownText = () => vscode.window.activeTextEditor?.document.getText() ?? '';

describe('the built benchmark', function () {
  this.timeout(120_000);
  let api: HeldoutApi;
  let work: string;

  before(async () => {
    api = await extensionApi();
    await until('the server', () => api.context.state !== undefined);
    if (!api.context.state!.imported) await vscode.commands.executeCommand('heldout.import');
    await until('the import', () => api.context.state?.imported === true);
    if (!api.context.state!.overlapAt) await vscode.commands.executeCommand('heldout.findOverlaps');
    await until('the pairs', () => api.context.state?.overlapAt !== undefined);
    work = await mkdtemp(path.join(os.tmpdir(), 'heldout-host-build-'));
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    if (work) await rm(work, { recursive: true, force: true });
  });

  it('is written where the person says, and its datasheet opens', async () => {
    const rows = await api.pairs.rows();
    const pairs = rows.map((row) => ({ train: row.train, eval: row.eval }));
    await api.context.server.ask('decide', { pairs, verdict: 'retain', reason: 'looked at' });
    await api.context.refreshState();
    const out = path.join(work, 'out');
    await vscode.commands.executeCommand('heldout.build', out, 'jsonl');
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, path.join(out, 'datasheet.md'));
    assert.match(shownText(), /^# Datasheet/);
    const manifest = JSON.parse(await readFile(path.join(out, 'manifest.json'), 'utf8')) as {
      openPairs: number;
    };
    assert.equal(manifest.openPairs, 0);
    await vscode.commands.executeCommand('heldout.undo');
  });

  it('is compared with another as a document that can only be read', async () => {
    const { tasks } = api.context.state!;
    await vscode.commands.executeCommand('heldout.diff', path.join(work, 'out'), '.');
    const { document } = vscode.window.activeTextEditor!;
    assert.equal(document.uri.scheme, 'heldout-diff');
    assert.equal(document.languageId, 'heldout-comparison');
    const start = `Comparison\n  from ${path.join(work, 'out')}\n  to the bench as it is\n`;
    assert.ok(shownText().startsWith(start), shownText());
    assert.ok(shownText().includes(`The same: ${tasks} tasks`), shownText());
  });
});

describe('revisions of the bench', function () {
  this.timeout(120_000);
  let api: HeldoutApi;
  let root: string;
  let tasks: number;

  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
      cwd: root,
      stdio: 'pipe',
    });
  const REMOVED = { train: 'natural-instructions/task004_garden_deduction', eval: 'bbh/garden_deduction' };
  const GONE = 'data/exmix/note_grammar.jsonl';

  before(async () => {
    api = await extensionApi();
    await until('the pairs', () => api.context.state?.overlapAt !== undefined);
    root = api.context.state!.root!;
    tasks = api.context.state!.tasks;
    git('init', '-q');
    git('add', '-A', '.');
    git('commit', '-q', '-m', 'before');
    await rm(path.join(root, GONE));
    await api.context.server.ask('decide', {
      pairs: [REMOVED],
      verdict: 'remove-train',
      reason: 'it is copied',
    });
    await api.context.server.ask('moveTasks', {
      tasks: ['crossfit/mood_of_notes'],
      aspect: 'split',
      to: 'none',
      reason: 'too small',
    });
  });
  after(async () => {
    git('checkout', '-q', 'HEAD', '--', GONE);
    await api.context.server.ask('undo', {});
    await api.context.server.ask('undo', {});
    await rm(path.join(root, '.git'), { recursive: true });
    // What was away is there again for whoever comes next.
    await vscode.commands.executeCommand('heldout.import');
    await until('all tasks', () => api.context.state?.tasks === tasks);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  /** The links of the document that is shown, each with the text that it stands on. */
  async function links(document: vscode.TextDocument) {
    const found = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      document.uri,
    );
    return new Map(found.map(({ range, target }) => [document.getText(range), target!]));
  }

  it('are compared with what came of them, in words, with links that work', async () => {
    await vscode.commands.executeCommand('heldout.diff', 'rev:HEAD', '.');
    const { document } = vscode.window.activeTextEditor!;
    const text = document.getText();
    assert.match(text, /^Left: 3 tasks$/m);
    assert.match(text, /^ {2}- exmix\/note_grammar$/m);
    assert.match(text, /^ {4}Remove train task: it is copied$/m);
    assert.match(text, /^ {4}Left out: too small$/m);
    assert.doesNotMatch(text, /\bnone\b/);

    const found = await links(document);
    const inspect = found.get('crossfit/mood_of_notes')!;
    const review = found.get(`${REMOVED.train} × ${REMOVED.eval}`)!;
    const decision = [...found.values()].find(({ path }) => path === 'heldout.openDecisions')!;
    const follow = ({ path, query }: vscode.Uri) =>
      vscode.commands.executeCommand(path, ...(JSON.parse(decodeURIComponent(query)) as unknown[]));
    await follow(inspect);
    assert.equal(api.pages.inspected?.task, 'crossfit/mood_of_notes');
    const shown = new Promise((resolve) => {
      const listener = api.pages.onPair((pair) => {
        listener.dispose();
        resolve(pair);
      });
    });
    await follow(review);
    assert.deepEqual(await shown, REMOVED);
    await follow(decision);
    const { document: log, selection } = vscode.window.activeTextEditor!;
    assert.equal(path.basename(log.uri.fsPath), 'decisions.jsonl');
    assert.match(log.lineAt(selection.active.line).text, /too small|it is copied/);
  });

  it('fold by their parts, which stand in the outline', async () => {
    await vscode.commands.executeCommand('heldout.diff', 'rev:HEAD', '.');
    const { document } = vscode.window.activeTextEditor!;
    const ranges = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      document.uri,
    );
    const heads = ranges.map(({ start }) => document.lineAt(start).text);
    assert.ok(heads.includes('Left: 3 tasks'), heads.join('\n'));
    assert.ok(heads.includes('  - exmix/note_grammar'), heads.join('\n'));
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    const left = symbols.find(({ name }) => name === 'Left')!;
    assert.deepEqual(
      left.children.map(({ name }) => name).sort(),
      ['crossfit/mood_of_notes', REMOVED.train, 'exmix/note_grammar'].sort(),
    );
  });

  it('follow what is decided while they are shown', async () => {
    await vscode.commands.executeCommand('heldout.diff', 'rev:HEAD', '.');
    const { document } = vscode.window.activeTextEditor!;
    const moved = {
      tasks: ['natural-instructions/task003_workshop_arithmetic'],
      aspect: 'category',
      to: 'Kitchens',
      reason: 'they cook',
    } as const;
    await api.context.server.ask('moveTasks', { ...moved, tasks: [...moved.tasks] });
    await until('the decision', () => document.getText().includes('Category Kitchens: they cook'));
    assert.ok((await links(document)).has('natural-instructions/task003_workshop_arithmetic'));
    await api.context.server.ask('undo', {});
    await until('its undo', () => !document.getText().includes('Kitchens'));
  });
});
