import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { decision } from '../../../server/protocol.ts';
import type { HeldoutApi } from '../../../src/extension.ts';
import { decisionLines, extensionApi, until } from './support.ts';

const LETTER = 'natural-instructions/task007_letter_correction';
const SPELLING = 'natural-instructions/task007_spelling';

describe('decisions on a task that was renamed by hand', function () {
  this.timeout(90_000);
  let api: HeldoutApi;
  let undoRename = async () => {};

  before(async () => {
    api = await extensionApi();
    const state = await until('the server', () => api.context.state);
    if (!state.imported) await vscode.commands.executeCommand('heldout.import');
    await until('the import', () => api.context.state?.imported);
  });
  after(() => undoRename());

  it('stand in the Problems view, and the quick fix carries them over', async () => {
    const { server, folder } = api.context;
    await server.ask('moveTasks', { tasks: [LETTER], aspect: 'split', to: 'none', reason: 'too close' });
    const { file } = (await server.ask('task', { id: LETTER })).files[0]!;
    const renamed = path.join(path.dirname(file), 'task007_spelling.json');
    await rename(file, renamed);
    undoRename = async () => {
      await rename(renamed, file);
      await until('the task by its old name', () =>
        server.ask('task', { id: LETTER }).then(
          () => true,
          () => false,
        ),
      );
    };

    const log = vscode.Uri.joinPath(folder!, 'decisions.jsonl');
    const named = () =>
      vscode.languages.getDiagnostics(log).find(({ code }) => code === 'decision-left-behind');
    const problem = await until('the problem', named);
    assert.match((await decisionLines(api))[problem.range.start.line]!, /too close/u);
    const before = await decisionLines(api);

    await vscode.window.showTextDocument(log);
    const fix = await until('the quick fix', async () => {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        log,
        problem.range,
        vscode.CodeActionKind.QuickFix.value,
      );
      return actions.find(({ title }) => title === `Carry the decisions over to ${SPELLING}`);
    });
    assert.equal((await decisionLines(api)).length, before.length);
    await vscode.commands.executeCommand(fix.command!.command, ...fix.command!.arguments!);
    const made = decision.parse(JSON.parse((await decisionLines(api)).at(-1)!));
    assert.deepEqual(
      [made.subject, made.verdict],
      [{ kind: 'task', task: SPELLING, aspect: 'split' }, 'none'],
    );
    await until('the problem to go', () => named() === undefined);

    // Back, for the tests that follow: the carried decision, and the first one.
    await vscode.commands.executeCommand('heldout.undo');
    await until('the problem again', named);
    await vscode.commands.executeCommand('heldout.undo');
    await until('the problem to go with the decision', () => named() === undefined);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });
});
