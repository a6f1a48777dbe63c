import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CompletionsServer } from '../../evaluation/completions-server.ts';
import { NgramModel } from '../../evaluation/ngram.ts';
import { readyPython } from '../../runner/python.ts';
import { EVALUATE, follow, openWithGraph } from '../evaluating.ts';
import { useWorkbench } from '../page.ts';
import { root } from '../server.ts';

describe('evaluating from menus and lenses', function () {
  this.timeout(300_000);
  const vscode = useWorkbench({ workspace: 'samples', size: { width: 1600, height: 1100 } });
  const page = () => vscode.get().webview();

  /** Settings of the opened workspace. */
  async function set(settings: Record<string, unknown>): Promise<void> {
    await mkdir(vscode.get().file('.vscode'), { recursive: true });
    await writeFile(vscode.get().file('.vscode', 'settings.json'), JSON.stringify(settings));
  }

  const lens = (text: string | RegExp) =>
    vscode.get().page.locator('.codelens-decoration a', { hasText: text }).first();
  const TEMPLATES = 'village_boolq/templates.yaml';

  before(() => openWithGraph(vscode.get()));

  it('scores a template from its lens, which then shows what it scored', async () => {
    const workbench = vscode.get();
    await workbench.openFile(TEMPLATES);
    await lens('score this template').click();
    await workbench.quickPick('small.onnx').click();
    await follow(workbench, 'here', '3');
    assert.match(await page().locator('.runs .run').innerText(), /template “[a-z_]+” alone/);
    await workbench.openFile(TEMPLATES);
    const score = lens(/^\d+\.\d( ± \d+\.\d)? \/ \d+\.\d( ± \d+\.\d)? on small, 0-shot \/ 5-shot$/);
    await score.waitFor();
    await workbench.pictures('score-lens');
    await score.click();
    await workbench.page.locator('.tab.active', { hasText: 'small-' }).waitFor();
    // The checkpoint of the last time stands first.
    await workbench.openFile(TEMPLATES);
    await lens('score again').click();
    await workbench.page
      .locator('.quick-input-list .monaco-list-row')
      .first()
      .getByText('evaluated last')
      .waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('evaluates a scoring graph from the explorer’s menu on all that is evaluated', async () => {
    const workbench = vscode.get();
    await workbench.openContainer('Explorer');
    const folder = workbench.row('models');
    await folder.click();
    await workbench.chooseInMenu(workbench.row('small.onnx'), EVALUATE);
    await workbench.quickPick('Textual Entailment').waitFor();
    await workbench.accept('Which Categories?');
    await follow(workbench, 'asked');
    const headings = await page().locator('.overview thead').innerText();
    for (const word of ['fully held-out', 'partially held-out']) assert.ok(headings.includes(word), headings);
  });

  it('shows beside each task what it scored last, a mean where the results say it, and hides both', async () => {
    const workbench = vscode.get();
    const row = await page().locator('.overview').getByRole('rowheader', { name: 'World Knowledge' }).count();
    assert.equal(row, 1);
    await workbench.openContainer('Heldout');
    const category = workbench.row('World Knowledge', 'Tasks');
    await category.getByText(/score \d+\.\d \/ \d+\.\d/).waitFor();
    const [, shown] = /score (\d+\.\d \/ \d+\.\d)/.exec(await category.innerText())!;
    const cells = (await page().locator('.overview tbody td.score .all').allInnerTexts()).map((text) =>
      text.replaceAll(/ ± \d+\.\d/g, ''),
    );
    assert.ok(cells.includes(shown!), `${shown} is none of ${cells.join(', ')}`);
    await category.click();
    await workbench.row('Textual Entailment', 'Tasks').click();
    await workbench
      .row('quarry_nli', 'Tasks')
      .getByText(/score \d+\.\d \/ \d+\.\d · test/)
      .waitFor();
    await workbench.pictures('task-scores');
    await workbench.command('Heldout: Hide Scores Beside Tasks');
    await category.getByText(/score/).waitFor({ state: 'detached' });
    await workbench.command('Heldout: Show Scores Beside Tasks');
    await category.getByText(/score/).waitFor();
  });

  it('asks for chains of thought, of the tasks that have such a prompt', async () => {
    const workbench = vscode.get();
    await workbench.command('Heldout: Evaluate with Chain-of-Thought Prompts');
    await workbench.quickPick('small.onnx').click();
    await workbench.quickPick('Textual Entailment').waitFor();
    await workbench.accept('Which Categories?');
    const { settings, subtasks } = await follow(workbench, 'asked', '1');
    assert.deepEqual([settings.prompts, settings.shots], ['cot', [3]]);
    assert.ok(
      subtasks.every(({ id }) => /^(bbh|gsm8k)\//.test(id)),
      JSON.stringify(subtasks),
    );
    await page().locator('.runs .run', { hasText: 'by chain-of-thought prompts' }).waitFor();
  });

  it('evaluates a task and a category from the Task Explorer’s menu', async () => {
    const workbench = vscode.get();
    await workbench.chooseInMenu(workbench.row('quarry_nli', 'Tasks'), EVALUATE);
    await workbench.quickPick('small.onnx').click();
    await follow(workbench, 'asked');
    const table = page().locator('.overview');
    assert.match(await table.innerText(), /Textual Entailment/);
    assert.doesNotMatch(await table.innerText(), /World Knowledge/);
    await workbench.chooseInMenu(workbench.row('World Knowledge', 'Tasks'), EVALUATE);
    await workbench.quickPick('small.onnx').click();
    await follow(workbench, 'asked');
    assert.match(await table.innerText(), /World Knowledge/);
    await workbench.chooseInMenu(workbench.row('Dialogue', 'Tasks'), EVALUATE);
    await workbench.notification('No task here stands on the eval side');
    await workbench.clearNotifications();
  });

  it('opens the results of a job that is done from its notice', async () => {
    const workbench = vscode.get();
    await workbench.chooseInMenu(workbench.row('quarry_nli', 'Tasks'), EVALUATE);
    await workbench.quickPick('small.onnx').click();
    await workbench.accept('How Many Demonstrations?');
    await workbench.page.getByText('How Many Examples?').waitFor();
    await workbench.answer('1');
    await workbench.quickPick('As a Job').click();
    await workbench.page.locator('.tab.active', { hasText: 'Run' }).waitFor();
    const rows = workbench.view('Runs').locator('.monaco-list-row');
    await workbench.showAlone('Runs');
    await rows
      .filter({ hasText: 'evaluate small' })
      .filter({ hasText: 'done' })
      .waitFor({ timeout: 120_000 });
    const told = await workbench.notification('evaluate small is done after');
    await told.getByRole('button', { name: 'Show Results' }).click();
    await workbench.page.locator('.tab.active', { hasText: 'small-' }).waitFor();
    await page().locator('.overview tbody td.score').first().waitFor();
  });

  it('evaluates a model on a server that speaks as vLLM does', async () => {
    const workbench = vscode.get();
    await set({ 'heldout.tokenizer': workbench.file('data/tokenizer.json') });
    const server = await CompletionsServer.start(new NgramModel(), { speaks: 'vllm', logprobs: 'right' });
    try {
      await workbench.showAlone('Tasks');
      await workbench.chooseInMenu(workbench.row('quarry_nli', 'Tasks'), EVALUATE);
      await workbench.quickPick('A vLLM or SGLang Server…').click();
      await workbench.answer(server.address);
      const { checkpoint, counts } = await follow(workbench, 'asked');
      assert.deepEqual([checkpoint.kind, checkpoint.place], ['server', server.address]);
      assert.ok(counts.scored > 0 && counts.failed === 0);
    } finally {
      await server.stop();
    }
  });

  it('evaluates by PyTorch a folder of the explorer', async function () {
    const found = await readyPython();
    if ('missing' in found) {
      console.log(`      skipped: ${found.missing}`);
      return this.skip();
    }
    const workbench = vscode.get();
    await set({ 'heldout.python': found.python });
    const checkpoint = workbench.file('models', 'tiny-opt');
    const tokenizer = workbench.file('data/tokenizer.json');
    execFileSync(found.python, [path.join(root, 'test/oracles/tiny_opt.py'), checkpoint, tokenizer]);
    await workbench.openContainer('Explorer');
    const folder = workbench.row('tiny-opt');
    await folder.waitFor();
    const entry = workbench.page.locator('.monaco-menu .action-item', { hasText: EVALUATE }).first();
    // The menu knows it a moment after its files are there.
    for (;;) {
      await folder.click({ button: 'right' });
      if (await entry.isVisible({ timeout: 0 }).catch(() => false)) break;
      await workbench.page.waitForTimeout(500);
      if (await entry.isVisible()) break;
      await workbench.page.keyboard.press('Escape');
    }
    await workbench.press(entry);
    await workbench.quickPick('Textual Entailment').waitFor();
    await workbench.accept('Which Categories?');
    const { checkpoint: scored } = await follow(workbench, 'asked', '1');
    assert.deepEqual([scored.kind, scored.place], ['process', checkpoint]);
    await workbench.page.locator('.tab.active', { hasText: 'tiny-opt-' }).waitFor();
  });
});
