import type { Command } from 'commander';
import { statistics } from '../engine/statistics.ts';
import { statisticsCells, statisticsMarkdown, statisticsNote } from '../engine/statistics-text.ts';
import { statisticsQuery } from '../protocol.ts';
import { askedFor } from './asked.ts';
import { type Common, interruptible, showProgress } from './common.ts';
import { withSession } from './context.ts';
import { wholeNumber } from './options.ts';
import { printJson, printLine, printTable } from './output.ts';

interface StatsOptions extends Common {
  tokenizer?: string;
  sample: number;
  seed: number;
  markdown?: boolean;
}

export function declareStats(verb: Command): void {
  verb
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
