import assert from 'node:assert/strict';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { turned } from '../../support/turned-graph.ts';
import { useWorkbench, type Workbench } from '../page.ts';
import { root } from '../server.ts';

const graphs = path.join(root, 'test/fixtures/scoring-graph');

describe('evaluating checkpoints and looking at results', function () {
  this.timeout(240_000);
  const vscode = useWorkbench({ workspace: 'samples', size: { width: 1600, height: 950 } });
  const page = () => vscode.get().webview();

  /** Answers what is asked after the checkpoint: the categories and shots as proposed, and how many examples. */
  async function ask(workbench: Workbench, graph: string, limit: string, where: string): Promise<void> {
    await workbench.command('Heldout: Evaluate on Checkpoint');
    await workbench.quickPick(graph).click();
    await workbench.quickPick('Textual Entailment').waitFor();
    await workbench.accept('Which Categories?');
    await workbench.accept('How Many Demonstrations?');
    await workbench.page.getByText('How Many Examples?').waitFor();
    await workbench.answer(limit);
    await workbench.quickPick(where).click();
  }

  async function evaluate(workbench: Workbench, graph: string, limit: string): Promise<void> {
    await ask(workbench, graph, limit, 'Here, with Progress');
    await workbench.page
      .locator('.tab.active', { hasText: `${path.basename(graph, '.onnx')}-` })
      .waitFor({ timeout: 120_000 });
    await page().locator('.overview tbody td.score').first().waitFor();
  }

  before(async () => {
    const workbench = vscode.get();
    const models = workbench.file('models');
    await mkdir(models);
    await cp(workbench.file('data/tokenizer.json'), path.join(models, 'tokenizer.json'));
    const small = await readFile(path.join(graphs, 'small.onnx'));
    await writeFile(path.join(models, 'small.onnx'), small);
    await writeFile(path.join(models, 'turned.onnx'), turned(small));
    for (const name of ['small', 'turned'])
      await cp(path.join(graphs, 'small.json'), path.join(models, `${name}.json`));
  });

  it('says what to do while there are no results', async () => {
    const workbench = vscode.get();
    await workbench.openContainer('Heldout');
    await workbench.page.getByText('Open heldout.yaml').first().waitFor();
    await workbench.command('Heldout: Import Collections');
    await workbench.row('Question Answering', 'Tasks').waitFor();
    await workbench.command('Heldout: Find Overlaps');
    await workbench.row('garden_deduction', 'Pairs').first().waitFor();
    await workbench.showAlone('Results');
    await workbench
      .view('Results')
      .locator('.welcome-view', { hasText: 'No checkpoint has been evaluated yet' })
      .waitFor();
    await workbench.clearNotifications();
  });

  it('evaluates a scoring graph after asking for the checkpoint, tasks, shots and limit, and opens its results', async () => {
    const workbench = vscode.get();
    await evaluate(workbench, 'small.onnx', '5');
    assert.match(await page().locator('.runs thead').innerText(), /Mean of 0 and 5/);
    assert.match(await page().locator('.overview thead').innerText(), /fully held-out/);
    await page().locator('.overview tbody').getByRole('rowheader', { name: 'Textual Entailment' }).waitFor();
    const cell = page().locator('.overview td.score').first();
    assert.match(await cell.locator('.all').innerText(), /^\d+\.\d ± \d+\.\d \/ \d+\.\d ± \d+\.\d$/);
    assert.match(await cell.locator('.clean').innerText(), /^clean \d/);
    assert.match((await cell.locator('button').getAttribute('aria-label')) ?? '', /; clean \d/);
    // Every example of this level stands in training too.
    const supervised = page().locator('.overview td.score', { hasText: 'no clean examples' }).first();
    await supervised.waitFor();
    const row = workbench.row('small-', 'Results');
    await row.waitFor();
    assert.match(await row.innerText(), /\d+\.\d/);
    await workbench.clearNotifications();
    await workbench.pictures('results');
  });

  it('goes down from a category to a task, its templates and an example, by keyboard too', async () => {
    const workbench = vscode.get();
    await page()
      .locator('.overview')
      .getByRole('button', { name: 'Question Answering', exact: true })
      .click();
    const task = page().locator('.things').getByRole('button', { name: /boolq/ }).first();
    await task.focus();
    await workbench.page.keyboard.press('Enter');
    await page().locator('.facts', { hasText: 'Macro-F1' }).waitFor();
    await page().locator('.rows .choose').first().waitFor();
    await page().locator('.rows .choose').first().focus();
    await workbench.page.keyboard.press('ArrowDown');
    await workbench.page.keyboard.press('Enter');
    await page().locator('.example .why').waitFor();
    await page().locator('.example .prompt').waitFor();
    assert.match(await page().locator('.example .why').first().innerText(), /^(Right|Wrong|It has no score)/);
    await page().locator('.example').scrollIntoViewIfNeeded();
    await workbench.pictures('results-example');
  });

  it('sets a second run beside the first with differences and their test', async () => {
    const workbench = vscode.get();
    await evaluate(workbench, 'turned.onnx', '5');
    await page().getByText('Runs side by side: 1').click();
    await page().locator('vscode-checkbox', { hasText: 'small-' }).click();
    await page().locator('.runs tbody tr').nth(1).waitFor();
    await page().locator('.overview .difference').first().waitFor();
    assert.match(await page().locator('.overview .difference').first().innerText(), /^[▲▼≈] [+−]?\d+\.\d$/);
    assert.match((await page().locator('.overview .difference').first().getAttribute('title')) ?? '', /95 %/);
    await page().getByText('Runs side by side: 2').click();
    await workbench.clearNotifications();
    await workbench.pictures('results-compared');
    // On so few examples nothing differs by more than chance.
    await page().locator('vscode-checkbox', { hasText: 'Only what changed' }).click();
    const entailment = page().locator('.overview').getByRole('rowheader', { name: 'Textual Entailment' });
    await entailment.waitFor({ state: 'detached' });
    await page().locator('.overview .mean button').first().click();
    await page().getByText('Nothing here changed.').waitFor();
    await page().locator('vscode-checkbox', { hasText: 'Only what changed' }).click();
    await entailment.waitFor();
  });

  it('exports what it shows', async () => {
    const workbench = vscode.get();
    await page().getByRole('button', { name: 'Export…' }).click();
    await workbench.quickPick('Markdown').click();
    await workbench.quickPick('Levels and categories').click();
    const text = workbench.page.locator('.editor-instance .view-lines');
    await text.getByText('| run | fully held-out', { exact: false }).first().waitFor();
  });

  it('evaluates as a job that goes on by itself', async () => {
    const workbench = vscode.get();
    await ask(workbench, 'small.onnx', '1', 'As a Job');
    await workbench.page.locator('.tab.active', { hasText: 'Run' }).waitFor();
    await workbench.showAlone('Runs');
    await workbench
      .rows('Runs')
      .filter({ hasText: 'evaluate small' })
      .filter({ hasText: 'done' })
      .waitFor({ timeout: 120_000 });
    await workbench.pictures('results-job');
    await workbench.showAlone('Results');
    await workbench.rows('Results').nth(2).waitFor();
  });
});
