import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useWorkbench, type Workbench } from '../page.ts';

const BENCH = `collections:
  - { name: train, format: jsonl, path: train, use: train, fields: { input: text, target: answer } }
  - { name: held, format: jsonl, path: held, use: eval, fields: { input: text, target: answer } }
`;
const NOTICE = 'please read the whole text with care before you give a short answer to it';
const LEAK = 'the ferry to the northern island leaves at noon on every second day of the week';

/** Words that stand nowhere else. */
let words = 0;
const own = () => Array.from({ length: 14 }, () => `word${words++}of`).join(' ');
const lines = (...texts: string[]) =>
  texts.map((text) => `${JSON.stringify({ text, answer: own() })}\n`).join('');

describe('text that pairs share', function () {
  this.timeout(120_000);
  const folder = join(tmpdir(), `heldout-same-text-${process.pid}`);
  before(() => {
    for (const side of ['train', 'held']) mkdirSync(join(folder, side), { recursive: true });
    writeFileSync(join(folder, 'heldout.yaml'), BENCH);
    for (const name of ['a', 'b', 'c']) {
      writeFileSync(join(folder, `train/${name}.jsonl`), lines(own(), `${own()} ${NOTICE} ${own()}`));
    }
    writeFileSync(join(folder, 'held/x.jsonl'), lines(`${own()} ${NOTICE}`, own()));
    writeFileSync(join(folder, 'held/y.jsonl'), lines(`${NOTICE} ${own()}`, own()));
    writeFileSync(join(folder, 'held/z.jsonl'), lines(`${LEAK} ${own()}`, own()));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  const vscode = useWorkbench({
    workspace: folder,
    // The editor in a browser saves by itself otherwise.
    settings: { 'files.autoSave': 'off' },
  });

  const decided = (workbench: Workbench, count: number) =>
    workbench
      .webview()
      .locator('.progress', { hasText: new RegExp(`^\\s*${count} of 6`) })
      .waitFor();

  it('is ruled on at once, with the count before, and taken back at once', async () => {
    const workbench = vscode.get();
    await workbench.openContainer('Heldout');
    await workbench.page.getByRole('button', { name: 'Import Collections' }).click();
    await workbench.statusItem('6 tasks').waitFor();
    await workbench.view('Pairs').locator('.welcome-view a', { hasText: 'Find Overlaps' }).click();
    await workbench.row('a → x', 'Pairs').waitFor();
    await workbench.clearNotifications();
    await workbench.row('a → x', 'Pairs').click();
    const page = workbench.webview();
    await page.getByText('All 6 pairs that share only this text').waitFor();
    await page.locator('main').focus();
    await workbench.page.keyboard.press('a');
    await page.getByText('The verdict will rule on 6 pairs.').waitFor();
    await workbench.pictures('review-same-text');
    await workbench.page.keyboard.press('3');
    await decided(workbench, 6);
    const made = readFileSync(workbench.file('decisions.jsonl'), 'utf8').trimEnd().split('\n');
    assert.equal(made.length, 6);
    await workbench.page.keyboard.press('u');
    await decided(workbench, 0);
  });

  it('is ruled on from the queue, once the count was confirmed', async () => {
    const workbench = vscode.get();
    await workbench.row('b → y', 'Pairs').click();
    await workbench.webview().locator('.tasks', { hasText: 'held/y' }).waitFor();
    await workbench.command('Heldout: Rule on All Pairs That Share Only This Text');
    await workbench.quickPick('Retain').click();
    await workbench.answer('a notice');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await dialog.filter({ hasText: /Retain: 6 pairs\?/ }).waitFor();
    await dialog.getByRole('button', { name: 'Retain' }).click();
    await decided(workbench, 6);
    await workbench.command('Heldout: Undo Last Decision');
    await decided(workbench, 0);
  });

  it('is underlined while a train file is edited, and leads to the pair', async () => {
    const workbench = vscode.get();
    const { keyboard } = workbench.page;
    await keyboard.press('Control+p');
    await workbench.quickInput.fill('b.jsonl');
    await workbench.quickPick('b.jsonl').click();
    await workbench.page.locator('.tab.active', { hasText: 'b.jsonl' }).waitFor();
    await workbench.page.locator('.monaco-editor .view-line').first().click();
    await keyboard.press('Control+Home');
    await keyboard.insertText(`${JSON.stringify({ text: LEAK, answer: 'x' })}\n`);
    await keyboard.press('Control+Home');
    for (let step = 0; step < 20; step++) await keyboard.press('ArrowRight');
    await workbench.page.locator('.squiggly-info').first().waitFor();
    await workbench.pictures('live-overlap');
    await workbench.page.locator('.monaco-editor .view-line').first().click();
    await keyboard.press('Control+.');
    const fix = workbench.page.locator('.action-widget .monaco-list-row', { hasText: 'train/b → held/z' });
    await fix.first().click();
    await workbench.page.getByText('Save and Review').click();
    await workbench.webview().locator('.tasks', { hasText: 'held/z' }).waitFor();
    await workbench.pictures('review-live');
  });
});
