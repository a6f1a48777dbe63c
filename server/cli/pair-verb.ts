import type { Command } from 'commander';
import { evidenceView, pairDetail } from '../engine/evidence-view.ts';
import type { Common } from './common.ts';
import { withSession } from './context.ts';
import { counted, printJson, printLine } from './output.ts';
import { pairTable } from './pair-text.ts';

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
