import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { decision } from '../../../server/protocol.ts';
import type { HeldoutApi } from '../../../src/extension.ts';
import { decisionLines, extensionApi, until } from './support.ts';

describe('categories in the Task Explorer', function () {
  this.timeout(90_000);
  let api: HeldoutApi;

  before(async () => {
    api = await extensionApi();
    const state = await until('the server', () => api.context.state);
    if (!state.imported) await vscode.commands.executeCommand('heldout.import');
    await until('the import', () => api.context.state?.imported);
    await vscode.commands.executeCommand('heldout.tasks.groupByCategory');
  });

  async function group(category: string) {
    const nodes = await api.tasks.getChildren();
    return nodes.find((node) => node.kind === 'group' && node.group.key === category);
  }
  const sizeOf = async (category: string) => (await group(category))?.group.tasks.length ?? 0;

  /** Runs a step that asks for a reason, and gives none. */
  async function withoutReason(step: () => Thenable<unknown>): Promise<void> {
    let done = false;
    const run = Promise.resolve(step()).finally(() => (done = true));
    await until('the answer', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return done;
    });
    await run;
  }

  async function lastDecision() {
    return decision.parse(JSON.parse((await decisionLines(api)).at(-1)!));
  }

  it('have a menu of their own', async () => {
    const mathematics = (await group('Mathematics'))!;
    assert.equal(api.tasks.getTreeItem(mathematics).contextValue, 'group category');
  });

  it('are merged when one is dropped on another, and taken apart again', async () => {
    const [from, onto] = [(await group('Grammar Correction'))!, (await group('Paraphrase'))!];
    const sum = from.group.tasks.length + onto.group.tasks.length;
    const data = new vscode.DataTransfer();
    api.tasks.drag.handleDrag([from], data);
    await withoutReason(() => api.tasks.drag.handleDrop(onto, data));
    await until('the merge', async () => (await sizeOf('Paraphrase')) === sum);
    assert.equal(await sizeOf('Grammar Correction'), 0);
    const { subject, verdict } = await lastDecision();
    assert.deepEqual(
      [subject, verdict],
      [{ kind: 'category', category: 'Grammar Correction' }, 'Paraphrase'],
    );
    await vscode.commands.executeCommand('heldout.undo');
    await until('the undo', async () => (await sizeOf('Paraphrase')) === onto.group.tasks.length);
    assert.equal(await sizeOf('Grammar Correction'), from.group.tasks.length);
  });

  it('have their shown tasks moved, not merged, while a search hides the others', async () => {
    api.tasks.setFilter({ search: 'note_grammar' });
    const shown = (await group('Grammar Correction'))!;
    assert.equal(shown.group.tasks.length, 1);
    const data = new vscode.DataTransfer();
    api.tasks.drag.handleDrag([shown], data);
    api.tasks.setFilter({});
    const onto = (await group('Paraphrase'))!;
    await withoutReason(() => api.tasks.drag.handleDrop(onto, data));
    const { subject, verdict } = await lastDecision();
    assert.deepEqual(
      [subject, verdict],
      [{ kind: 'task', task: 'exmix/note_grammar', aspect: 'category' }, 'Paraphrase'],
    );
    await vscode.commands.executeCommand('heldout.undo');
    await until('the undo', async () => (await sizeOf('Paraphrase')) === onto.group.tasks.length);
  });

  it('are renamed by command', async () => {
    const before = await sizeOf('Mathematics');
    await withoutReason(() =>
      vscode.commands.executeCommand('heldout.renameCategory', 'Mathematics', 'Sums'),
    );
    await until('the new name', async () => (await sizeOf('Sums')) === before);
    await vscode.commands.executeCommand('heldout.undo');
    await until('the old name', async () => (await sizeOf('Mathematics')) === before);
  });

  it('are proposed for what nobody placed; what stays ticked is decided, with its evidence', async () => {
    const task = 'natural-instructions/task007_letter_correction';
    const categoryOf = async () => (await api.context.server.ask('task', { id: task })).row.category;
    const file = path.join(api.context.folder!.fsPath, 'taxonomy.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(
      file,
      text.replace('    from: { natural-instructions: [Grammar Error Correction] }\n', ''),
    );
    try {
      await until('the change', async () => (await categoryOf()) === 'Grammar Error Correction');
      await withoutReason(() => vscode.commands.executeCommand('heldout.proposeCategories'));
      await until('the decision', async () => (await categoryOf()) === 'Grammar Correction');
      const { reason } = await lastDecision();
      assert.match(reason, /^proposed: its collection says “Grammar Error Correction”/);
      await vscode.commands.executeCommand('heldout.undo');
      assert.equal(await categoryOf(), 'Grammar Error Correction');
    } finally {
      await writeFile(file, text);
    }
    await until('the change back', async () => (await categoryOf()) === 'Grammar Correction');
  });

  it('that are proposed and accepted stand in the view', async () => {
    const { tasks } = await api.context.server.ask('proposeCategories', {});
    const chosen = tasks.find(({ task }) => task === 'promptsource/kitchen_qa/multiple_choice')!;
    assert.equal(chosen.proposed, 'Multiple-Choice QA');
    const moves = [{ task: chosen.task, to: chosen.proposed, reason: 'as proposed' }];
    await api.context.server.ask('assignCategories', { moves });
    await until('the new group', async () => (await sizeOf('Multiple-Choice QA')) === 1);
    await vscode.commands.executeCommand('heldout.undo');
    await until('the undo', async () => (await sizeOf('Multiple-Choice QA')) === 0);
  });
});
