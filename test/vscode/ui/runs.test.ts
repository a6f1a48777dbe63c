import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import type { Locator } from 'playwright-core';
import { useWorkbench } from '../page.ts';
import { SmallTrainings } from '../training.ts';

describe('runs', function () {
  this.timeout(120_000);
  const vscode = useWorkbench({ workspace: 'samples', size: { width: 1500, height: 950 } });
  let trainings: SmallTrainings;
  const ids: Record<string, string> = {};

  before(async () => {
    trainings = await SmallTrainings.open(vscode.get().file());
  });
  after(async () => {
    await trainings?.close();
  });

  const page = () => vscode.get().webview();
  const chart = (title: string): Locator => page().locator('.chart').filter({ hasText: title }).first();
  const state = (): Locator => page().locator('.header .state');

  it('say in their view what to do while there is none', async () => {
    const workbench = vscode.get();
    await workbench.openContainer('Heldout');
    await workbench.page.getByText('Open heldout.yaml').first().waitFor();
    await workbench.showAlone('Runs');
    await workbench.view('Runs').getByText('Import the collections first').waitFor();
    await workbench.command('Heldout: Import Collections');
    await workbench.view('Runs').getByText('*.run.yaml').waitFor();
    await workbench.clearNotifications();
  });

  it('are followed in the view and the status bar, which opens the page', async () => {
    const workbench = vscode.get();
    ids.long = (await trainings.submit('slow', { steps: 100_000, rest: 20, every: 20 })).id;
    const row = workbench.row('slow', 'Runs');
    await row.getByText(/running · step [\d,]+ of 100,000 · loss [\d.]+ · .*tokens\/s · .* left/).waitFor();
    const status = workbench.statusItem('1 run · step');
    await status.click();
    await page().locator('h1', { hasText: 'slow' }).waitFor();
    await state().getByText('running').waitFor();
    await workbench.page.locator('.tab.active', { hasText: 'Run: slow' }).waitFor();
    await page().locator('.log pre', { hasText: 'loss' }).waitFor();
    // The curve goes on as the run does.
    const step = async () => Number((await chart('Loss').locator('.legend').innerText()).match(/\d+/)![0]);
    await chart('Loss').locator('.frame path.line').waitFor();
    const before = await step();
    while ((await step()) <= before) await workbench.page.waitForTimeout(100);
  });

  it('are cancelled politely from the page, and go on from the last checkpoint', async () => {
    const workbench = vscode.get();
    await page().getByRole('button', { name: 'Cancel' }).click();
    await state().getByText('cancelled').waitFor();
    const stopped = await trainings.ended(ids.long!);
    assert.equal(stopped.state, 'cancelled');
    assert.equal(stopped.checkpoint, stopped.step);
    await page().getByRole('button', { name: 'Resume' }).click();
    await page().locator('.header').getByText('attempt 2').waitFor();
    await state().getByText('running').waitFor();
    await trainings.until(ids.long!, ({ step }) => (step ?? 0) > stopped.step!);
    await page().getByRole('button', { name: 'Cancel' }).click();
    await trainings.ended(ids.long!);
    await workbench.row('slow', 'Runs').getByText('cancelled').waitFor();
    await workbench.statusItem('1 run').waitFor({ state: 'detached' });
  });

  it('say that they are done, and open', async () => {
    const workbench = vscode.get();
    ids.good = (await trainings.submit('good', { steps: 120, every: 40 })).id;
    const told = await workbench.notification('good is done after');
    await told.getByText(/step 120 of 120, loss [\d.]+/).waitFor();
    await told.getByRole('button', { name: 'Open' }).click();
    await page().locator('h1', { hasText: 'good' }).waitFor();
    await state().getByText('done').waitFor();
    await page().locator('.checkpoints tr', { hasText: 'final weights' }).waitFor();
    assert.equal(await page().locator('.checkpoints tbody tr').count(), 4);
    assert.equal(await page().getByRole('button', { name: 'Evaluate', exact: true }).count(), 4);
    await page().getByRole('button', { name: 'Evaluate Every Checkpoint…' }).waitFor();
    for (const level of ['fully held-out', 'partially held-out', 'fully supervised']) {
      await chart('Validation loss by level').getByText(level, { exact: true }).waitFor();
    }
  });

  it('say why they failed, with what to do', async () => {
    const workbench = vscode.get();
    const failure = 'out of memory: a sequence of 2,048 tokens needs 9 GiB';
    const advice = 'lower micro_batch to 2';
    ids.bad = (await trainings.submit('bad', { steps: 120, every: 40, failAt: 90, failure, advice })).id;
    const told = await workbench.notification(`bad failed: ${failure}: ${advice}`);
    await told.getByRole('button', { name: 'Resume' }).waitFor();
    await told.getByRole('button', { name: 'Open' }).click();
    await page().locator('.failure', { hasText: advice }).waitFor();
    await workbench.clearNotifications();
    await workbench.pictures('run-failed');
  });

  it('are drawn over each other, each with a mark of its own', async () => {
    await page().getByRole('checkbox', { name: 'Draw good too' }).click();
    const legend = chart('Loss, smoothed').locator('.legend .entry');
    await legend.nth(1).waitFor();
    assert.deepEqual(await legend.locator('.name').allInnerTexts(), ['bad', 'good']);
    await page().getByRole('button', { name: /^good/ }).click();
    await page().locator('h1', { hasText: 'good' }).waitFor();
    assert.deepEqual(await legend.locator('.letter').allInnerTexts(), ['B', 'A']);
  });

  it('give their values to the arrow keys, and as a table', async () => {
    const workbench = vscode.get();
    const loss = chart('Loss, smoothed');
    await loss.locator('.frame').focus();
    await workbench.page.keyboard.press('Home');
    await workbench.page.keyboard.press('ArrowRight');
    const said = loss.getByRole('status');
    await said.getByText(/^step 2: good [\d.]+, bad [\d.]+$/).waitFor();
    await workbench.page.keyboard.press('End');
    await said.getByText(/^step 120: /).waitFor();
    await workbench.page.keyboard.press('+');
    await page().getByRole('button', { name: 'Whole run' }).waitFor();
    await workbench.page.keyboard.press('Escape');
    await page().getByText('Drag over a chart').waitFor();
    await loss.locator('summary').click();
    const rows = loss.locator('tbody tr');
    assert.equal(await rows.count(), 40);
    assert.match(await rows.last().innerText(), /^120\s+[\d.]+\s+–$/);
    await loss.locator('summary').click();
  });

  it('stay as they were shown when the page was hidden, and over a reload', async () => {
    const workbench = vscode.get();
    await workbench.command('Heldout: Open heldout.yaml');
    await workbench.page.locator('.tab.active', { hasText: 'heldout.yaml' }).waitFor();
    await workbench.page.locator('.tab', { hasText: 'Run: good' }).click();
    await page().locator('h1', { hasText: 'good' }).waitFor();
    assert.equal(await page().locator('.runs input:checked').count(), 2);
    await workbench.reload();
    // The server starts anew meanwhile.
    await page().locator('h1', { hasText: 'good' }).waitFor({ timeout: 60_000 });
    await page().locator('.runs .mark').nth(1).waitFor();
    assert.equal(await page().locator('.runs input:checked').count(), 2);
    await workbench.command('View: Toggle Primary Side Bar Visibility');
    await chart('Loss, smoothed').locator('.frame path.line').nth(1).waitFor();
    await workbench.pictures('run');
    await page().locator('.facts').scrollIntoViewIfNeeded();
    await workbench.pictures('run-below');
    await workbench.command('View: Toggle Primary Side Bar Visibility');
  });

  it('are removed once a person has said so', async () => {
    const workbench = vscode.get();
    const folder = trainings.jobs.folderOf(ids.bad!);
    await workbench.chooseInMenu(workbench.row('bad', 'Runs'), 'Remove Run');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.getByText('Remove bad?').waitFor();
    assert.ok(existsSync(folder));
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await workbench.row('bad', 'Runs').waitFor({ state: 'detached' });
    assert.ok(!existsSync(folder));
    await page().locator('.runs li').nth(2).waitFor({ state: 'detached' });
  });
});
