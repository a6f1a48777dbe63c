import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Jobs } from '../../server/jobs/listing.ts';
import { readyPython } from '../runner/python.ts';
import type { Workbench } from './page.ts';
import { root } from './server.ts';
import { SmallTrainings } from './training.ts';

/** A picture of the README: `show` brings the window to it; it is then taken light and dark. */
export interface Scene {
  /** The picture's file name in media/screenshots/, before `-light.png` and `-dark.png`. */
  name: string;
  /** What is seen, in words; the picture's alternative text. */
  text: string;
  show(workbench: Workbench): Promise<void>;
  /** Ends what it started, once its picture is taken. */
  done?(): Promise<void>;
}

let trainings: SmallTrainings | undefined;

/** In this order, in one window: each begins where the one before ended. */
export const scenes: Scene[] = [
  {
    name: 'explorer',
    text: 'The Task Explorer and the queue of pairs, with the sample bench imported and scanned',
    show: async (workbench) => {
      await workbench.openContainer('Heldout');
      await workbench.page.getByText('Open heldout.yaml').first().waitFor();
      await workbench.command('Heldout: Import Collections');
      await workbench.row('Question Answering', 'Tasks').first().waitFor();
      await workbench.command('Heldout: Find Overlaps');
      await workbench.row('garden_deduction', 'Pairs').first().waitFor();
      await workbench.row('Question Answering', 'Tasks').click();
      await workbench.row('village_boolq', 'Tasks').waitFor();
      await workbench.clearNotifications();
    },
  },
  {
    name: 'inspector',
    text: 'The Prompt Inspector: source and target of one example, fields and template told apart',
    show: async (workbench) => {
      await workbench.row('village_boolq', 'Tasks').click();
      await workbench.webview().getByText('Target', { exact: false }).first().waitFor();
    },
  },
  {
    name: 'review',
    text: 'Pair Review: two examples side by side with the shared text marked',
    show: async (workbench) => {
      await workbench.command('Heldout: Review Next Pair');
      await workbench.webview().getByText('task004_garden_deduction').first().waitFor();
      await workbench.webview().getByText('targets agree').waitFor();
    },
  },
  {
    name: 'templates',
    text: 'The queue of flagged templates, and one of them over real records with the reason why it is flagged',
    show: async (workbench) => {
      await workbench.command('View: Close All Editors');
      await workbench.showAlone('Templates');
      await workbench.row('write_the_question', 'Templates').click();
      await workbench.webview().locator('.template .record').first().waitFor();
      await workbench.webview().locator('.template[aria-busy="false"]').waitFor();
    },
  },
  {
    name: 'template',
    text: 'A file of templates with what is known of each, and beside it the template at the cursor over real records',
    show: async (workbench) => {
      await workbench.command('View: Close All Editors');
      await workbench.command('View: Toggle Primary Side Bar Visibility');
      await workbench.openFile('doorstep_summaries/templates.yaml');
      await workbench.page.locator('.codelens-decoration a', { hasText: 'used by 1 task' }).first().waitFor();
      await workbench.command('Heldout: Preview Template');
      await workbench.webview().locator('.template .record').first().waitFor();
      await workbench.goToLine(42);
      // No tooltip stands in the picture.
      await workbench.page.mouse.move(640, 790);
      await workbench.webview().locator('.template h1', { hasText: 'expand' }).waitFor();
      await workbench.webview().locator('.template[aria-busy="false"]').waitFor();
    },
  },
  {
    name: 'split-board',
    text: 'The Split Board: categories against splits, and what stands in the way of a clean split with its remedies',
    show: async (workbench) => {
      await workbench.command('View: Close All Editors');
      await workbench.command('Heldout: Show Split Board');
      await workbench
        .webview()
        .getByRole('button', { name: /^Question Answering, Partially held-out/ })
        .click();
      await workbench.webview().locator('.tasks', { hasText: 'village_boolq' }).waitFor();
    },
  },
  {
    name: 'mixture',
    text: 'Mixture: each collection’s share by examples and as drawn, with the weights that change it',
    show: async (workbench) => {
      await workbench.command('Heldout: Show Mixture');
      await workbench.webview().getByText('First draws').waitFor();
      await workbench
        .webview()
        .locator('tr.collection', { hasText: 'promptsource' })
        .locator('.expand')
        .click();
    },
  },
  {
    name: 'statistics',
    text: 'Statistics: Table 1 of the paper over the sample bench, with the lengths of its prompts',
    show: async (workbench) => {
      await useSampleTokenizer(workbench);
      await workbench.command('Heldout: Show Statistics');
      await workbench.webview().getByText('Lengths in tokens').waitFor();
      await workbench.webview().locator('tfoot', { hasText: 'All together' }).waitFor();
      await workbench.webview().locator('progress').waitFor({ state: 'detached' });
    },
  },
  {
    name: 'packing',
    text: 'Packing: sequences of 2,048 tokens with their examples, loss and padding, and the attention within one',
    show: async (workbench) => {
      await useSampleTokenizer(workbench);
      await workbench.command('Heldout: Show Packing');
      await workbench.webview().locator('.tokens mark').first().waitFor();
    },
  },
  {
    name: 'run',
    text: 'A run as it goes: its loss, with that of another run over it, by collection and by level',
    show: async (workbench) => {
      trainings = await SmallTrainings.open(workbench.file());
      const slow = await trainings.submit('half the rate', { steps: 400, every: 50, learningRate: 0.025 });
      await trainings.ended(slow.id);
      const fast = await trainings.submit('first try', { steps: 900, every: 50, rest: 40 });
      await trainings.until(fast.id, ({ step }) => (step ?? 0) > 320);
      await workbench.clearNotifications();
      await workbench.command('Heldout: Open Run');
      await workbench.quickPick('first try').click();
      await workbench.webview().getByRole('checkbox', { name: 'Draw half the rate too' }).click();
      await workbench.webview().locator('.frame path.line').nth(1).waitFor();
    },
    done: async () => trainings?.close(),
  },
  {
    name: 'results',
    text: 'Results: a tiny model after 20 steps and after 240, by level and category, with what differs by more than chance',
    show: async (workbench) => {
      await evaluateTinyModels(workbench);
      await workbench.command('View: Close All Editors');
      await workbench.openContainer('Heldout');
      await workbench.showAlone('Results');
      await workbench.row('after 20 steps', 'Results').waitFor();
      await workbench.clearNotifications();
      await workbench.row('after 240 steps', 'Results').click();
      const page = workbench.webview();
      await page.getByText('Runs side by side: 1').click();
      await page.locator('vscode-checkbox', { hasText: 'after 20 steps' }).click();
      await page.getByText('Runs side by side: 2').click();
      await page.locator('.overview .difference').first().waitFor();
      await page
        .locator('.overview')
        .getByRole('button', { name: 'Textual Entailment', exact: true })
        .click();
      await page.locator('.things').first().waitFor();
      await workbench.page.mouse.move(640, 1100);
    },
  },
];

/** Trains two models on the samples and scores them, as a person does on the command line; needs an interpreter with torch. */
async function evaluateTinyModels(workbench: Workbench): Promise<void> {
  const found = await readyPython();
  if ('missing' in found) throw new Error(found.missing);
  const spec = await readFile(workbench.file('tiny.run.yaml'), 'utf8');
  const env = { ...process.env, XDG_STATE_HOME: path.join(workbench.place.folder, 'state') };
  const heldout = (...args: string[]) =>
    execFileSync(process.execPath, [path.join(root, 'dist/cli.js'), ...args, '--python', found.python], {
      cwd: workbench.file(),
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  for (const [steps, warmup, batch] of [
    [20, 5, 4],
    [240, 20, 16],
  ] as const) {
    const name = `after ${steps} steps`;
    const own = `${spec.replaceAll(/^(steps|warmup|batch|micro_batch): .*\n/gm, '')}steps: ${steps}\nwarmup: ${warmup}\nbatch: ${batch}\nmicro_batch: 4\n`;
    await writeFile(workbench.file(`${name}.run.yaml`), own);
    heldout('train', `${name}.run.yaml`, '--follow');
    const run = new Jobs(workbench.file()).list().jobs.find((job) => job.name === name);
    if (run?.state !== 'done') throw new Error(`${name}: ${run?.state}, ${run?.reason}`);
    const final = path.join('.heldout', 'jobs', run.id, 'final');
    heldout('evaluate', final, '--name', name, '--limit', '40', '--max-tokens', '16');
  }
}

/** Sets the tokenizer that lies among the samples, for the opened workspace. */
async function useSampleTokenizer(workbench: Workbench): Promise<void> {
  await mkdir(workbench.file('.vscode'), { recursive: true });
  const settings = { 'heldout.tokenizer': workbench.file('data', 'tokenizer.json') };
  await writeFile(workbench.file('.vscode', 'settings.json'), JSON.stringify(settings));
}
