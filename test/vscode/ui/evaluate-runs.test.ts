import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { SPEC } from '../../engine/training/support.ts';
import { readyPython } from '../../runner/python.ts';
import { EVALUATE, follow, openWithGraph } from '../evaluating.ts';
import { useWorkbench } from '../page.ts';
import { root } from '../server.ts';

describe('evaluating what a run wrote', function () {
  this.timeout(300_000);
  let python: string;
  let state: string | undefined;
  const vscode = useWorkbench({ workspace: 'samples', size: { width: 1600, height: 1100 } }, async () => {
    const found = await readyPython();
    if ('missing' in found) return found.missing;
    python = found.python;
    return undefined;
  });

  before(async function () {
    this.timeout(300_000);
    const workbench = vscode.get();
    await mkdir(workbench.file('.vscode'), { recursive: true });
    await writeFile(workbench.file('.vscode/settings.json'), JSON.stringify({ 'heldout.python': python }));
    await openWithGraph(workbench);
    state = await mkdtemp(path.join(os.tmpdir(), 'heldout-queue-'));
    await writeFile(workbench.file('small.run.yaml'), `${SPEC}checkpoint: { every: 2, keep: 3 }\n`);
    const cli = path.join(root, 'dist/cli.js');
    const bench = ['--bench', workbench.file(), '--python', python];
    execFileSync(process.execPath, [cli, 'train', 'small.run.yaml', ...bench], {
      cwd: workbench.file(),
      env: { ...process.env, XDG_STATE_HOME: state },
    });
    await workbench.showAlone('Runs');
    const run = workbench.rows('Runs').filter({ hasText: 'small' }).filter({ hasText: 'step 4 of 4' });
    await run.filter({ hasText: 'done' }).waitFor({ timeout: 250_000 });
    await run.locator('.monaco-tl-twistie').click();
    await workbench.row('final weights', 'Runs').waitFor();
    await workbench.clearNotifications();
  });
  after(async () => {
    if (state) await rm(state, { recursive: true, force: true });
  });

  it('evaluates a training checkpoint from the Runs view, by an export that is taken away', async () => {
    const workbench = vscode.get();
    const row = workbench.row('step 2', 'Runs').filter({ hasNotText: 'of 4' });
    await row.getByText(/loss \d\.\d+/).waitFor();
    await workbench.pictures('run-checkpoints');
    await workbench.chooseInMenu(row, EVALUATE);
    await workbench.quickPick('Textual Entailment').waitFor();
    await workbench.accept('Which Categories?');
    const { checkpoint, counts } = await follow(workbench, 'asked', '1');
    assert.deepEqual([checkpoint.kind, checkpoint.step, checkpoint.run?.name], ['process', 2, 'small']);
    assert.equal(path.basename(checkpoint.place), 'step-00000002');
    assert.ok(counts.scored > 0);
    assert.deepEqual(readdirSync(workbench.file('.heldout/scores/exports')), []);
    await workbench.page.locator('.tab.active', { hasText: '-step-2-' }).waitFor();
  });

  it('evaluates its final weights', async () => {
    const workbench = vscode.get();
    await workbench.chooseInMenu(workbench.row('final weights', 'Runs'), EVALUATE);
    await workbench.quickPick('Textual Entailment').waitFor();
    await workbench.accept('Which Categories?');
    const { checkpoint } = await follow(workbench, 'asked', '1');
    assert.deepEqual([path.basename(checkpoint.place), checkpoint.step], ['final', 4]);
  });

  it('offers them where a task is evaluated, by run, step and loss', async () => {
    const workbench = vscode.get();
    await workbench.showAlone('Tasks');
    await workbench.unfold('Textual Entailment', 'Tasks');
    await workbench.chooseInMenu(workbench.row('quarry_nli', 'Tasks'), EVALUATE);
    const picked = workbench.quickPick('small · step 2');
    await picked.waitFor();
    const rows = await workbench.page.locator('.quick-input-list .monaco-list-row').allInnerTexts();
    const words = rows.map((text) => text.replace(/\s+/g, ' ').trim());
    assert.match(
      words[0]!,
      /small · final weights ?step 4 · loss \d\.\d+ · .* · small-[0-9a-f]{4} ?evaluated last$/,
    );
    assert.match(words[1]!, /small · step 2 ?loss \d\.\d+ · .* · small-[0-9a-f]{4}/);
    assert.match(words[2]!, /small\.onnx/);
    // Once each: the finished weights are no folder of the workspace besides.
    assert.equal(words.filter((text) => /final/.test(text)).length, 1);
    await workbench.pictures('checkpoint-picker');
    await picked.click();
    const { checkpoint, counts, subtasks } = await follow(workbench, 'asked', '1');
    assert.deepEqual([checkpoint.step, checkpoint.run?.name], [2, 'small']);
    assert.deepEqual([...new Set(subtasks.map(({ id }) => id))], ['promptsource/quarry_nli']);
    assert.deepEqual([counts.scored, counts.failed], [0, 0]);
    assert.ok(counts.known > 0, 'the same requests were answered before');
  });

  it('begins from the run’s page too', async () => {
    const workbench = vscode.get();
    await workbench.showAlone('Runs');
    await workbench.row('small', 'Runs').click();
    const line = workbench.webview().locator('.checkpoints tr', { hasText: 'step 2' });
    await line.getByRole('button', { name: 'Evaluate', exact: true }).click();
    await workbench.quickPick('Textual Entailment').waitFor();
    await workbench.page.keyboard.press('Escape');
    await workbench.quickInput.waitFor({ state: 'hidden' });
    await workbench.pictures('run-page-checkpoints');
  });
});
