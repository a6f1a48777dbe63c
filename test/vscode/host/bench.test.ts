import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { decision } from '../../../server/protocol.ts';
import type { HeldoutApi } from '../../../src/extension.ts';
import { decisionLines, extensionApi, until } from './support.ts';

describe('a bench in the views', function () {
  this.timeout(60_000);
  let api: HeldoutApi;

  before(async () => {
    api = await extensionApi();
    await until('the server', () => api.context.state);
  });

  it('shows nothing before the import', async () => {
    assert.equal(api.context.state?.imported, false);
    assert.deepEqual(await api.tasks.getChildren(), []);
    assert.deepEqual(await api.pairs.getChildren(), []);
  });

  it('shows every task after the import, once, in each grouping', async () => {
    await vscode.commands.executeCommand('heldout.import');
    await until('the import', () => api.context.state?.imported);
    const all = api.context.state!.tasks;
    assert.ok(all >= 40, `${all} tasks`);
    for (const grouping of ['Collection', 'Category', 'Level', 'Source']) {
      await vscode.commands.executeCommand(`heldout.tasks.groupBy${grouping}`);
      const groups = await api.tasks.getChildren();
      const tasks = (await Promise.all(groups.map((group) => api.tasks.getChildren(group)))).flat();
      assert.equal(tasks.length, all, grouping);
      assert.equal(new Set(tasks.map((node) => api.tasks.getTreeItem(node).id)).size, all, grouping);
    }
  });

  it('says of a task its split, level, examples and templates in one line', async () => {
    await vscode.commands.executeCommand('heldout.tasks.groupByCategory');
    const groups = await api.tasks.getChildren();
    const nodes = groups.flatMap((node) => (node.kind === 'group' ? node.group.tasks : []));
    const row = nodes.find((task) => task.id === 'promptsource/village_boolq');
    assert.ok(row);
    const group = groups.find((node) => node.group.tasks.includes(row))!;
    const item = api.tasks.getTreeItem({ kind: 'task', row, group: group.group });
    assert.equal(item.label, 'village_boolq');
    assert.match(String(item.description), /^test · partially held-out · \d+ ex · \d+ tmpl/);
    assert.ok(item.iconPath instanceof vscode.ThemeIcon);
  });

  it('narrows to what is searched, and back', async () => {
    api.tasks.setFilter({ search: 'village boolq' });
    const found = await api.tasks.getChildren();
    assert.deepEqual(
      found.flatMap((node) => node.group.tasks.map((row) => row.id)),
      ['promptsource/village_boolq'],
    );
    assert.match(api.tasks.view.message ?? '', /^1 of \d+ tasks$/);
    await vscode.commands.executeCommand('heldout.tasks.clearFilter');
    await api.tasks.getChildren();
    assert.equal(api.tasks.view.message, undefined);
  });

  it('gives an instance as a plain document, the same text that the server gives', async () => {
    const query = { task: 'promptsource/village_boolq', example: 1 };
    await vscode.commands.executeCommand('heldout.openAsText', query);
    const editor = await until('the document', () => {
      const active = vscode.window.activeTextEditor;
      return active?.document.uri.scheme === 'heldout-prompt' && active;
    });
    const view = await api.context.server.ask('instance', query);
    const text = editor.document.getText();
    assert.ok(text.includes(view.source.map((segment) => segment.text).join('')));
    assert.ok(text.includes(`--- target ---\n${view.target.map((segment) => segment.text).join('')}\n`));
  });

  it('moves a task to another category as a decision, and back', async () => {
    const task = 'promptsource/village_boolq';
    const categoryOf = async () => (await api.context.server.ask('task', { id: task })).row.category;
    const before = await categoryOf();
    const reason = 'for the test';
    await api.context.server.ask('moveTasks', { tasks: [task], aspect: 'category', to: 'Reading', reason });
    assert.equal(await categoryOf(), 'Reading');
    const groups = await until('the new group', async () => {
      const now = await api.tasks.getChildren();
      return now.some((node) => node.group.label === 'Reading') && now;
    });
    assert.deepEqual(
      groups.find((node) => node.group.label === 'Reading')!.group.tasks.map((row) => row.id),
      [task],
    );
    await vscode.commands.executeCommand('heldout.undo');
    assert.equal(await categoryOf(), before);
  });

  it('queues the planted leaks', async () => {
    await vscode.commands.executeCommand('heldout.findOverlaps');
    await until('the overlaps', () => api.context.state?.overlapAt);
    const rows = await api.pairs.rows();
    assert.ok(rows.length > 0);
    assert.ok(rows.some((row) => row.eval === 'bbh/garden_deduction' && row.fraction === 1));
    const [open] = await until('the queue', async () => {
      const groups = await api.pairs.getChildren();
      return groups.length > 0 && groups;
    });
    assert.equal(open?.kind === 'group' && open.state, 'open');
    assert.equal((await api.pairs.getChildren(open)).length, rows.length);
    assert.equal(api.pairs.view.badge?.value, rows.length);
  });

  it('keeps a verdict over the death of the server', async () => {
    const [row] = await api.pairs.rows();
    assert.ok(row);
    const { length } = await decisionLines(api);
    const pairs = [{ train: row.train, eval: row.eval }];
    await api.context.server.ask('decide', { pairs, verdict: 'retain', reason: 'shared context' });
    assert.equal((await decisionLines(api)).length, length + 1);

    const before = api.context.server.processId;
    assert.ok(before);
    process.kill(before, 'SIGKILL');
    await until('a new server', () => {
      const now = api.context.server.processId;
      return (
        now !== undefined && now !== before && api.context.server.health === 'running' && api.context.state
      );
    });
    const after = (await api.pairs.rows()).find((one) => one.train === row.train && one.eval === row.eval);
    assert.equal(after?.state, 'decided');
    assert.equal(after?.rulings[0]?.reason, 'shared context');
  });

  it('takes the verdict back by the undo command, the log only grows', async () => {
    const { length } = await decisionLines(api);
    await vscode.commands.executeCommand('heldout.undo');
    assert.equal((await decisionLines(api)).length, length + 1);
    assert.ok((await api.pairs.rows()).every((row) => row.state === 'open'));
  });

  it('takes a bulk verdict back as a whole', async () => {
    const rows = await api.pairs.rows();
    const pairs = rows.map((row) => ({ train: row.train, eval: row.eval }));
    await api.context.server.ask('decide', { pairs, verdict: 'retain', reason: 'all at once' });
    assert.ok((await api.pairs.rows()).every((row) => row.state === 'decided'));
    await vscode.commands.executeCommand('heldout.undo');
    assert.ok((await api.pairs.rows()).every((row) => row.state === 'open'));
  });

  it('shows verdicts that disagree as a conflict, and settles it by picking one', async () => {
    const [row] = await api.pairs.rows();
    assert.ok(row);
    const pair = { train: row.train, eval: row.eval };
    await api.context.server.ask('decide', { pairs: [pair], verdict: 'retain', reason: 'unrelated labels' });
    const own = decision.parse(JSON.parse((await decisionLines(api)).at(-1)!));
    const other = { ...own, id: `${own.id}-b`, reviewer: 'Grace', verdict: 'remove-train', reason: 'copied' };
    // As Git merges the two reviewers' logs: one line more.
    const file = path.join(api.context.folder!.fsPath, 'decisions.jsonl');
    await appendFile(file, `${JSON.stringify(other)}\n`);
    await until('the conflict', () => api.context.state?.conflicts === 1);
    const [group] = await api.pairs.getChildren();
    assert.equal(group?.kind === 'group' && group.state, 'conflict');

    const settled = vscode.commands.executeCommand('heldout.pairs.settle', pair);
    const length = (await decisionLines(api)).length;
    await until('the settled pair', async () => {
      // The first ruling, then its reason: Enter accepts what the quick input proposes.
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      await vscode.commands.executeCommand('quickInput.accept').then(undefined, () => undefined);
      return (await decisionLines(api)).length > length;
    });
    await settled;
    const after = (await api.pairs.rows()).find((one) => one.train === row.train && one.eval === row.eval);
    assert.equal(after?.state, 'decided');
    assert.equal(after.rulings.length, 1);
    assert.equal(api.context.state?.conflicts ?? 0, 0);
  });
});
