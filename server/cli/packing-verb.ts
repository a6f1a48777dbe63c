import { resolve } from 'node:path';
import type { Command } from 'commander';
import { packingView } from '../engine/packing-view.ts';
import { CONTEXT } from '../mixture/packing.ts';
import { type PackingView, packingQuery } from '../protocol.ts';
import { askedFor } from './asked.ts';
import { type Common, interruptible, showProgress } from './common.ts';
import { withSession } from './context.ts';
import { wholeNumber } from './options.ts';
import { counted, printJson, printLine, printTable, share } from './output.ts';

interface PackingOptions extends Common {
  tokenizer: string;
  start: number;
  sequences: number;
  length: number;
  seed: number;
}

export function declarePacking(verb: Command): void {
  verb
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
