import type { FileSplit } from '../catalog/splits.ts';
import type { Split } from '../protocol.ts';

type Side = Exclude<Split, 'none'>;

/** Examples `from` up to (not with) `to` of a task that go to one part of the benchmark. */
export interface Portion {
  split: Side;
  from: number;
  to: number;
}

/** What portions need of a task: its examples stand by the split of their files, train, dev, test, none. */
export interface PortionedTask {
  examples: number;
  trainExamples: number;
  examplesBySplit: Readonly<Record<FileSplit, number>>;
}

/**
 * Which examples of a task go where, by the side it stands on:
 * - train: its train split is trained on, its dev and test splits are held out (what "fully supervised"
 *   tasks are evaluated on). Where files of the task name no split while others do, theirs are not used;
 * - test: its test split and what has no split, else its dev split, else its train split;
 * - dev: its dev split, else its test split and what has no split, else its train split.
 * What has no labels is passed over, as where a split's answers were never published.
 */
export function portionsOf(
  task: PortionedTask,
  side: Side,
  isLabelled: (portion: Portion) => boolean = () => true,
): Portion[] {
  const usable = (portion: Portion) => portion.from < portion.to && isLabelled(portion);
  const { examplesBySplit: counts, examples, trainExamples } = task;
  const train = { from: 0, to: counts.train };
  const dev = { from: counts.train, to: counts.train + counts.dev };
  const test = { from: dev.to, to: dev.to + counts.test };
  const rest = { from: dev.to, to: examples };
  if (side === 'train') {
    const parts: Portion[] = [
      { split: 'train', from: 0, to: trainExamples },
      { split: 'dev', ...dev },
      { split: 'test', ...test },
    ];
    return parts.filter((part) => (part.split === 'train' ? part.from < part.to : usable(part)));
  }
  const wanted = side === 'test' ? [rest, dev, train] : [dev, rest, train];
  const first = wanted.map((range) => ({ split: side, ...range })).find(usable);
  return first ? [first] : [];
}

/**
 * How many of a task's first examples demonstrations are drawn from: its train split. None, where the task is
 * evaluated on just those: a few-shot prompt never shows the answer of another evaluated example.
 */
export function shotPool(
  { trainExamples }: Pick<PortionedTask, 'trainExamples'>,
  portions: readonly Portion[],
): number {
  const evaluated = portions.filter(({ split }) => split !== 'train');
  return evaluated.some(({ from }) => from < trainExamples) ? 0 : trainExamples;
}
