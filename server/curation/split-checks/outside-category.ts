import type { SplitFinding } from '../../protocol.ts';
import { type BenchGround, benchPlace } from './ground.ts';

/** Tasks that `partially_held_out` names under a category that isn't theirs: the line does nothing. */
export function outsideCategory({ bench, now, tasks }: BenchGround): SplitFinding[] {
  const findings: SplitFinding[] = [];
  for (const [category, names] of Object.entries(bench.file.splits?.partially_held_out ?? {})) {
    for (const [index, name] of names.entries()) {
      const meant = tasks.filter((task) => task.id === name || task.name === name);
      if (meant.length === 0 || meant.some(({ placement }) => placement.category === now(category))) continue;
      const { id, placement } = meant[0]!;
      const { location, edit } = benchPlace(bench, ['splits', 'partially_held_out', category, index]);
      const stands = placement.split === 'none' ? 'is left out' : `stands in ${placement.split}`;
      findings.push({
        code: 'task-outside-category',
        message: `"${name}" is not of the category ${category} but of ${placement.category}, so this holds nothing out (it ${stands}): name it under ${placement.category}`,
        tasks: [id],
        location,
        remedies: [edit],
      });
    }
  }
  return findings;
}
