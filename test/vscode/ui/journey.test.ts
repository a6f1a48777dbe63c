import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { decision } from '../../../server/protocol.ts';
import { useWorkbench } from '../page.ts';

/** From a folder of collections to rulings in a file, as a newcomer does it. */
describe('from samples to rulings', function () {
  this.timeout(120_000);
  const vscode = useWorkbench({
    workspace: 'samples',
    settings: { 'heldout.reviewer': 'Ada <ada@example.org>' },
  });

  const decisions = () =>
    readFileSync(vscode.get().file('decisions.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => decision.parse(JSON.parse(line)));

  /** Waits until a condition on files holds. */
  async function until(condition: () => boolean): Promise<void> {
    for (let tries = 0; tries < 100; tries++) {
      try {
        if (condition()) return;
      } catch {
        // The file is not there yet.
      }
      await vscode.get().page.waitForTimeout(100);
    }
    assert.ok(condition());
  }

  it('imports from the welcome view and lists what was skipped', async () => {
    const workbench = vscode.get();
    await workbench.openContainer('Heldout');
    await workbench.page.getByRole('button', { name: 'Import Collections' }).click();
    await workbench.row('Question Answering', 'Tasks').waitFor();
    await workbench.statusItem('47 tasks').waitFor();
    await workbench.command('Heldout: Show Skipped Records');
    await workbench.quickPick('columns instead of 3').waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('walks the explorer by category, and searches as one types', async () => {
    const workbench = vscode.get();
    await workbench.row('Question Answering', 'Tasks').click();
    const row = workbench.row('village_boolq', 'Tasks');
    await row.waitFor();
    assert.match(await row.innerText(), /test · partially held-out/);
    await workbench.command('Heldout: Search Tasks');
    await workbench.page.locator('.quick-input-title', { hasText: 'Search Tasks' }).waitFor();
    await workbench.quickInput.fill('riverside');
    await workbench.row('riverside_reviews', 'Tasks').first().waitFor();
    await workbench.row('village_boolq', 'Tasks').waitFor({ state: 'hidden' });
    await workbench.page.keyboard.press('Escape');
    await workbench.row('Question Answering', 'Tasks').click();
    await workbench.row('village_boolq', 'Tasks').waitFor();
    await workbench.pictures('journey-explorer');
  });

  it('shows the exact prompt, steps to the next example and opens it as text', async () => {
    const workbench = vscode.get();
    await workbench.row('village_boolq', 'Tasks').click();
    const page = workbench.webview();
    await page.getByText('Going by this passage').first().waitFor();
    const first = await page.locator('body').innerText();
    await page.getByRole('button', { name: /next example/i }).click();
    await page.getByText('test.jsonl:2').waitFor();
    assert.notEqual(await page.locator('body').innerText(), first);
    await workbench.pictures('journey-inspector');
    await workbench.command('Heldout: Open Prompt as Text');
    await workbench.page.locator('.view-lines').getByText('--- source ---').waitFor();
  });

  it('finds overlaps, and three pairs are ruled on by keyboard, one of them undone', async () => {
    const workbench = vscode.get();
    await workbench.command('Heldout: Find Overlaps');
    await workbench.row('garden_deduction', 'Pairs').first().waitFor();
    await workbench.clearNotifications();
    await workbench.command('Heldout: Review Next Pair');
    const page = workbench.webview();
    await page.getByText('targets agree').waitFor();
    await workbench.pictures('journey-review');

    await page.locator('body').press('/');
    await workbench.page.keyboard.type('the whole task is copied');
    await workbench.page.keyboard.press('Enter');
    // A key counts only on a pair that is shown: the page is busy until the next one is.
    const shown = async (progress: string) => {
      await page.getByText(progress).waitFor();
      await page.locator('main[aria-busy="false"]').waitFor();
    };
    await page.locator('body').press('1');
    await until(() => decisions().length === 1);
    assert.equal(decisions()[0]!.reason, 'the whole task is copied');
    await shown('1 of 7');
    await page.locator('body').press('3');
    await until(() => decisions().length === 2);
    await shown('2 of 7');
    await page.locator('body').press('4');
    await until(() => decisions().length === 3);
    await shown('3 of 7');
    await page.locator('body').press('u');
    await until(() => decisions().length === 4);
    await page.getByText('2 of 7').waitFor();
    assert.deepEqual(
      decisions().map(({ verdict, reviewer }) => [verdict, reviewer]),
      ['remove-train', 'retain', 'remove-examples', 'undo'].map((verdict) => [
        verdict,
        'Ada <ada@example.org>',
      ]),
    );
  });

  it('finds the rulings again after VS Code was ended and started', async () => {
    const workbench = vscode.get();
    await workbench.restart();
    await workbench.openContainer('Heldout');
    await workbench.page.getByText('2 of 7 decided').waitFor();
    await workbench.statusItem('47 tasks').waitFor();
    await workbench.row('Decided', 'Pairs').waitFor();
    await workbench.row('Commonsense Reasoning', 'Tasks').click();
    assert.match(await workbench.row('task004_garden_deduction', 'Tasks').innerText(), /removed/);
    await workbench.pictures('journey-restarted');
  });

  it('brings the server back after a crash', async () => {
    const workbench = vscode.get();
    const log = workbench.file('decisions.jsonl');
    const before = readFileSync(log, 'utf8');
    workbench.killServer();
    await workbench.statusItem('47 tasks').waitFor({ state: 'hidden' });
    await workbench.statusItem('47 tasks').waitFor();
    await workbench.page.getByText('2 of 7 decided').waitFor();
    assert.equal(readFileSync(log, 'utf8'), before);
  });
});
