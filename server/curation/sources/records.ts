import type { PairFigures } from '../../protocol.ts';

/** So many of an eval task's records: tasks that ask other things about some of the same texts share fewer. */
const SAME_DATA = 0.8;

/** Whether the records say that two tasks are of the same data: what was searched for overlap tells it. */
export function sameRecords(
  figures: Pick<PairFigures, 'overlappingContent' | 'shortMatches' | 'evalExamples'>,
): boolean {
  const { overlappingContent, shortMatches, evalExamples } = figures;
  return evalExamples > 0 && (overlappingContent + shortMatches) / evalExamples >= SAME_DATA;
}
