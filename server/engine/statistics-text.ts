import type { StatisticsView } from '../protocol.ts';

/** Table 1 as Markdown: what a paper or a README of the bench shows. */
export function statisticsMarkdown(view: StatisticsView): string {
  const unit = view.unit === 'tokens' ? 'tokens' : 'words';
  const heading = [
    'Collection',
    'Categories',
    'Tasks',
    'Examples',
    'Prompts per task',
    `Prompt length, mean (${unit})`,
    'std',
  ];
  const cells = statisticsCells(view);
  const line = (columns: readonly string[]) =>
    `| ${columns.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    line(heading),
    `|---|${'---:|'.repeat(heading.length - 1)}`,
    ...cells.map(line),
    '',
    statisticsNote(view),
    '',
  ].join('\n');
}

/** The cells of each collection, then of all together. */
export function statisticsCells({ rows, total }: StatisticsView): string[][] {
  return [...rows, { ...total, collection: 'all' }].map((row) => [
    row.collection,
    String(row.categories),
    String(row.tasks),
    String(row.examples),
    row.promptsPerTask.toFixed(1),
    row.promptLength?.mean.toFixed(1) ?? '–',
    row.promptLength?.std.toFixed(1) ?? '–',
  ]);
}

/** What the figures rest on, in a sentence. */
export function statisticsNote({ unit, sample, seed, total }: StatisticsView): string {
  const failed = total.failed > 0 ? `; ${total.failed} more could not be rendered` : '';
  return (
    `Lengths in ${unit} of ${total.sampled} prompts: up to ${sample} a task, drawn by seed ${seed}, ` +
    `without demonstrations; tasks weigh as many examples as they have${failed}.`
  );
}
