import { type Command, Option } from 'commander';
import { InputError } from '../base/problem.ts';
import { decidePairs } from '../engine/decide.ts';
import { evidenceView, pairDetail } from '../engine/evidence-view.ts';
import { pairList } from '../engine/pair-rows.ts';
import { type PairRow, type PairVerdict, pairVerdict } from '../protocol.ts';
import type { Common } from './common.ts';
import { withSession } from './context.ts';
import { counted, percent, printJson, printLine, printTable } from './output.ts';

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

export function declarePair(verb: Command): void {
  verb.action((train: string, evalTask: string, options: Common) =>
    withSession(options, async (session) => {
      const detail = await pairDetail(session, train, evalTask);
      const shown = detail.groups.flatMap((group) => group.shared.slice(0, 1)).slice(0, 20);
      const evidence = [];
      for (const { evalExample, trainExample } of shown) {
        evidence.push(await evidenceView(session, train, evalTask, evalExample, trainExample));
      }
      if (options.json) return printJson({ ...detail, shown: evidence });
      pairTable([detail.row]);
      for (const group of detail.groups) {
        const kind = group.boilerplate ? ' (boilerplate)' : '';
        printLine(
          `\nspan of ${counted(group.words, 'word')}, in ${counted(group.examples, 'example')} of this pair and ${counted(group.otherPairs, 'other pair')}${kind}`,
        );
        printLine(`  ${group.text.replace(/\s+/gu, ' ')}`);
      }
    }),
  );
}

export function declareDecide(verb: Command): void {
  verb
    .requiredOption('--reason <text>', 'why, for whoever reads the log later')
    .action((train: string, evalTask: string, verdict: string, options: Common & { reason: string }) =>
      withSession(options, (session) => {
        const [decision] = decidePairs(
          session,
          [{ train, eval: evalTask }],
          verdictOf(verdict),
          options.reason,
        );
        if (options.json) printJson(decision);
        else printLine(`${verdict}: ${train} × ${evalTask}, as ${decision!.reviewer}`);
      }),
    );
}

function verdictOf(word: string): PairVerdict {
  const verdict = pairVerdict.safeParse(word);
  if (verdict.success) return verdict.data;
  throw new InputError(`"${word}" is no verdict: ${pairVerdict.options.join(', ')}`);
}

function pairTable(pairs: readonly PairRow[]): void {
  printTable(
    ['train', 'eval', 'overlap', 'content', 'short', 'same source', 'state', 'verdict'],
    pairs.map((pair) => [
      pair.train,
      pair.eval,
      `${percent(pair.fraction)} (${pair.overlapping}/${pair.evalExamples})`,
      percent(pair.fractionContent),
      `${pair.shortMatches}/${pair.short}`,
      pair.sameSource ? 'yes' : '',
      pair.state,
      pair.rulings.map(({ verdict, reviewer }) => `${verdict} (${reviewer})`).join(' / '),
    ]),
  );
}
