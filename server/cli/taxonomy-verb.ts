import { relative } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { InputError } from '../base/problem.ts';
import { reasonsInWords } from '../curation/proposal/reasons.ts';
import { categoryProposals, isOpen } from '../engine/category-proposals.ts';
import { applyProposals } from '../engine/taxonomy-apply.ts';
import type { CategoryProposal } from '../protocol.ts';
import { type Common, interruptible, showProgress } from './common.ts';
import { withSession } from './context.ts';
import { counted, percent, printJson, printLine, printTable } from './output.ts';

interface TaxonomyOptions extends Common {
  open?: boolean;
  apply?: boolean;
  confidence: number;
}

/** From here on a proposal agreed with the truth in about 85 of 100 tasks (BENCHMARKS.md). */
const SURE = 0.7;

export function declareTaxonomy(verb: Command): void {
  verb
    .option('--open', 'only tasks that nobody has put anywhere and that would move')
    .option('--apply', 'write the open ones into taxonomy.yaml; decisions and what stands there stay')
    .option('--confidence <share>', 'with --apply: at least so sure', share, SURE)
    .action((options: TaxonomyOptions) =>
      withSession(options, async (session) => {
        if (session.catalog.tasks().length === 0)
          throw new InputError('nothing is imported yet: "heldout import" reads the collections');
        const working = { signal: interruptible(), onStep: showProgress() };
        const { tasks } = await categoryProposals(session, working);
        const applied = options.apply ? applyProposals(session, tasks, options.confidence) : undefined;
        const shown = options.open ? tasks.filter(isOpen) : tasks;
        if (options.json) return printJson({ tasks: shown, summary: summaryOf(tasks), applied });
        table(shown);
        disagreements(tasks);
        if (applied)
          printLine(
            `${counted(applied.tasks.length, 'task')} put into ${relative(process.cwd(), applied.file)}`,
          );
      }),
    );
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('a share from 0 to 1 is expected.');
  return value;
}

function table(tasks: readonly CategoryProposal[]): void {
  printTable(
    ['task', 'category', 'by', 'proposed', 'sure', 'why'],
    tasks.map(({ task, present, presentBy, proposed, confidence, evidence }) => [
      task,
      present,
      presentBy,
      proposed === present ? '=' : (proposed ?? ''),
      proposed === null ? '' : percent(confidence),
      reasonsInWords(evidence),
    ]),
  );
}

/** How tasks stand to their proposals. */
function summaryOf(tasks: readonly CategoryProposal[]) {
  const differing = tasks.filter(({ present, proposed }) => proposed !== null && proposed !== present);
  return {
    tasks: tasks.length,
    same: tasks.filter(({ present, proposed }) => proposed === present).length,
    unknown: tasks.filter(({ proposed }) => proposed === null).length,
    /** Nobody has put them anywhere. */
    open: differing.filter(isOpen).length,
    /** A person said otherwise: that stands. */
    decidedOtherwise: differing.filter((one) => !isOpen(one)).length,
  };
}

function disagreements(tasks: readonly CategoryProposal[]): void {
  const counts = new Map<string, number>();
  for (const one of tasks) {
    if (!isOpen(one)) continue;
    const key = `${one.present} → ${one.proposed}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const { same, open, unknown, decidedOtherwise } = summaryOf(tasks);
  printLine(
    `\n${counted(tasks.length, 'task')}: ${same} as proposed, ${open} open, ${decidedOtherwise} decided otherwise, ${unknown} without a proposal`,
  );
  for (const [change, count] of [...counts].sort((a, b) => b[1] - a[1])) printLine(`  ${count}  ${change}`);
}
