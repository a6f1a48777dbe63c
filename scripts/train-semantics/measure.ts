import type { Profile } from '../../server/templates/features/own.ts';
import { profilesOf } from '../../server/templates/features/vectors.ts';
import type { Score, SemanticsModel } from '../../server/templates/model/semantics-model.ts';
import { simulatedDeclaration } from './declarations.ts';
import { tasksOf } from './rows.ts';

export interface Fit {
  templates: number;
  altering: number;
  flagged: number;
  f1: number;
  warnings: number;
  warningPrecision: number;
}

/**
 * What the committed model says of the labelled templates below a folder, which it was trained on: a check that
 * the artefact is the one the card describes, not a measure of how well it does on others.
 */
export async function measureFit(
  folder: string,
  model: SemanticsModel,
): Promise<{ undeclared: Fit; declared: Fit }> {
  const undeclared: Judged[] = [];
  const declared: Judged[] = [];
  for (const task of tasksOf(folder)) {
    const profiles = profilesOf(task.templates);
    undeclared.push(...judged(profiles, await model.score(profiles)));
    declared.push(...judged(profiles, await model.score(profiles, simulatedDeclaration(profiles))));
  }
  return { undeclared: fitOf(undeclared), declared: fitOf(declared) };
}

interface Judged {
  alters: boolean;
  severity: Score['severity'];
}

function judged(profiles: readonly Profile[], scores: readonly Score[]): Judged[] {
  return profiles.flatMap(({ template }, index) =>
    template.originalTask === undefined
      ? []
      : [{ alters: !template.originalTask, severity: scores[index]!.severity }],
  );
}

function fitOf(all: readonly Judged[]): Fit {
  const altering = all.filter(({ alters }) => alters).length;
  const flagged = all.filter(({ severity }) => severity !== undefined);
  const warned = all.filter(({ severity }) => severity === 'warning');
  const right = flagged.filter(({ alters }) => alters).length;
  return {
    templates: all.length,
    altering,
    flagged: flagged.length,
    f1: (2 * right) / Math.max(1, flagged.length + altering),
    warnings: warned.length,
    warningPrecision: warned.filter(({ alters }) => alters).length / Math.max(1, warned.length),
  };
}
