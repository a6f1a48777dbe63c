import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { decision } from '../../../server/protocol.ts';
import { useWorkbench, type Workbench } from '../page.ts';

async function decisionsOf(workbench: Workbench): Promise<z.infer<typeof decision>[]> {
  const text = await readFile(workbench.file('decisions.jsonl'), 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line !== '');
  return z.array(decision).parse(lines.map((line): unknown => JSON.parse(line)));
}

describe('the split board', function () {
  this.timeout(120_000);
  const vscode = useWorkbench({ workspace: 'samples', size: { width: 1500, height: 1300 } });
  const cell = (workbench: Workbench, name: string) =>
    workbench.webview().getByRole('button', { name: new RegExp(`^${name}: `) });

  it('counts categories against splits and lists the tasks of a cell', async () => {
    const workbench = vscode.get();
    await workbench.openContainer('Heldout');
    await workbench.page.getByText('Open heldout.yaml').first().waitFor();
    await workbench.command('Heldout: Import Collections');
    await workbench.row('Question Answering', 'Tasks').waitFor();
    await workbench.command('Heldout: Show Split Board');
    const board = workbench.webview();
    await board.getByRole('button', { name: 'All together, Fully supervised: 3 tasks, ' }).waitFor();
    await cell(workbench, 'Question Answering, Partially held-out').focus();
    await workbench.page.keyboard.press('Enter');
    await board.locator('.tasks', { hasText: 'promptsource/village_boolq' }).waitFor();
    await workbench.page.keyboard.press('ArrowLeft');
    await workbench.page.keyboard.press('ArrowLeft');
    await workbench.page.keyboard.press('Enter');
    await board.locator('.tasks h2', { hasText: 'Question Answering · Train · 4 tasks' }).waitFor();
  });

  it('moves a task by key, asks for the reason, and has it on disk before the board shows it', async () => {
    const workbench = vscode.get();
    const board = workbench.webview();
    await board.getByRole('button', { name: 'crossfit/word_opposites', exact: true }).focus();
    await workbench.page.keyboard.press('m');
    await workbench.quickPick('test').click();
    await workbench.answer('words alone');
    await board.getByRole('button', { name: 'Question Answering, Train: 3 tasks, ' }).waitFor();
    const [made] = await decisionsOf(workbench);
    assert.deepEqual(
      [made!.subject, made!.verdict, made!.reason],
      [{ kind: 'task', task: 'crossfit/word_opposites', aspect: 'split' }, 'test', 'words alone'],
    );
    await cell(workbench, 'Question Answering, Train').focus();
    await workbench.page.keyboard.press('u');
    await board.getByRole('button', { name: 'Question Answering, Train: 4 tasks, ' }).waitFor();
  });

  it('holds a category out when its train tasks are dragged there', async () => {
    const workbench = vscode.get();
    const board = workbench.webview();
    await cell(workbench, 'Dialogue, Train').dragTo(cell(workbench, 'Dialogue, Fully held-out'));
    await workbench.answer('talk is for evaluation');
    await board.getByRole('button', { name: 'Dialogue, Fully held-out: 2 tasks, ' }).waitFor();
    const moved = (await decisionsOf(workbench)).filter(({ reason }) => reason === 'talk is for evaluation');
    assert.deepEqual(
      moved.map(({ verdict }) => verdict),
      ['test', 'test'],
    );
    await workbench.command('Heldout: Undo Last Decision');
    await board.getByRole('button', { name: 'Dialogue, Train: 2 tasks, ' }).waitFor();
  });

  it('says what stands in the way, and mends it with one click', async () => {
    const workbench = vscode.get();
    const board = workbench.webview();
    await board.getByRole('button', { name: 'Find overlaps' }).first().click();
    await board.locator('.findings h2', { hasText: 'Undecided pairs 5' }).waitFor();
    await workbench.clearNotifications();
    await workbench.pictures('split-board');
    const source = board.locator('.findings li', { hasText: 'riverside_reviews' });
    await source.getByRole('button', { name: 'Allow the source…' }).click();
    await workbench.answer('no text in common');
    await source.waitFor({ state: 'detached' });
    const pair = board.locator('.findings li', { hasText: 'bbh/garden_deduction share text' });
    await pair.getByRole('button', { name: 'Remove train task…' }).click();
    await workbench.answer('copied');
    await board.locator('.findings h2', { hasText: 'Undecided pairs 4' }).waitFor();
    await board
      .locator('.findings li', { hasText: 'opposites_round' })
      .first()
      .getByRole('button', { name: 'Review pair' })
      .click();
    await workbench.webview().getByText('word_opposites').first().waitFor();
  });
});
