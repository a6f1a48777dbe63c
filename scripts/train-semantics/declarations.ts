import type { Profile } from '../../server/templates/features/own.ts';
import { rootsOf } from '../../server/templates/features/roles.ts';
import type { Declaration } from '../../server/templates/types.ts';

/**
 * A person's declaration, simulated: the one to three fields (by their names in the record) that most of the
 * templates labelled as the original task print in their targets. A task without any such template gets the
 * declaration "none of its fields". With `without`, that template's label is not looked at (leave one out);
 * undefined where no other template of the original task is left.
 */
export function simulatedDeclaration(
  profiles: readonly Profile[],
  without?: Profile,
): Declaration | undefined {
  const originals = profiles.filter(
    (profile) => profile.template.originalTask === true && profile !== without,
  );
  if (without && originals.length === 0 && without.template.originalTask === true) return undefined;
  const counts = new Map<string, number>();
  for (const profile of originals) {
    for (const field of rootsOf(profile.roles.targets)) counts.set(field, (counts.get(field) ?? 0) + 1);
  }
  const targets = [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 3)
    .map(([field]) => field);
  const inputs = [...new Set(originals.flatMap((profile) => [...rootsOf(profile.roles.inputs)]))];
  return { targets, inputs: inputs.filter((field) => !targets.includes(field)) };
}
