import type { OnStep } from '../base/progress.ts';
import { Pairing } from './figures.ts';
import { indexEval } from './index/eval-index.ts';
import { scanTasks } from './scan-tasks.ts';
import type { DocumentSource } from './types.ts';

/** How an eval example overlaps: `content` where it shares a content gram, or is short and repeated whole. */
export type Overlapping = 'boilerplate' | 'content';

/** What one shared example says; of several the most telling. */
export function overlappingOf(shared: { contentGrams: number; short: boolean }): Overlapping {
  return shared.contentGrams > 0 || shared.short ? 'content' : 'boilerplate';
}

/** All examples of an eval task that overlap any of some train tasks, where a pair's evidence is a sample. */
export async function overlappingExamples(
  held: DocumentSource,
  train: readonly DocumentSource[],
  n: number,
  { signal, onStep }: { signal: AbortSignal; onStep: OnStep },
): Promise<Map<number, Overlapping>> {
  const index = await indexEval([held], n, signal);
  const pairing = new Pairing(index);
  const found = new Map<number, Overlapping>();
  await scanTasks(index, { train, signal, onStep }, (source, matches) => {
    for (const { evidence } of pairing.pairs(
      source.task,
      source.examples,
      matches,
      Number.POSITIVE_INFINITY,
    )) {
      for (const shared of evidence) noteOverlap(found, shared.evalExample, overlappingOf(shared));
    }
  });
  return found;
}

export function noteOverlap(found: Map<number, Overlapping>, example: number, how: Overlapping): void {
  if (found.get(example) !== 'content') found.set(example, how);
}
