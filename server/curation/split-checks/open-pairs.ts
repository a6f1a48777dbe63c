import type { SplitFinding } from '../../protocol.ts';
import { inEval, inTrain, type SplitGround } from './ground.ts';

/** Pairs above the threshold that nobody ruled on, or that changed since; and a search that was not made. */
export function openPairs({ tasks, pairs, pairsAreOld }: SplitGround): SplitFinding[] {
  const findings: SplitFinding[] = [];
  const trained = new Set(tasks.filter(inTrain).map(({ id }) => id));
  const evaluated = new Set(tasks.filter(inEval).map(({ id }) => id));
  if ((!pairs || pairsAreOld) && trained.size > 0 && evaluated.size > 0) {
    findings.push({
      code: 'pairs-not-searched',
      message: pairs
        ? 'tasks changed since overlaps were looked for: find overlaps again'
        : 'overlaps were not looked for yet: find overlaps',
      tasks: [],
      remedies: [{ kind: 'find-overlaps' }],
    });
  }
  const open = (pairs ?? []).filter(
    (pair) => pair.above && !pair.decided && trained.has(pair.train) && evaluated.has(pair.eval),
  );
  for (const { train, eval: evalTask, share, sameRecords } of open.sort((a, b) => b.share - a.share)) {
    findings.push({
      code: 'undecided-pair',
      message: `${percent(share)} of the examples of ${evalTask} share text with ${train}${sameRecords ? ' (by their records the same data)' : ''}, and nobody ruled on it: look at the pair`,
      tasks: [train, evalTask],
      remedies: [
        { kind: 'review-pair', train, eval: evalTask },
        { kind: 'rule-on-pair', train, eval: evalTask, verdict: 'remove-train' },
        { kind: 'rule-on-pair', train, eval: evalTask, verdict: 'retain' },
      ],
    });
  }
  return findings;
}

function percent(share: number): string {
  return share < 0.095 ? `${(share * 100).toFixed(1)} %` : `${Math.round(share * 100)} %`;
}
