import type { SplitFinding } from '../../protocol.ts';
import { shotPool } from '../portions.ts';
import { type BenchGround, benchPlace, inEval, inTrain, listed } from './ground.ts';

/**
 * Eval tasks that few-shot prompts have nothing to show of: all that could be shown is evaluated on, because
 * their files name no train split, and their definition has no worked example. One finding a collection.
 */
export function withoutDemonstrations({ bench, tasks }: BenchGround): SplitFinding[] {
  const findings: SplitFinding[] = [];
  for (const [position, { name }] of bench.collections.entries()) {
    const own = tasks.filter((task) => task.collection === name);
    const ids = own
      .filter(
        (task) =>
          inEval(task) && task.trainExamples > 0 && shotPool(task, task.portions) === 0 && !task.worked,
      )
      .map(({ id }) => id);
    if (ids.length === 0) continue;
    const { location, edit } = benchPlace(bench, ['collections', position]);
    const how = !own.some(inTrain)
      ? 'say "split: test" for the collection, or give it a train file'
      : 'name its eval tasks as a collection of their own (include, exclude) that says "split: test"';
    findings.push({
      code: 'no-demonstrations',
      message: `few-shot prompts of ${listed(ids)} show no demonstrations, for want of a train split that ${ids.length === 1 ? 'it is' : 'they are'} not evaluated on: ${how}`,
      tasks: ids,
      location,
      remedies: [edit],
    });
  }
  return findings;
}
