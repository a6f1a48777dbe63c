import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Locator } from 'playwright-core';
import { resultsFile } from '../../../server/protocol.ts';
import { turned } from '../../support/turned-graph.ts';
import { useWorkbench } from '../page.ts';
import { root } from '../server.ts';
import { SmallTrainings } from '../training.ts';

const graphs = path.join(root, 'test/fixtures/scoring-graph');
const run = { id: 'walk-0a1b', name: 'walk' };

describe('the plots of results', function () {
  this.timeout(240_000);
  const vscode = useWorkbench({ workspace: 'samples', size: { width: 1500, height: 1100 } });
  const page = () => vscode.get().webview();
  const chart = (title: string): Locator => page().locator('.chart').filter({ hasText: title }).first();

  let trainings: SmallTrainings;
  after(async () => {
    await trainings?.close();
  });

  /** Real scores of two graphs, which stand for the checkpoints of a run. */
  before(async () => {
    const workbench = vscode.get();
    trainings = await SmallTrainings.open(workbench.file());
    await workbench.openContainer('Heldout');
    await workbench.page.getByText('Open heldout.yaml').first().waitFor();
    await workbench.command('Heldout: Import Collections');
    await workbench.row('Question Answering', 'Tasks').waitFor();
    const models = workbench.file('models');
    await mkdir(models);
    await cp(workbench.file('data/tokenizer.json'), path.join(models, 'tokenizer.json'));
    const small = await readFile(path.join(graphs, 'small.onnx'));
    await writeFile(path.join(models, 'small.onnx'), small);
    await writeFile(path.join(models, 'turned.onnx'), turned(small));
    const steps = { small: [100, 300], turned: [200, 400] };
    for (const [name, written] of Object.entries(steps)) {
      await cp(path.join(graphs, 'small.json'), path.join(models, `${name}.json`));
      const graph = path.join(models, `${name}.onnx`);
      const words = ['evaluate', graph, '--bench', workbench.file(), '--limit', '6', '--max-tokens', '4'];
      const cli = [path.join(root, 'server/cli.ts'), ...words, '--json'];
      const { stdout } = await promisify(execFile)(process.execPath, cli, { maxBuffer: 1 << 26 });
      const results = resultsFile.parse(JSON.parse(stdout));
      for (const step of written) {
        const called = `walk-step-${step}`;
        const checkpoint = { ...results.checkpoint, name: called, step, run };
        await writeFile(
          workbench.file('results', `${called}.heldout-results.json`),
          JSON.stringify({ ...results, name: called, checkpoint }),
        );
      }
    }
    await workbench.clearNotifications();
  });

  it('show the levels of a run’s checkpoints against its steps, with their errors, by keyboard and as a table', async () => {
    const workbench = vscode.get();
    await workbench.showAlone('Results');
    await workbench.row('walk-step-400', 'Results').click();
    const levels = chart('Levels against steps: walk');
    // A line that goes straight across counts as hidden.
    await levels.locator('.frame path.line').first().waitFor({ state: 'attached' });
    assert.equal(await levels.locator('.frame path.line').count(), 6);
    assert.equal(await levels.locator('.frame path.bounds').count(), 6);
    await workbench.clearNotifications();
    await workbench.pictures('results-steps');
    await levels.locator('.frame').focus();
    await workbench.page.keyboard.press('Home');
    await levels
      .getByRole('status')
      .getByText(/^step 100: fully held-out, 0 shots \d+\.\d/)
      .waitFor();
    await workbench.page.keyboard.press('ArrowRight');
    await levels
      .getByRole('status')
      .getByText(/^step 200: /)
      .waitFor();
    await levels.locator('summary').click();
    assert.equal(await levels.locator('table tbody tr').count(), 4);
    await levels.locator('summary').click();
  });

  it('show each template as a dot on its task’s line, by keyboard and as a table', async () => {
    const workbench = vscode.get();
    await page()
      .locator('.overview')
      .getByRole('button', { name: 'Question Answering', exact: true })
      .click();
    const spread = chart('Spread over templates');
    await spread.locator('circle.template').first().waitFor();
    const dots = await spread.locator('circle.template').count();
    await spread.scrollIntoViewIfNeeded();
    await workbench.pictures('results-spread');
    await spread.locator('summary').click();
    assert.equal(await spread.locator('table tbody tr').count(), dots);
    await spread.locator('summary').click();
    await spread.locator('.frame').focus();
    await workbench.page.keyboard.press('ArrowDown');
    await workbench.page.keyboard.press('End');
    const said = await spread.getByRole('status').innerText();
    const template = /shots · (.+): \d+\.\d/.exec(said)?.[1];
    assert.ok(template, said);
    await workbench.page.keyboard.press('Enter');
    await page().locator('.below nav [aria-current]', { hasText: template }).waitFor();
    await spread.locator('circle.template.open').first().waitFor();
    await workbench.pictures('results-spread-open');
  });

  it('leave the steps out where no run wrote the checkpoint', async () => {
    const workbench = vscode.get();
    await workbench.row('small-', 'Results').click();
    await page().locator('.overview').waitFor();
    assert.equal(await page().locator('.steps-chart').count(), 0);
  });

  it('are made from a run: it is asked which tasks, shots and how many, and a job beside it is launched', async () => {
    const workbench = vscode.get();
    const { id } = await trainings.submit('walk', { steps: 100_000, rest: 20, every: 20 });
    await trainings.until(id, ({ checkpoint }) => checkpoint !== null);
    await workbench.showAlone('Runs');
    await workbench.row('walk', 'Runs').click();
    await page().locator('h1', { hasText: 'walk' }).waitFor();
    await workbench.row('walk', 'Runs').click({ button: 'right' });
    await workbench.page.getByRole('menuitem', { name: 'Evaluate Every Checkpoint of This Run…' }).waitFor();
    await workbench.page.keyboard.press('Escape');
    await page().getByRole('button', { name: 'Evaluate Every Checkpoint…' }).click();
    await workbench.page.getByText('Which Categories?').waitFor();
    await workbench.quickPick('Textual Entailment').waitFor();
    await workbench.page.keyboard.press('Enter');
    await workbench.page.getByText('How Many Demonstrations?').waitFor();
    await workbench.page.keyboard.press('Enter');
    await workbench.page.getByText('How Many Examples?').waitFor();
    await workbench.answer('5');
    await page().locator('h1', { hasText: 'evaluate walk' }).waitFor();
    await workbench.row('evaluate walk', 'Runs').waitFor();
    await workbench.pictures('results-every-checkpoint');
    const job = trainings.jobs.list().jobs.find(({ kind }) => kind === 'evaluate')!;
    const { command, launcher } = trainings.jobs.file(job.id);
    assert.deepEqual(launcher, { kind: 'machine', gpus: 0, beside: true });
    assert.match(
      command.join(' '),
      new RegExp(`evaluate --run ${id} --follow .*--shots 0,5 .*--limit 5$`, 'u'),
    );
  });
});
