import type { CatalogTask } from '../catalog/tasks.ts';
import type { Placement } from '../curation/placement.ts';
import { portionsOf } from '../curation/portions.ts';
import type { PlacedTask } from '../curation/split-checks/ground.ts';

/** The catalogue's tasks as the checks of the split take them. Which examples have no labels is not looked up. */
export function placedTasks(
  tasks: readonly CatalogTask[],
  placements: ReadonlyMap<string, Placement>,
): PlacedTask[] {
  return tasks.map((task) => {
    const { id, collection, name, trainExamples } = task;
    const placement = placements.get(id)!;
    const portions = placement.split === 'none' ? [] : portionsOf(task, placement.split);
    return {
      id,
      collection,
      name,
      placement,
      portions,
      trainExamples,
      // Facts are unpacked when asked for.
      get worked() {
        return (task.facts.demonstrations?.length ?? 0) > 0;
      },
    };
  });
}
