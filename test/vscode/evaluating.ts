import assert from 'node:assert/strict';
import { cp, readdir } from 'node:fs/promises';
import path from 'node:path';
import { readResults } from '../../server/evaluation/results.ts';
import type { ResultsFile } from '../../server/protocol.ts';
import type { Workbench } from './page.ts';
import { root } from './server.ts';

export const EVALUATE = 'Evaluate on Checkpoint…';

/** Puts a small scoring graph with its tokenizer into `models/` of the opened workspace, and imports the bench. */
export async function openWithGraph(workbench: Workbench): Promise<void> {
  const models = workbench.file('models');
  await cp(path.join(root, 'test/fixtures/scoring-graph'), models, { recursive: true });
  await cp(workbench.file('data/tokenizer.json'), path.join(models, 'tokenizer.json'));
  await workbench.openContainer('Heldout');
  await workbench.page.getByText('Open heldout.yaml').first().waitFor();
  await workbench.command('Heldout: Import Collections');
  await workbench.row('Question Answering', 'Tasks').waitFor();
  await workbench.clearNotifications();
}

export async function resultsFiles(workbench: Workbench): Promise<string[]> {
  const names = await readdir(workbench.file('results')).catch(() => []);
  return names.filter((name) => name.endsWith('.heldout-results.json'));
}

/** Answers which demonstrations and how many examples. */
export async function answerHowMuch(workbench: Workbench, limit: string): Promise<void> {
  await workbench.accept('How Many Demonstrations?');
  await workbench.page.getByText('How Many Examples?').waitFor();
  await workbench.answer(limit);
}

/** Answers what is asked after checkpoint and tasks, and waits for the page of the new results. */
export async function follow(
  workbench: Workbench,
  where: 'asked' | 'here',
  limit = '2',
): Promise<ResultsFile> {
  const before = await resultsFiles(workbench);
  await answerHowMuch(workbench, limit);
  if (where === 'asked') await workbench.quickPick('Here, with Progress').click();
  const fresh = async () => (await resultsFiles(workbench)).find((name) => !before.includes(name));
  for (const end = Date.now() + 200_000; !(await fresh()); ) {
    assert.ok(Date.now() < end, 'no results came');
    await workbench.page.waitForTimeout(100);
  }
  await workbench.page.locator('.tab.active', { hasText: (await fresh())! }).waitFor();
  await workbench.webview().locator('.overview tbody td.score').first().waitFor();
  return readResults(workbench.file('results', (await fresh())!));
}
