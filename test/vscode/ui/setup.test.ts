import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { useWorkbench } from '../page.ts';

describe('a folder of collections without a bench, not trusted', function () {
  this.timeout(120_000);
  const vscode = useWorkbench({ workspace: 'samples/data', workspaceTrust: true });

  it('proposes the collections it recognises, and writes those that stay ticked', async () => {
    const workbench = vscode.get();
    await workbench.openContainer('Heldout');
    await workbench.view('Tasks').getByRole('button', { name: 'Recognise Collections…' }).click();
    // The list holds only the rows that are in sight; typing brings a row there.
    await workbench.quickPick('bbh').waitFor();
    await workbench.quickInput.pressSequentially('gsm8k');
    await workbench.quickPick('crossfit').waitFor({ state: 'hidden' });
    await workbench.quickPick('gsm8k').click();
    await workbench.quickInput.fill('');
    await workbench.quickInput.press('Enter');
    await workbench.page.locator('.tab.active', { hasText: 'heldout.yaml' }).waitFor();
    const text = await readFile(workbench.file('heldout.yaml'), 'utf8');
    assert.match(text, /format: natural-instructions/);
    assert.doesNotMatch(text, /format: gsm8k/);
  });

  it('imports what the file names', async () => {
    const workbench = vscode.get();
    await workbench.view('Tasks').getByRole('button', { name: 'Import Collections' }).click();
    await workbench.rows('Tasks').first().waitFor();
    await workbench.statusItem('tasks').waitFor();
  });

  it('refuses to run a checkpoint there', async () => {
    const workbench = vscode.get();
    await workbench.command('Heldout: Evaluate on Checkpoint');
    await workbench.notification('not trusted for');
    await workbench.clearNotifications();
  });

  it('says where the bench file is wrong', async () => {
    const workbench = vscode.get();
    await workbench.page.locator('.tab', { hasText: 'heldout.yaml' }).click();
    await workbench.page.locator('.editor-instance .view-line').first().click();
    await workbench.page.keyboard.press('Control+Home');
    await workbench.page.keyboard.type('collektions: []\n');
    await workbench.page.keyboard.press('Control+s');
    await workbench.page.locator('.squiggly-error, .squiggly-warning').first().waitFor();
  });
});
