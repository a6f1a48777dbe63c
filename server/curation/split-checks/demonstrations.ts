import type { SplitFinding } from '../../protocol.ts';
import { type BenchGround, benchPlace, inEval, inTrain, listed } from './ground.ts';

/**
 * Eval tasks whose demonstrations come from the examples they are evaluated on, because their files name no
 * train split: a prompt never shows its own example, but it shows the answers of others. One finding a collection.
 */
export function demonstrationsFromEval({ bench, tasks }: BenchGround): SplitFinding[] {
  const findings: SplitFinding[] = [];
  for (const [position, { name }] of bench.collections.entries()) {
    const own = tasks.filter((task) => task.collection === name);
    const ids = own
      .filter((task) => inEval(task) && task.portions.some(({ from }) => from < task.trainExamples))
      .map(({ id }) => id);
    if (ids.length === 0) continue;
    const { location, edit } = benchPlace(bench, ['collections', position]);
    const how = !own.some(inTrain)
      ? 'say "split: test" for the collection, or give it a train file'
      : 'name its eval tasks as a collection of their own (include, exclude) that says "split: test"';
    findings.push({
      code: 'demonstrations-from-eval',
      message: `few-shot prompts of ${listed(ids)} would show examples that ${ids.length === 1 ? 'it is' : 'they are'} evaluated on, for want of a train split: ${how}`,
      tasks: ids,
      location,
      remedies: [edit],
    });
  }
  return findings;
}
