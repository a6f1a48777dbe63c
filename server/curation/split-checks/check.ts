import type { SplitFinding } from '../../protocol.ts';
import { withoutDemonstrations } from './demonstrations.ts';
import { emptyLevels, emptySplits } from './empty.ts';
import type { BenchGround, SplitGround } from './ground.ts';
import { namedTwice } from './named-twice.ts';
import { openPairs } from './open-pairs.ts';
import { outsideCategory } from './outside-category.ts';
import { sourcesOnBothSides } from './shared-sources.ts';
import { testCategoriesInTrain } from './test-categories.ts';

/** Faults that stand in heldout.yaml or a list that it names; none before the first import. */
export function benchFaults(ground: BenchGround): SplitFinding[] {
  if (ground.tasks.length === 0) return [];
  return [
    ...namedTwice(ground),
    ...outsideCategory(ground),
    ...emptySplits(ground),
    ...testCategoriesInTrain(ground),
  ];
}

/** All that stands in the way of a clean split. */
export function splitFindings(ground: SplitGround): SplitFinding[] {
  if (ground.tasks.length === 0) return [];
  return [
    ...benchFaults(ground),
    ...sourcesOnBothSides(ground),
    ...openPairs(ground),
    ...withoutDemonstrations(ground),
    ...emptyLevels(ground),
  ];
}
