import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTemplates } from '../../server/collections/formats/promptsource.ts';
import type { TaskFacts } from '../../server/collections/types.ts';
import type { Profile } from '../../server/templates/features/own.ts';
import { featuresOf, profilesOf } from '../../server/templates/features/vectors.ts';
import { simulatedDeclaration } from './declarations.ts';
import { familiesOf } from './families.ts';

/** One labelled template with its features, alone and under each simulated declaration. */
export interface Row {
  task: string;
  template: string;
  family: string;
  alters: boolean;
  /** Whether some template of the task is labelled as the original task. */
  declarable: boolean;
  features: Record<string, number>;
  declared: Record<string, number>;
  /** Under the declaration made without looking at this template; absent where none can be made. */
  declaredWithout?: Record<string, number>;
}

export function tasksOf(folder: string): TaskFacts[] {
  const tasks: TaskFacts[] = [];
  for (const path of globSync('**/templates.yaml', { cwd: folder }).sort()) {
    readTemplates(readFileSync(join(folder, path), 'utf8'), path, {
      task: (facts) => tasks.push(facts),
      skip: (skip) => console.error(`${path}:${skip.line}: ${skip.reason}`),
    });
  }
  return tasks;
}

/** The rows of all labelled templates below a folder of PromptSource's templates. */
export function rowsOf(folder: string): Row[] {
  const rows: (Omit<Row, 'family'> & { text: string })[] = [];
  for (const task of tasksOf(folder)) {
    const profiles = profilesOf(task.templates);
    const declarable = profiles.some((profile) => profile.template.originalTask === true);
    for (const profile of profiles) {
      const { name, text, originalTask } = profile.template;
      if (originalTask === undefined) continue;
      rows.push({
        task: task.name,
        template: name,
        text,
        alters: !originalTask,
        declarable,
        ...vectors(profile, profiles),
      });
    }
  }
  const families = familiesOf(rows);
  return rows.map(({ text: _, ...row }, index) => ({ ...row, family: families[index]! }));
}

function vectors(
  own: Profile,
  all: readonly Profile[],
): Pick<Row, 'features' | 'declared' | 'declaredWithout'> {
  const declaration = simulatedDeclaration(all)!;
  const without = simulatedDeclaration(all, own);
  return {
    features: featuresOf(own, all),
    declared: featuresOf(own, all, declaration),
    declaredWithout: without && featuresOf(own, all, without),
  };
}
