import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { useWorkbench, type Workbench } from '../page.ts';

/** Waits until `check` holds. */
async function until(workbench: Workbench, what: string, check: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    if (await check()) return;
    await workbench.page.waitForTimeout(50);
  }
  throw new Error(`waited 20 s for ${what}`);
}

describe('the pages about the bench', function () {
  this.timeout(120_000);
  const vscode = useWorkbench({ workspace: 'samples', size: { width: 1500, height: 1300 } });

  /** A row's share as drawn, in percent. */
  async function drawn(workbench: Workbench, collection: string): Promise<number> {
    const row = workbench.webview().locator('tr.collection', { hasText: collection });
    return Number.parseFloat(await row.locator('.drawn').innerText());
  }

  it('show what is drawn from each collection, and follow a weight that the arrow keys move', async () => {
    const workbench = vscode.get();
    await workbench.openContainer('Heldout');
    await workbench.page.getByText('Open heldout.yaml').first().waitFor();
    await workbench.command('Heldout: Import Collections');
    await workbench.row('Question Answering', 'Tasks').waitFor();
    await workbench.command('Heldout: Show Mixture');
    const slider = workbench.webview().getByRole('slider', { name: 'Weight of promptsource' });
    await slider.waitFor();
    const before = [await drawn(workbench, 'promptsource'), await drawn(workbench, 'crossfit')];
    await slider.focus();
    for (let press = 0; press < 5; press++) await workbench.page.keyboard.press('ArrowLeft');
    await until(workbench, 'the share', async () => (await drawn(workbench, 'promptsource')) < before[0]!);
    assert.equal(await slider.inputValue(), '40');
    assert.ok((await drawn(workbench, 'crossfit')) > before[1]!);
  });

  it('write the weights into heldout.yaml as an edit, comments and all else left', async () => {
    const workbench = vscode.get();
    const file = workbench.file('heldout.yaml');
    const before = await readFile(file, 'utf8');
    const write = workbench.webview().getByRole('button', { name: 'Write to heldout.yaml' });
    await write.click();
    await until(workbench, 'the file', async () => (await readFile(file, 'utf8')) !== before);
    assert.equal(await readFile(file, 'utf8'), before.replace('promptsource: 45', 'promptsource: 40'));
    await workbench.webview().locator('vscode-button[disabled]', { hasText: 'Write' }).waitFor();
    assert.equal(
      await workbench.webview().getByRole('slider', { name: 'Weight of promptsource' }).inputValue(),
      '40',
    );
  });

  it('name a collection that has no weight, open its tasks, and inspect a draw', async () => {
    const workbench = vscode.get();
    const page = workbench.webview();
    await page.getByRole('button', { name: 'Give metaicl a weight' }).click();
    await page.getByRole('slider', { name: 'Weight of metaicl' }).waitFor();
    await page.locator('tr.collection', { hasText: 'metaicl' }).getByRole('button').first().click();
    await page.getByText('weather_outlook').first().waitFor();
    await page.locator('.draws .link').first().click();
    await workbench.webview().locator('[data-part="target"]').waitFor();
  });

  it('show a mixture’s faults at their lines', async () => {
    const workbench = vscode.get();
    const file = workbench.file('heldout.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('crossfit: 4', 'crosfit: 4'));
    await workbench.command('Heldout: Show Mixture');
    const fault = workbench.webview().locator('.problems', { hasText: 'did you mean "crossfit"?' });
    await fault.waitFor();
    await writeFile(file, text);
    await fault.waitFor({ state: 'detached' });
  });

  it('count prompts by words, and by tokens once a tokenizer is set', async () => {
    const workbench = vscode.get();
    await workbench.command('Heldout: Show Statistics');
    const page = workbench.webview();
    await page.locator('tfoot', { hasText: '1,178' }).waitFor();
    await page.getByText('words, the longest').waitFor();
    await page.getByRole('button', { name: 'promptsource' }).focus();
    await workbench.page.keyboard.press('ArrowDown');
    await page.locator('tr.selected', { hasText: 'flan' }).waitFor();
    await mkdir(workbench.file('.vscode'), { recursive: true });
    const settings = { 'heldout.tokenizer': workbench.file('data', 'tokenizer.json') };
    await writeFile(workbench.file('.vscode', 'settings.json'), JSON.stringify(settings));
    await page.getByText('Lengths in tokens').waitFor();
  });

  it('pack sequences, each to be chosen by the arrow keys, batch after batch', async () => {
    const workbench = vscode.get();
    await workbench.command('Heldout: Show Packing');
    const page = workbench.webview();
    await page.getByRole('radio').first().waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'Tokens in a sequence' }).inputValue(), '2048');
    assert.equal(await page.getByRole('radio').count(), 16);
    await page.getByRole('radio').first().focus();
    const draw = page.locator('.documents tbody td').first();
    assert.equal(await draw.innerText(), '1');
    await workbench.page.keyboard.press('ArrowDown');
    await until(workbench, 'the second sequence', async () => (await draw.innerText()) !== '1');
    await page.locator('.tokens mark', { hasText: '</s>' }).first().waitFor();
    const documents = await page.locator('.documents tbody tr').count();
    assert.equal(await page.locator('.mask .ground').count(), documents);
    await page.getByRole('button', { name: 'Next batch' }).click();
    await until(workbench, 'the next batch', async () => Number(await draw.innerText()) > documents);
  });

  it('say that a tokenizer is not there, and offer to choose another', async () => {
    const workbench = vscode.get();
    const settings = { 'heldout.tokenizer': workbench.file('data', 'nowhere.json') };
    await writeFile(workbench.file('.vscode', 'settings.json'), JSON.stringify(settings));
    const page = workbench.webview();
    await page
      .getByRole('alert')
      .filter({ hasText: 'nowhere.json: not a tokenizer: there is no such file' })
      .waitFor();
    await page.getByRole('button', { name: 'Choose tokenizer…' }).waitFor();
  });
});
