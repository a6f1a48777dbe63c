/**
 * The Task Explorer with many tasks, in a real VS Code: how long until the view shows them, until a group of all of
 * them opens, and until it follows a key of a search. `node bench/explorer.ts [--tasks 2000]` prints one JSON document;
 * times are milliseconds, medians of several.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runToEnd } from '../scripts/lib/processes.ts';
import { Workbench } from '../test/vscode/page.ts';

const { values } = parseArgs({ options: { tasks: { type: 'string', default: '2000' } } });
const tasks = Number(values.tasks);
const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'heldout-explorer-'));

function writeBench(): void {
  const data = join(folder, 'data');
  mkdirSync(data);
  const name = (task: number) => `task${String(task).padStart(4, '0')}_${WORDS[task % WORDS.length]}`;
  for (let task = 0; task < tasks; task++) {
    const lines = Array.from({ length: 5 }, (_, at) =>
      JSON.stringify({ input: `question ${at} of task ${task}`, target: `answer ${at}` }),
    );
    writeFileSync(join(data, `${name(task)}.jsonl`), `${lines.join('\n')}\n`);
  }
  writeFileSync(
    join(folder, 'heldout.yaml'),
    'collections:\n  - { name: many, format: jsonl, path: data, fields: { input: input, target: target } }\n',
  );
}

const WORDS = ['reading', 'entailment', 'summary', 'sentiment', 'arithmetic', 'dialogue', 'paraphrase'];

function median(times: readonly number[]): number {
  return Math.round([...times].sort((a, b) => a - b)[times.length >> 1]!);
}

async function timed(step: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await step();
  return performance.now() - started;
}

writeBench();
await runToEnd(process.execPath, [join(root, 'scripts/build.mjs')]);
const workbench = await Workbench.open({ workspace: folder });
try {
  await workbench.openContainer('Heldout');
  await workbench.page.getByText('Open heldout.yaml').first().waitFor();
  await workbench.command('Heldout: Import Collections');
  await workbench.statusItem(`${tasks.toLocaleString('en')} tasks`).waitFor({ timeout: 120_000 });
  await workbench.command('Heldout: Group Tasks by Collection');
  const group = workbench.row('many', 'Tasks').first();
  await group.waitFor();
  await workbench.clearNotifications();
  const first = workbench.row('task0000', 'Tasks');
  const opened: number[] = [];
  for (let round = 0; round < 5; round++) {
    opened.push(
      await timed(async () => {
        await group.click();
        await first.waitFor();
      }),
    );
    await group.click();
    await first.waitFor({ state: 'hidden' });
  }
  const shown: number[] = [];
  for (let round = 0; round < 3; round++) {
    await workbench.load();
    shown.push(
      await timed(async () => {
        await workbench.openContainer('Heldout');
        await workbench.row('many', 'Tasks').first().waitFor();
      }),
    );
  }
  await workbench.command('Heldout: Search Tasks');
  await workbench.page.locator('.quick-input-title', { hasText: 'Search Tasks' }).waitFor();
  const keys: number[] = [];
  // Each text leaves another number of tasks; the view says how many.
  for (let round = 0; round < 9; round++) {
    const text = `task0${round}`;
    const found = Math.min(100, Math.max(0, tasks - round * 100));
    keys.push(
      await timed(async () => {
        await workbench.quickInput.fill(text);
        await workbench.page.getByText(`${found} of ${tasks.toLocaleString('en')} tasks`).waitFor();
        await workbench.row(`task0${round}00`, 'Tasks').waitFor();
      }),
    );
  }
  console.log(
    JSON.stringify({
      tasks,
      viewShownMs: median(shown),
      groupOpenedMs: median(opened),
      searchFollowsMs: median(keys),
      searchSlowestMs: Math.round(Math.max(...keys)),
    }),
  );
} finally {
  await workbench.close();
  rmSync(folder, { recursive: true, force: true });
}
