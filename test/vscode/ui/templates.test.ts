import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import { type Decision, decision } from '../../../server/protocol.ts';
import { useWorkbench, type Workbench } from '../page.ts';

async function decisions(workbench: Workbench): Promise<Decision[]> {
  const text = await readFile(workbench.file('decisions.jsonl'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => decision.parse(JSON.parse(line)));
}

async function waitForText(locator: Locator, text: string | RegExp): Promise<void> {
  await locator.filter({ hasText: text }).first().waitFor();
}

/** The name of the template that the page shows. */
function shownTemplate(workbench: Workbench): Locator {
  return workbench.webview().locator('.template h1');
}

describe('templates in the editor, the page and the queue', function () {
  this.timeout(180_000);
  const vscode = useWorkbench({ workspace: 'samples', size: { width: 1600, height: 950 } });
  const lenses = () => vscode.get().page.locator('.codelens-decoration a');

  it('lists the flagged templates once the bench is imported, and says what to do before', async () => {
    const workbench = vscode.get();
    await workbench.openContainer('Heldout');
    await workbench.showAlone('Templates');
    await waitForText(
      workbench.view('Templates').locator('.welcome-view'),
      'once the collections are imported',
    );
    await workbench.statusItem('not imported').waitFor();
    await workbench.command('Heldout: Import Collections');
    await workbench.view('Templates').getByText('0 of 12 decided').waitFor();
    await waitForText(workbench.row('write_the_question', 'Templates'), /^9\d %.*village_boolq/s);
    await workbench.clearNotifications();
    await workbench.pictures('templates-queue');
  });

  it('shows findings in the text and what is known of each template over it', async () => {
    const workbench = vscode.get();
    await workbench.openFile('kitchen_qa/multiple_choice/templates.yaml');
    await waitForText(lenses(), /original task · .*findings? · preview · used by 1 task/);
    await waitForText(lenses(), /→ target: .* \(proposed\)/);
    // The template that is never closed is the last of the file.
    await workbench.page.keyboard.press('Control+End');
    await workbench.page.locator('.squiggly-error').first().waitFor();
  });

  it('opens the page beside the text, edge cases first, and leaves the cursor in the text', async () => {
    const workbench = vscode.get();
    await workbench.openFile('village_boolq/templates.yaml');
    await waitForText(lenses(), 'used by 1 task');
    await workbench.command('Heldout: Preview Template');
    await waitForText(shownTemplate(workbench), 'based_on_the_passage');
    const page = workbench.webview();
    await waitForText(page.locator('.record .edge').first(), 'longest');
    assert.equal(await page.locator('.record').count(), 8);
    await page.locator('.record [data-part="target"]').first().waitFor();
    await page.locator('.record [data-part="source"] .field').first().waitFor();
    const focused = await workbench.page.evaluate(
      'document.activeElement?.closest(".monaco-editor") !== null',
    );
    assert.equal(focused, true);
    await workbench.pictures('template-preview');
  });

  it('follows the cursor from template to template', async () => {
    const workbench = vscode.get();
    await workbench.goToLine(30);
    await waitForText(shownTemplate(workbench), 'exam');
    await waitForText(workbench.webview().locator('.record [data-part="source"]').first(), 'EXAM');
  });

  it('follows an edit before it is saved, and shows an error in its place', async () => {
    const workbench = vscode.get();
    const page = workbench.webview();
    await workbench.goToLine(28);
    await workbench.page.keyboard.press('End');
    await workbench.page.keyboard.type(' Mind the gap.');
    await waitForText(page.locator('.record [data-part="source"]').first(), 'Mind the gap.');
    await workbench.page.keyboard.type(' {{ passage | nofilter }}');
    await waitForText(page.locator('.record .failure').first(), /nofilter.*line 28, column \d+/s);
    await waitForText(page.locator('.findings .error'), 'nofilter');
    // More often than there are steps: nothing else was edited.
    for (let undo = 0; undo < 20; undo++) await workbench.page.keyboard.press('Control+z');
    await page.locator('.failure').first().waitFor({ state: 'detached' });
    await page
      .locator('.record [data-part="source"]', { hasText: 'Mind the gap.' })
      .first()
      .waitFor({ state: 'detached' });
    await page.locator('.failure').waitFor({ state: 'detached' });
  });

  it('compares two templates of a task side by side', async () => {
    const workbench = vscode.get();
    const page = workbench.webview();
    const picker = page.locator('vscode-dropdown[aria-label="Compare with"]');
    await picker.click();
    await picker.getByRole('option', { name: 'a_friend_asks' }).click();
    const first = page.locator('.record').first();
    await waitForText(first.locator('.rendered').nth(0), 'EXAM');
    await waitForText(first.locator('.rendered').nth(1), 'A friend asks:');
    await workbench.pictures('template-compare');
    await picker.click();
    await picker.getByRole('option', { name: 'nothing' }).click();
    await first.locator('.rendered').nth(1).waitFor({ state: 'detached' });
  });

  it('shows the templates below their task, and declares what the task asks for', async () => {
    const workbench = vscode.get();
    await workbench.showAlone('Tasks');
    await workbench.row('Question Answering', 'Tasks').click();
    await workbench.row('village_boolq', 'Tasks').locator('.monaco-tl-twistie').click();
    const declaration = workbench.row('passage, question → label', 'Tasks');
    await waitForText(declaration, 'proposed');
    await workbench.row('based_on_the_passage', 'Tasks').waitFor();
    await declaration.click();
    await workbench.page.locator('.quick-input-title', { hasText: 'Targets of village_boolq' }).waitFor();
    await workbench.pictures('template-declare');
    await workbench.accept('Targets of village_boolq');
    await workbench.accept('Inputs of village_boolq');
    await workbench.page.locator('.quick-input-title', { hasText: 'passage, question → label' }).waitFor();
    await workbench.answer('read the data card');
    await waitForText(declaration, 'declared');
    await workbench.command('View: Focus First Editor Group');
    await workbench.goToLine(1);
    await waitForText(lenses(), /→ target: label \(declared by /);
    const [made] = await decisions(workbench);
    assert.deepEqual(made?.subject, { kind: 'declaration', task: 'promptsource/village_boolq' });
    assert.equal(made.reason, 'read the data card');
    assert.deepEqual(JSON.parse(made.verdict), { inputs: ['passage', 'question'], targets: ['label'] });
    await workbench.clearNotifications();
  });

  it('rules on two templates by keyboard, and takes one back', async () => {
    const workbench = vscode.get();
    const { keyboard } = workbench.page;
    await workbench.showAlone('Templates');
    await workbench.command('Heldout: Review Next Template');
    await waitForText(shownTemplate(workbench), 'write_the_question');
    const page = workbench.webview();
    await waitForText(page.locator('.findings'), "this task's target is label");
    await page.locator('main[aria-busy="false"]').focus();
    await keyboard.press('/');
    await keyboard.type('asks for the question');
    await keyboard.press('Enter');
    await keyboard.press('2');
    await waitForText(page.locator('.progress'), '1 of 12');
    await shownTemplate(workbench).filter({ hasNotText: 'write_the_question' }).waitFor();
    const second = await shownTemplate(workbench).innerText();
    await page.locator('main[aria-busy="false"]').waitFor();
    await keyboard.press('1');
    await waitForText(page.locator('.progress'), '2 of 12');
    await keyboard.press('u');
    await waitForText(page.locator('.progress'), '1 of 12');
    await waitForText(shownTemplate(workbench), second);
    const made = (await decisions(workbench)).slice(1);
    assert.deepEqual(
      made.map(({ verdict, reason }) => [verdict, reason]),
      [
        ['alters', 'asks for the question'],
        ['keep', ''],
        ['undo', ''],
      ],
    );
    await workbench.view('Templates').getByText('1 of 12 decided').waitFor();
    await workbench.pictures('template-review');
  });

  it('rules on all shown templates only after the count was confirmed, and takes them back at once', async () => {
    const workbench = vscode.get();
    const before = (await decisions(workbench)).length;
    await workbench.command('Heldout: Search Templates');
    await workbench.page.locator('.quick-input-title', { hasText: 'Search Templates' }).waitFor();
    await workbench.answer('kitchen_qa');
    await workbench
      .view('Templates')
      .getByText(/1 of 12 decided · \d shown/)
      .waitFor();
    const shown = Number(/(\d) shown/.exec(await workbench.view('Templates').innerText())?.[1]);
    assert.ok(shown > 1, `${shown} shown`);
    await workbench.command('Heldout: Rule on All Shown Templates');
    await workbench.quickPick('Alters the task').click();
    await workbench.answer('the whole file');
    const dialog = workbench.page.locator('.monaco-dialog-box');
    await waitForText(dialog, `Alters the task: ${shown} templates?`);
    assert.equal((await decisions(workbench)).length, before);
    await dialog.getByRole('button', { name: 'Alters the task' }).click();
    await workbench
      .view('Templates')
      .getByText(`${shown + 1} of 12 decided`)
      .waitFor();
    const told = await workbench.notification(`Alters the task: ${shown} templates.`);
    await told.getByRole('button', { name: 'Undo' }).click();
    await workbench.view('Templates').getByText('1 of 12 decided').waitFor();
    await workbench.command('Heldout: Clear Template Search and Filter');
  });

  it('brings the page back with the window, and the rulings after a restart', async () => {
    const workbench = vscode.get();
    const shown = await shownTemplate(workbench).innerText();
    await workbench.load();
    // The extension starts anew before the page does.
    await shownTemplate(workbench).filter({ hasText: shown }).waitFor({ timeout: 60_000 });
    await workbench.restart();
    await workbench.openContainer('Heldout');
    await workbench.showAlone('Templates');
    await workbench.view('Templates').getByText('1 of 12 decided').waitFor();
    await workbench.unfold('Decided', 'Templates');
    await workbench.row('write_the_question', 'Templates').click();
    await waitForText(
      workbench.webview().locator('.ruled'),
      /Marked as altering its task · .+ · asks for the question/,
    );
  });

  it('fits a narrow window', async () => {
    const workbench = vscode.get();
    await workbench.page.setViewportSize({ width: 900, height: 900 });
    const page = workbench.webview();
    await page.locator('.record').first().waitFor();
    const fits = await page.locator('main').evaluate((main) => main.scrollWidth <= main.clientWidth);
    assert.ok(fits, 'the page is wider than its window');
    await workbench.pictures('template-narrow');
  });
});
