import { createHash } from 'node:crypto';
import type { PairFigures } from '../overlap/types.ts';

/**
 * What a decision on a pair rests on: the figures, the content of both tasks, and the rule. Any change
 * of these shows the pair again.
 */
export function evidenceHash(
  figures: PairFigures,
  taskHashes: readonly string[],
  ngram: number,
  rule: string,
): string {
  const {
    train,
    eval: evalTask,
    evalExamples,
    overlapping,
    overlappingContent,
    short,
    shortMatches,
  } = figures;
  const rest = [train, evalTask, evalExamples, overlapping, overlappingContent, short, shortMatches];
  return createHash('sha256')
    .update(JSON.stringify([rest, taskHashes, ngram, rule]))
    .digest('hex')
    .slice(0, 32);
}
