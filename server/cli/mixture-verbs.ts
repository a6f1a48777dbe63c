import { resolve } from 'node:path';
import type { Command } from 'commander';
import { mixtureView } from '../engine/mixture-view.ts';
import { packingView } from '../engine/packing-view.ts';
import { statistics } from '../engine/statistics.ts';
import { statisticsCells, statisticsMarkdown, statisticsNote } from '../engine/statistics-text.ts';
import { CONTEXT } from '../mixture/packing.ts';
import {
  type MixtureView,
  mixtureQuery,
  type PackingView,
  packingQuery,
  statisticsQuery,
} from '../protocol.ts';
import { askedFor } from './asked.ts';
import { type Common, interruptible, showProgress, withSession } from './context.ts';
import { counted, printJson, printLine, printTable } from './output.ts';
import { wholeNumber } from './task-verbs.ts';

interface StatsOptions extends Common {
  tokenizer?: string;
  sample: number;
  seed: number;
  markdown?: boolean;
}

interface MixtureOptions extends Common {
  samples: number;
  start: number;
  steps: number;
  batch: number;
  seed: number;
  tasks?: boolean;
}

interface PackingOptions extends Common {
  tokenizer: string;
  start: number;
  sequences: number;
  length: number;
  seed: number;
}

export function addMixtureVerbs(program: Command): void {
  program
    .command('mixture')
    .description('what training draws: shares before and after caps and proportions, epochs, the first draws')
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

  program
    .command('packing')
    .description(
      'how the training stream packs into sequences: examples, padding, what takes loss, what is cut',
    )
    .requiredOption('--tokenizer <file>', 'a tokenizer.json')
    .option('--start <n>', 'the draw to begin with', wholeNumber, 0)
    .option('--sequences <n>', 'pack so many', wholeNumber, 16)
    .option('--length <n>', 'tokens of a sequence', wholeNumber, CONTEXT)
    .option('--seed <n>', 'what draws', wholeNumber, 0)
    .action((options: PackingOptions) =>
      withSession(options, async (session) => {
        const { start, sequences, length, seed } = options;
        const tokenizer = resolve(options.tokenizer);
        const query = askedFor(packingQuery, { tokenizer, start, sequences, length, seed });
        const work = { signal: interruptible(), onStep: showProgress() };
        const view = await packingView(session, query, work);
        // The tokens of one sequence are for a page to draw.
        const { tokens: _, ...document } = view;
        if (options.json) return printJson(document);
        sequenceTable(view);
        printLine(packingSummary(view));
      }),
    );

  program
    .command('stats')
    .description('collections, categories, tasks, examples, prompts and their lengths (Table 1 of the paper)')
    .option('--tokenizer <file>', 'a tokenizer.json (default: words are counted)')
    .option('--sample <n>', 'prompts of a task whose length is counted, at most', wholeNumber, 100)
    .option('--seed <n>', 'what draws them', wholeNumber, 0)
    .option('--markdown', 'print a Markdown table')
    .action((options: StatsOptions) =>
      withSession(options, async (session) => {
        const { tokenizer, sample, seed } = options;
        const query = askedFor(statisticsQuery, { tokenizer, sample, seed });
        const work = { signal: interruptible(), onStep: showProgress() };
        const view = await statistics(session, query, work);
        if (options.json) return printJson(view);
        if (options.markdown) return printLine(statisticsMarkdown(view).trimEnd());
        printTable(
          ['collection', 'categories', 'tasks', 'examples', 'prompts/task', `length (${view.unit})`, 'std'],
          statisticsCells(view),
        );
        printLine(`\n${statisticsNote(view)}`);
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

function sequenceTable({ sequences, length }: PackingView): void {
  printTable(
    ['sequence', 'examples', 'tokens', 'padding', 'takes loss', 'cut'],
    sequences.map(({ documents, padding }, at) => [
      at,
      documents.length,
      length - padding,
      share(padding / length),
      share(documents.flatMap(({ loss }) => loss).reduce((sum, [from, to]) => sum + to - from, 0) / length),
      documents.filter(({ cut }) => cut > 0).length,
    ]),
  );
}

function packingSummary(view: PackingView): string {
  const failed = view.failed > 0 ? `; ${counted(view.failed, 'draw')} whose template fails passed over` : '';
  return [
    '',
    `${counted(view.examples, 'example')} in ${counted(view.sequences.length, 'sequence')} of ${view.length} tokens: ` +
      `${share(view.padding)} padding, ${share(view.loss)} take loss, ${view.truncated} cut at the left${failed}`,
    `separator ${view.separator}; the next sequence begins with draw ${view.next}`,
  ].join('\n');
}

function share(fraction: number): string {
  return `${(fraction * 100).toFixed(2)} %`;
}
