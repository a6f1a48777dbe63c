import type { SplitFinding } from '../../protocol.ts';
import { type BenchGround, benchPlace, counted, inTrain, listed } from './ground.ts';

/** Categories that are evaluated on as a whole and yet trained on: by `use: train` or by a decision. */
export function testCategoriesInTrain({ bench, now, tasks }: BenchGround): SplitFinding[] {
  const findings: SplitFinding[] = [];
  const seen = new Set<string>();
  for (const list of ['held_out', 'test', 'dev'] as const) {
    for (const [index, named] of (bench.file.splits?.[list] ?? []).entries()) {
      const category = now(named);
      if (seen.has(category)) continue;
      const trained = tasks.filter((task) => task.placement.category === category && inTrain(task));
      if (trained.length === 0) continue;
      seen.add(category);
      const ids = trained.map(({ id }) => id);
      const { location, edit } = benchPlace(bench, ['splits', list, index]);
      findings.push({
        code: 'test-category-in-train',
        message: `the category ${category} is ${list === 'held_out' ? 'held out' : `in ${list}`}, yet ${counted(ids.length, 'task')} of it ${ids.length === 1 ? 'is' : 'are'} trained on (${listed(ids)}): hold ${ids.length === 1 ? 'it' : 'them'} out too, or leave out`,
        tasks: ids,
        location,
        remedies: [
          { kind: 'hold-out-category', category, tasks: ids },
          { kind: 'leave-out', tasks: ids },
          edit,
        ],
      });
    }
  }
  return findings;
}
