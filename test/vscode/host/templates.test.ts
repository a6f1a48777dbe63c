import assert from 'node:assert/strict';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { decision, type TemplateCheck } from '../../../server/protocol.ts';
import type { HeldoutApi } from '../../../src/extension.ts';
import type { TaskNode } from '../../../src/tasks/tree.ts';
import { decisionLines, extensionApi, until } from './support.ts';

const TASK = 'promptsource/village_boolq';
const FILE = 'data/promptsource/templates/village_boolq/templates.yaml';

describe('templates in the views and the editor', function () {
  this.timeout(60_000);
  let api: HeldoutApi;

  before(async () => {
    api = await extensionApi();
    await until('the server', () => api.context.state);
    if (!api.context.state?.imported) await vscode.commands.executeCommand('heldout.import');
    await until('the check of all templates', async () => {
      const list = await api.context.server.ask('templates', { order: 'score', filter: {} });
      return list.checking === undefined && list.total > 0;
    });
  });

  /** The row of a task in the tree. */
  async function taskNode(id: string): Promise<TaskNode> {
    const groups = await api.tasks.getChildren();
    const rows = (await Promise.all(groups.map((group) => api.tasks.getChildren(group)))).flat();
    const found = rows.find((node) => node.kind === 'task' && node.row.id === id);
    assert.ok(found, id);
    return found;
  }

  async function checks(): Promise<TemplateCheck[]> {
    return (await api.context.server.ask('taskTemplates', { task: TASK })).templates;
  }

  async function lastDecision() {
    return decision.parse(JSON.parse((await decisionLines(api)).at(-1)!));
  }

  it('queues the templates that wait for a ruling, by state, with a figure and the task', async () => {
    const groups = await api.templates.getChildren();
    const open = groups.find((node) => node.kind === 'group' && node.state === 'open');
    assert.ok(open);
    const rows = await api.templates.getChildren(open);
    assert.equal(rows.length, (await api.templates.rows()).length);
    const node = rows.find((one) => one.kind === 'row' && one.row.template === 'write_the_question');
    assert.ok(node);
    const item = api.templates.getTreeItem(node);
    assert.match(String(item.label), /^\d+ % {2}write_the_question$/);
    assert.match(String(item.description), /^village_boolq · /);
    const told = api.templates.resolveTreeItem(item, node).tooltip as vscode.MarkdownString;
    assert.match(told.value, /question/);
  });

  it('narrows the queue to what is searched and to one kind of finding, shows clean ones when asked', async () => {
    const all = (await api.templates.rows()).length;
    api.templates.setFilter({ search: 'kitchen' });
    const found = await api.templates.rows();
    assert.ok(found.length > 0 && found.length < all);
    assert.ok(found.every(({ task }) => task === 'promptsource/kitchen_qa/multiple_choice'));
    api.templates.setFilter({ code: 'jinja-error' });
    assert.deepEqual(
      (await api.templates.rows()).map(({ template }) => template),
      ['unclosed_if'],
    );
    api.templates.setFilter({ state: ['clean'], search: 'village_boolq' });
    assert.deepEqual(
      new Set((await api.templates.rows()).map(({ template }) => template)),
      new Set(['based_on_the_passage', 'exam', 'a_friend_asks']),
    );
    await vscode.commands.executeCommand('heldout.templates.clearFilter');
    assert.equal((await api.templates.rows()).length, all);
  });

  it('opens a task into its declaration and its templates', async () => {
    const node = await taskNode(TASK);
    const item = api.tasks.getTreeItem(node);
    assert.equal(item.collapsibleState, vscode.TreeItemCollapsibleState.Collapsed);
    const [first, ...others] = await api.tasks.getChildren(node);
    assert.equal(first?.kind, 'declaration');
    assert.equal(api.tasks.getTreeItem(first!).label, 'passage, question → label');
    assert.deepEqual(
      others.map((one) => one.kind === 'template' && one.check.template),
      ['based_on_the_passage', 'exam', 'a_friend_asks', 'write_the_question'],
    );
    assert.deepEqual(api.tasks.getParent(first!), node);
  });

  it('confirms what is proposed in one step, which makes the findings precise, and takes it back', async () => {
    await vscode.commands.executeCommand('heldout.templates.confirmDeclaration', TASK);
    const made = await lastDecision();
    assert.deepEqual(made.subject, { kind: 'declaration', task: TASK });
    const declared = (await checks()).find(({ template }) => template === 'write_the_question');
    assert.ok(
      declared?.findings.some(({ code, severity }) => code === 'alters-semantics' && severity === 'warning'),
    );
    await vscode.commands.executeCommand('heldout.undo');
    const { declaration } = await api.context.server.ask('taskTemplates', { task: TASK });
    assert.equal(declaration.state, 'proposed');
  });

  it('rules on a template that a code action names, after asking for the reason', async () => {
    const { length } = await decisionLines(api);
    const key = { task: TASK, template: 'write_the_question' };
    const ruled = vscode.commands.executeCommand('heldout.templates.markAltering', [key]);
    await until('the ruling', async () => {
      // Enter accepts the reason as it is: empty.
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return (await decisionLines(api)).length > length;
    });
    await ruled;
    const made = await lastDecision();
    assert.deepEqual([made.subject, made.verdict], [{ kind: 'template', ...key }, 'alters']);
    const groups = await until('the group of decided ones', async () => {
      const now = await api.templates.getChildren();
      return now.some((node) => node.kind === 'group' && node.state === 'decided') && now;
    });
    assert.ok(groups.length >= 2);
    await vscode.commands.executeCommand('heldout.undo');
    assert.equal((await checks()).find(({ template }) => template === key.template)?.state, 'open');
  });

  it('shows a ruling again when the template has changed on disk', async () => {
    const uri = vscode.Uri.joinPath(api.context.folder!, FILE);
    const before = await readFile(uri.fsPath, 'utf8');
    const key = { task: TASK, template: 'exam' };
    await api.context.server.ask('decideTemplates', { templates: [key], verdict: 'keep', reason: 'fine' });
    const state = async () => (await checks()).find(({ template }) => template === 'exam')?.state;
    assert.equal(await state(), 'decided');
    await writeFile(uri.fsPath, before.replace('1. Study the text below.', '1. Read the text below.'));
    await until('the stale ruling', async () => (await state()) === 'stale');
    await writeFile(uri.fsPath, before);
    await until('the ruling that holds again', async () => (await state()) === 'decided');
    await vscode.commands.executeCommand('heldout.undo');
    assert.equal(await state(), 'clean');
  });

  it('knows the template at the cursor, and its page follows it', async () => {
    const uri = vscode.Uri.joinPath(api.context.folder!, FILE);
    const editor = await vscode.window.showTextDocument(uri);
    const text = editor.document.getText();
    const cursorAt = (found: string) => {
      const position = editor.document.positionAt(text.indexOf(found));
      editor.selection = new vscode.Selection(position, position);
    };
    cursorAt('Going by this passage');
    const place = await until('the lenses', () => api.follower.atCursor());
    assert.deepEqual([place.task, place.template], [TASK, 'based_on_the_passage']);
    await vscode.commands.executeCommand('heldout.templates.preview');
    assert.equal(api.pages.previewed?.template, 'based_on_the_passage');
    cursorAt('A friend asks');
    await until('the page to follow', () => api.pages.previewed?.template === 'a_friend_asks');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await until('the page to close', () => api.pages.previewed === undefined);
  });

  it('shows declarations that disagree, and settles them by picking one', async () => {
    const declaration = async () =>
      (await api.context.server.ask('taskTemplates', { task: TASK })).declaration;
    const fields = { inputs: ['passage', 'question'], targets: ['label'] };
    await api.context.server.ask('declare', { task: TASK, ...fields, reason: 'the data card' });
    const own = await lastDecision();
    const verdict = JSON.stringify({ inputs: ['passage'], targets: ['question'] });
    const other = { ...own, id: `${own.id}-b`, reviewer: 'Grace', verdict };
    // As Git merges the two reviewers' logs: one line more.
    const log = vscode.Uri.joinPath(api.context.folder!, 'decisions.jsonl').fsPath;
    await appendFile(log, `${JSON.stringify(other)}\n`);
    await until('the disagreement', async () => (await declaration()).state === 'conflict');

    const { length } = await decisionLines(api);
    const settled = vscode.commands.executeCommand('heldout.templates.declare', TASK);
    await until('the settled declaration', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return (await decisionLines(api)).length > length;
    });
    await settled;
    const { state, rulings } = await declaration();
    assert.equal(state, 'declared');
    assert.equal(rulings.length, 1);
    assert.equal(rulings[0]?.reason, 'the data card');
  });
});
