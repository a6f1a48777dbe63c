import type { Command } from 'commander';
import { mixtureView } from '../engine/mixture-view.ts';
import { type MixtureView, mixtureQuery } from '../protocol.ts';
import { askedFor } from './asked.ts';
import { type Common, interruptible, showProgress } from './common.ts';
import { withSession } from './context.ts';
import { wholeNumber } from './options.ts';
import { counted, printJson, printLine, printTable, share } from './output.ts';

interface MixtureOptions extends Common {
  samples: number;
  start: number;
  steps: number;
  batch: number;
  seed: number;
  tasks?: boolean;
}

export function declareMixture(verb: Command): void {
  verb
    .option('--samples <n>', 'show so many draws', wholeNumber, 0)
    .option('--start <n>', 'the first of them', wholeNumber, 0)
    .option('--steps <n>', 'training steps, for epochs', wholeNumber, 4000)
    .option('--batch <n>', 'examples in a step', wholeNumber, 256)
    .option('--seed <n>', 'what draws', wholeNumber, 0)
    .option('--tasks', 'a line for each task, not only for each collection')
    .action((options: MixtureOptions) =>
      withSession(options, async (session) => {
        const work = { signal: interruptible(), onStep: showProgress() };
        const { samples, start, steps, batch, seed } = options;
        const query = askedFor(mixtureQuery, { samples, start, steps, batch, seed });
        const view = await mixtureView(session, query, work);
        // The problems went to stderr already.
        const { problems: _, ...document } = view;
        if (options.json) return printJson(document);
        collectionTable(view);
        if (options.tasks) taskTable(view);
        printLine(summary(view));
        if (view.draws.length > 0) drawTable(view);
      }),
    );
}

const SHARES = ['by examples', 'capped', 'drawn', 'epochs'];

function collectionTable({ collections }: MixtureView): void {
  printTable(
    ['collection', 'stream', 'weight', 'tasks', 'hit the cap', 'examples', ...SHARES],
    collections.map((each) => [
      each.collection,
      each.stream,
      each.weight ?? '',
      each.tasks,
      each.hitCap,
      each.examples,
      share(each.before),
      share(each.capped),
      share(each.after),
      each.epochs.toFixed(2),
    ]),
  );
}

function taskTable({ tasks }: MixtureView): void {
  printLine();
  printTable(
    ['task', 'examples', 'hits the cap', ...SHARES],
    tasks.map((task) => [
      task.id,
      task.examples,
      task.hitsCap ? 'yes' : '',
      share(task.before),
      share(task.capped),
      share(task.after),
      task.epochs.toFixed(2),
    ]),
  );
}

function summary(view: MixtureView): string {
  const { maxExamples } = view.settings;
  const lines = [
    '',
    `${counted(view.hitCap, 'task hits', 'tasks hit')} the cap of ${maxExamples} examples, of ${view.tasks.length} with ${counted(view.examples, 'example')}`,
    `epochs in ${view.steps} steps of ${view.batch} examples: ${view.examplesSeen} examples seen`,
  ];
  if (view.shots) {
    const shares = view.shots.map((probability, shots) => `${shots}: ${share(probability)}`);
    lines.push(`demonstrations ${shares.join(', ')}`);
  }
  return lines.join('\n');
}

function drawTable({ draws }: MixtureView): void {
  printLine();
  printTable(
    ['draw', 'task', 'pass', 'example', 'template', 'shots'],
    draws.map((draw) => [draw.index, draw.task, draw.pass, draw.example, draw.template, draw.shots]),
  );
}
