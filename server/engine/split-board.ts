import { renamed } from '../curation/rulings.ts';
import type { BoardTask, SplitBoard } from '../protocol.ts';
import { placedTasks } from './placed-tasks.ts';
import type { Session } from './session.ts';
import { checkSplit } from './split-checks.ts';
import { sourceOf } from './task-sources.ts';

/** Every task with where it stands, and what stands in the way of a clean split. */
export function splitBoard(session: Session): SplitBoard {
  const { renames } = session.rulings();
  const catalogued = session.catalog.tasks();
  const sources = new Map(catalogued.map((task) => [task.id, sourceOf(task)]));
  const tasks = placedTasks(catalogued, session.placements()).map(
    ({ id, placement, portions }): BoardTask => {
      const { category, split, level, decision } = placement;
      const examples = { train: 0, dev: 0, test: 0 };
      for (const portion of portions) examples[portion.split] += portion.to - portion.from;
      return { id, category, split, level, source: sources.get(id) ?? null, examples, decision };
    },
  );
  return {
    tasks,
    heldOut: (session.bench.file.splits?.held_out ?? []).map((each) => renamed(each, renames)),
    findings: checkSplit(session),
  };
}
