import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import { useWorkbench, type Workbench } from '../page.ts';

/** The decisions of the opened workspace, as they are on disk. */
async function decisions(workbench: Workbench): Promise<{ verdict: string; reason: string }[]> {
  const text = await readFile(workbench.file('decisions.jsonl'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { verdict: string; reason: string });
}

async function waitForText(locator: Locator, text: string | RegExp): Promise<void> {
  await locator.filter({ hasText: text }).first().waitFor();
}

/** How many pairs are decided and how many there are, as the review page shows it. */
async function progress(workbench: Workbench): Promise<[decided: number, total: number]> {
  const text = await workbench.webview().locator('.progress').innerText();
  const [decided, total] = [...text.matchAll(/\d+/g)].map(Number);
  return [decided ?? -1, total ?? -1];
}

async function waitForDecided(workbench: Workbench, decided: number): Promise<void> {
  await waitForText(workbench.webview().locator('.progress'), new RegExp(`^\\s*${decided} of `));
}

/** The pair that the page shows, once it shows another than `before`. */
async function shownPair(workbench: Workbench, before = ''): Promise<string> {
  const title = workbench.webview().locator('.tasks');
  await title.waitFor();
  const end = Date.now() + 10_000;
  for (;;) {
    const now = await title.innerText();
    if (now !== before) return now;
    if (Date.now() > end) throw new Error(`still shows ${before}`);
    await workbench.page.waitForTimeout(50);
  }
}

describe('the views and pages in detail', function () {
  this.timeout(120_000);
  const vscode = useWorkbench({ workspace: 'samples', size: { width: 1500, height: 1300 } });
  let total = 0;

  it('leads from the empty view to the imported tasks', async () => {
    const workbench = vscode.get();
    await workbench.openContainer('Heldout');
    const button = workbench.view('Tasks').locator('.welcome-view a', { hasText: 'Import Collections' });
    await button.click();
    await workbench.row('Question Answering', 'Tasks').waitFor();
    await workbench.statusItem('47 tasks').waitFor();
    await workbench.row('Textual Entailment', 'Tasks').waitFor();
  });

  it('searches as it is typed, says how many are found, and clears', async () => {
    const workbench = vscode.get();
    await workbench.command('Heldout: Search Tasks');
    await workbench.page.locator('.quick-input-title', { hasText: 'Search Tasks' }).waitFor();
    await workbench.quickInput.pressSequentially('village');
    // No Enter: the tree follows the typing.
    await workbench
      .view('Tasks')
      .getByText(/^\d of 47 tasks$/)
      .waitFor();
    await workbench.row('village_boolq', 'Tasks').waitFor();
    await workbench.page.keyboard.press('Enter');
    await workbench.command('Heldout: Clear Task Search and Filter');
    await workbench.row('Textual Entailment', 'Tasks').waitFor();
  });

  it('groups by data source and back', async () => {
    const workbench = vscode.get();
    await workbench.command('Heldout: Group Tasks by Level');
    await workbench.row('Fully held-out', 'Tasks').waitFor();
    await workbench.command('Heldout: Group Tasks by Category');
    await workbench.row('Question Answering', 'Tasks').click();
    await workbench.row('village_boolq', 'Tasks').waitFor();
    await workbench.pictures('explorer');
  });

  it('moves a dragged task to another category, and takes it back', async () => {
    const workbench = vscode.get();
    await workbench.row('village_boolq', 'Tasks').dragTo(workbench.row('Dialogue', 'Tasks'));
    await workbench.answer('a reader is a dialogue');
    await waitForText(workbench.row('Dialogue', 'Tasks'), '3 tasks');
    const moved = await workbench.notification('Moved 1 task to Dialogue.');
    await moved.getByRole('button', { name: 'Undo' }).click();
    await waitForText(workbench.row('Dialogue', 'Tasks'), '2 tasks');
    assert.equal((await decisions(workbench)).length, 2);
  });

  it('shows the exact prompt of a task, and steps through its examples', async () => {
    const workbench = vscode.get();
    await workbench.row('task001_village', 'Tasks').click();
    const page = workbench.webview();
    await page.locator('[data-part="source"] .field').first().waitFor();
    assert.ok((await page.locator('[data-part="target"]').innerText()).length > 0);
    const first = await page.locator('[data-part="source"]').innerText();
    await page.locator('.prompt').click();
    await workbench.page.keyboard.press('ArrowRight');
    await waitForText(page.locator('[role="status"]'), 'Example 2 of');
    await page.locator('[data-part="source"]').filter({ hasNotText: first }).waitFor();

    await page.locator('vscode-dropdown[aria-label="Shots"]').click();
    const shots = page.locator('vscode-dropdown[aria-label="Shots"]');
    await shots.getByRole('option', { name: '2', exact: true }).click();
    await page.locator('.demonstrations summary', { hasText: '2 demonstrations' }).click();
    assert.equal(await page.locator('.demonstrations .target-inline').count(), 2);
    await page.locator('vscode-checkbox').click();
    await page.locator('.show-space .space-space').first().waitFor();
    await workbench.pictures('inspector');
  });

  it('opens the record of the prompt in its file', async () => {
    const workbench = vscode.get();
    await workbench.webview().getByRole('button', { name: 'Open record' }).click();
    await workbench.page
      .locator('.tab.active', { hasText: 'task001_village_reading_answering.json' })
      .waitFor();
    await workbench.page.keyboard.press('Control+F4');
  });

  it('finds the overlaps', async () => {
    const workbench = vscode.get();
    await workbench.view('Pairs').locator('.welcome-view a', { hasText: 'Find Overlaps' }).click();
    await workbench.row('garden_deduction', 'Pairs').waitFor();
    await workbench.clearNotifications();
  });

  it('shows both sides of a pair with what they share', async () => {
    const workbench = vscode.get();
    await workbench.row('garden_deduction', 'Pairs').click();
    const page = workbench.webview();
    await page.locator('.side.train mark').first().waitFor();
    const shared = async (side: string) =>
      (await page.locator(`.side.${side} mark[data-span="0"]`).allInnerTexts())
        .join('')
        .replaceAll(/\W+/g, '');
    assert.ok((await shared('train')).length > 50);
    assert.equal(await shared('train'), await shared('eval'));
    assert.equal(await page.locator('.side.train .strip button').count(), 1);
    await page.getByText('targets agree').waitFor();
    [, total] = await progress(workbench);
    assert.ok(total >= 5, `${total} pairs`);
    await workbench.pictures('review');
  });

  it('steps through the evidence by keyboard', async () => {
    const workbench = vscode.get();
    const page = workbench.webview();
    const before = await page.locator('.side.eval .text').innerText();
    await page.locator('main').focus();
    await workbench.page.keyboard.press('j');
    await waitForText(page.locator('.steps'), /2 of \d+/);
    await page.locator('.side.eval .text').filter({ hasNotText: before }).waitFor();
    await workbench.page.keyboard.press('k');
    await waitForText(page.locator('.steps'), /1 of \d+/);
  });

  it('decides by keyboard, with a reason, and goes on by itself', async () => {
    const workbench = vscode.get();
    const { keyboard } = workbench.page;
    const shown = await shownPair(workbench);
    await keyboard.press('/');
    await keyboard.type('the same puzzles');
    await keyboard.press('Enter');
    await keyboard.press('1');
    await shownPair(workbench, shown);
    await waitForDecided(workbench, 1);
    const made = (await decisions(workbench)).slice(2);
    assert.deepEqual(
      made.map(({ verdict }) => verdict),
      ['remove-train'],
    );
    assert.equal(made[0]?.reason, 'the same puzzles');
  });

  it('rules on all shown pairs only after the count was confirmed', async () => {
    const workbench = vscode.get();
    await workbench.command('Heldout: Search Pairs');
    await workbench.page.locator('.quick-input-title', { hasText: 'Search Pairs' }).waitFor();
    await workbench.answer('task');
    await workbench.command('Heldout: Rule on All Shown Pairs');
    await workbench.quickPick('Retain').click();
    await workbench.answer('bulk');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await waitForText(dialog, /Retain: \d+ pairs\?/);
    await dialog.getByText('Cancel').click();
    await dialog.waitFor({ state: 'hidden' });
    assert.equal((await decisions(workbench)).length, 3);
    await workbench.command('Heldout: Clear Pair Search and Filter');
  });

  it('brings the pages back with the window', async () => {
    const workbench = vscode.get();
    const shown = await shownPair(workbench);
    await workbench.reload();
    assert.equal(await shownPair(workbench), shown);
    await workbench.page.locator('.tab', { hasText: 'Prompt: task001_village_reading_answering' }).click();
    const prompt = workbench.webview().locator('[data-part="source"]');
    await prompt.waitFor();
    await waitForText(workbench.webview().locator('[role="status"]'), 'Example 2 of');
  });

  it('tells after a restart who ruled what on which evidence', async () => {
    const workbench = vscode.get();
    await workbench.restart();
    await workbench.openContainer('Heldout');
    await workbench.view('Pairs').getByText(`1 of ${total} decided`).waitFor();
    await workbench.unfold('Decided', 'Pairs');
    await workbench.row('task004_garden_deduction', 'Pairs').click();
    const page = workbench.webview();
    await waitForText(page.locator('.ruled'), /Train task removed · .+ · the same puzzles/);
    await waitForText(page.locator('.ruled'), 'Decided, on the evidence shown here.');
    await workbench.pictures('review-decided');
  });

  it('fits a narrow window', async () => {
    const workbench = vscode.get();
    await workbench.page.setViewportSize({ width: 900, height: 900 });
    const page = workbench.webview();
    await page.locator('.side.eval .text').waitFor();
    const fits = await page.locator('main').evaluate((main) => main.scrollWidth <= main.clientWidth);
    assert.ok(fits, 'the page is wider than its window');
    await workbench.pictures('review-narrow');
  });
});
