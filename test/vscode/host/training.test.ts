import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import type { HeldoutApi } from '../../../src/extension.ts';
import { extensionApi, until } from './support.ts';

describe('training from the editor', function () {
  this.timeout(120_000);
  let api: HeldoutApi;
  let spec: vscode.Uri;

  before(async () => {
    api = await extensionApi();
    await until('the server', () => api.context.state);
    if (!api.context.state!.imported) await vscode.commands.executeCommand('heldout.import');
    await until('the import', () => api.context.state?.imported);
    spec = vscode.Uri.file(path.join(api.context.folder!.fsPath, 'tiny.run.yaml'));
  });
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('offers over a run spec to train, to train on Slurm, and an estimate', async () => {
    await vscode.window.showTextDocument(spec);
    const titles = await until('the lenses', async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        spec,
      );
      const found = lenses.flatMap(({ command }) => (command ? [command.title] : []));
      return found.length > 0 && found;
    });
    assert.deepEqual(titles, ['Train', 'Train on Slurm', 'Estimate']);
  });

  it('shows its faults at their lines, as they are typed', async () => {
    const editor = await vscode.window.showTextDocument(spec);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'stepz: 3\n'));
    const [fault] = await until('the fault', () => {
      const found = vscode.languages.getDiagnostics(spec).filter(({ source }) => source === 'heldout');
      return found.length > 0 && found;
    });
    assert.equal(fault!.message, 'unknown key "stepz": did you mean "steps"?');
    assert.equal(fault!.range.start.line, 0);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('estimates a run as a document that can only be read', async () => {
    await vscode.commands.executeCommand('heldout.estimate', spec.fsPath);
    const { document } = vscode.window.activeTextEditor!;
    assert.equal(document.uri.scheme, 'heldout-estimate');
    assert.match(document.getText(), /^Steps +200 of 16 sequences of 256 tokens$/mu);
    assert.match(document.getText(), /^Memory +[\d.]+ [MG]iB a device$/mu);
    assert.match(document.getText(), /^ +promptsource +\d+\.\d\d$/mu);
  });
});
