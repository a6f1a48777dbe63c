import { type Command, Option } from 'commander';
import { pairList } from '../engine/pair-rows.ts';
import type { Common } from './common.ts';
import { withSession } from './context.ts';
import { printJson, printLine } from './output.ts';
import { pairTable } from './pair-text.ts';

interface PairsOptions extends Common {
  open?: boolean;
  order: 'fraction' | 'content' | 'source' | 'size';
}

export function declarePairs(verb: Command): void {
  verb
    .option('--open', 'only pairs that wait for a verdict')
    .addOption(
      new Option('--order <by>', 'what comes first')
        .choices(['fraction', 'content', 'source', 'size'])
        .default('content'),
    )
    .action((options: PairsOptions) =>
      withSession(options, (session) => {
        const list = pairList(
          session,
          options.order,
          options.open ? { state: ['open', 'stale', 'conflict'] } : {},
        );
        if (options.json) return printJson(list);
        pairTable(list.pairs);
        printLine(`${list.decided} of ${list.total} decided`);
      }),
    );
}
