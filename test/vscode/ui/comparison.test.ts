import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { useWorkbench } from '../page.ts';

const TASK = 'crossfit/mood_of_notes';

describe('a comparison of revisions', function () {
  this.timeout(180_000);
  const vscode = useWorkbench({ workspace: 'samples', size: { width: 1280, height: 900 } });

  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
      cwd: vscode.get().file(),
      stdio: 'pipe',
    });

  it('is asked for by a revision and opens as a document', async () => {
    const workbench = vscode.get();
    await writeFile(workbench.file('.gitignore'), '.heldout/\n');
    git('init', '-q');
    git('add', '-A', '.');
    git('commit', '-q', '-m', 'before');
    await workbench.openContainer('Heldout');
    await workbench.view('Tasks').locator('.welcome-view a', { hasText: 'Import Collections' }).click();
    await workbench.statusItem('47 tasks').waitFor();
    await workbench.clearNotifications();
    const line = {
      subject: { kind: 'task', task: TASK, aspect: 'split' },
      verdict: 'none',
      reason: 'too small',
    };
    const about = {
      id: 'one',
      time: '2026-01-02T03:04:05.000Z',
      reviewer: 'Grace',
      evidence: '',
      replaces: [],
    };
    await writeFile(workbench.file('decisions.jsonl'), `${JSON.stringify({ ...about, ...line })}\n`);
    await rm(workbench.file('data/exmix/note_grammar.jsonl'));
    await writeFile(workbench.file('data/quiz/rivers.jsonl'), '{"question": "Where?", "answer": "There"}\n');

    await workbench.command('Heldout: Compare Builds or Revisions…');
    await workbench.quickPick('The Bench with an Earlier Revision of It…').click();
    await workbench.answer('HEAD');
    await workbench.page.locator('.tab', { hasText: 'HEAD → now' }).waitFor();
    const lines = workbench.page.locator('.editor-instance .view-lines');
    await lines.getByText('Entered: 1 task').waitFor();
    await lines.getByText('Left out: too small').waitFor();
    assert.doesNotMatch(await lines.innerText(), /\bnone\b/);
    await workbench.pictures('comparison');
  });

  it('folds by the keys of the editor, and leads to the task by its link', async () => {
    const workbench = vscode.get();
    const lines = workbench.page.locator('.editor-instance .view-lines');
    await workbench.page.locator('.tab', { hasText: 'HEAD → now' }).click();
    await lines.getByText('Comparison').first().click();
    await workbench.command('Fold All');
    await lines.getByText('Left out: too small').waitFor({ state: 'hidden' });
    await workbench.pictures('comparison-folded');
    await workbench.command('Unfold All');
    await lines.getByText(TASK).first().click();
    await workbench.command('Open Link');
    await workbench.webview().locator('body', { hasText: 'mood_of_notes' }).waitFor();
  });

  it('opens a file that is gone as it was', async () => {
    const workbench = vscode.get();
    const lines = workbench.page.locator('.editor-instance .view-lines');
    await workbench.page.locator('.tab', { hasText: 'HEAD → now' }).click();
    await lines.getByText('data/exmix/note_grammar.jsonl').first().click();
    await workbench.command('Open Link');
    await workbench.page.locator('.tab', { hasText: 'note_grammar.jsonl' }).waitFor();
    await lines.getByText('"inputs"').first().waitFor();
  });

  it('compares two revisions, and says in one line which of them is none', async () => {
    const workbench = vscode.get();
    git('add', '-A', '.');
    git('commit', '-q', '-m', 'after');
    const ask = async (early: string, late: string) => {
      await workbench.command('Heldout: Compare Builds or Revisions…');
      await workbench.quickPick('Two Revisions of the Bench…').click();
      await workbench.answer(early);
      await workbench.page.getByText('The later revision').waitFor();
      await workbench.answer(late);
    };
    await ask('HEAD~1', 'HEAD');
    await workbench.page.locator('.tab', { hasText: 'HEAD~1 → HEAD' }).waitFor();
    await workbench.page.locator('.editor-instance .view-lines').getByText('quiz/rivers').first().waitFor();
    await ask('HEAD~7', 'HEAD');
    await workbench.notification('"HEAD~7" is no git revision of the bench');
  });
});
