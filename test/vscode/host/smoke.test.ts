import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the extension in its host', () => {
  it('is found by its id and activates', async () => {
    const extension = vscode.extensions.getExtension('heldout.heldout');
    assert.ok(extension, 'VS Code does not know heldout.heldout');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('has registered every command that it declares', async () => {
    const manifest: unknown = vscode.extensions.getExtension('heldout.heldout')?.packageJSON;
    const declared = (manifest as { contributes: { commands: { command: string }[] } }).contributes.commands;
    const known = new Set(await vscode.commands.getCommands(true));
    assert.ok(declared.length > 0);
    assert.deepEqual(
      declared.map(({ command }) => command).filter((command) => !known.has(command)),
      [],
    );
  });

  it('has the copied workspace open, which is trusted', () => {
    assert.equal(vscode.workspace.workspaceFolders?.length, 1);
    assert.equal(vscode.workspace.isTrusted, true);
  });
});
