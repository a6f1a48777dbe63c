import { rootOf } from '../analysis/value.ts';
import type { Declaration } from '../types.ts';
import type { Profile } from './own.ts';
import { sourceOf } from './roles.ts';
import { containsAll, jaccard, mean, sharesAny } from './sets.ts';

/** Whether a path is one of the fields named, or lies below one (`answers.text` below `answers`). */
export function isAmong(path: string, fields: readonly string[]): boolean {
  return fields.some((field) => path === field || path.startsWith(`${field}.`) || rootOf(path) === field);
}

/** Whether all that a template's target prints is declared; false where it prints no field. */
export function fits(profile: Profile, declaration: Declaration): boolean {
  const targets = [...profile.roles.targets];
  return targets.length > 0 && targets.every((path) => isAmong(path, declaration.targets));
}

const NARROWING = ['length', 'count', 'first', 'last', 'sort', 'reverse', 'max', 'min', 'slice'];

/** What sets a template apart from the task as a person declared it, and from the templates that fit. */
export function declaredFeatures(
  own: Profile,
  others: readonly Profile[],
  declaration: Declaration,
): Record<string, number> {
  const targets = [...own.roles.targets];
  const inside = targets.filter((path) => isAmong(path, declaration.targets));
  const inputs = [...own.roles.inputs];
  const given = inputs.filter((path) => isAmong(path, declaration.targets));
  const fitting = others.filter((other) => fits(other, declaration));
  const known = new Set(fitting.flatMap((other) => [...other.roles.operations, ...other.roles.tests]));
  const operations = new Set([...own.roles.operations, ...own.roles.tests]);
  const { inputRoots, targetRoots } = own.roles;
  const share = (name: string) => mean(fitting, (other) => other.roles.inputRoots.has(name));
  const usual = new Set(fitting.flatMap((other) => [...other.roles.inputRoots]));
  const missing = [...usual].filter((name) => !inputRoots.has(name)).map(share);
  const extra = [...inputRoots].map((name) => 1 - share(name));
  const words = own.vocabulary;
  return {
    declaredTargets: declaration.targets.length,
    declaredShare: inside.length / Math.max(1, targets.length),
    declaredAll: Number(targets.length > 0 && inside.length === targets.length),
    declaredAny: Number(inside.length > 0),
    undeclared: targets.length - inside.length,
    noTargetField: Number(targets.length === 0),
    deciderDeclared: Number([...own.roles.deciders].some((path) => isAmong(path, declaration.targets))),
    targetGiven: given.length,
    targetIsOthersInput: mean(fitting, (other) => sharesAny(targetRoots, other.roles.inputRoots), -1),
    fittingOthers: fitting.length,
    newToFitting: fitting.length > 0 ? [...operations].filter((name) => !known.has(name)).length : -1,
    narrows:
      fitting.length > 0 ? NARROWING.filter((name) => operations.has(name) && !known.has(name)).length : -1,
    comparesAlone: fitting.length > 0 ? Number(operations.has('compare') && !known.has('compare')) : -1,
    operationsLikeFitting: mean(
      fitting,
      (other) => jaccard(operations, new Set([...other.roles.operations, ...other.roles.tests])),
      -1,
    ),
    missingOfFitting: Math.max(0, ...missing),
    fewerThanFitting: Number(
      fitting.length > 0 && fitting.every((other) => !containsAll(inputRoots, other.roles.inputRoots)),
    ),
    extraToFitting: Math.max(0, ...(fitting.length > 0 ? extra : [])),
    choicesLikeFitting: mean(fitting, (other) => own.choiceKind === other.choiceKind, -1),
    sourceChoicesLikeFitting: mean(
      fitting,
      (other) => sourceOf(own.analysis).choices === sourceOf(other.analysis).choices,
      -1,
    ),
    metricsLikeFitting: mean(fitting, (other) => jaccard(own.metrics, other.metrics), -1),
    wordsLikeFitting: mean(fitting, (other) => jaccard(words, other.vocabulary), -1),
  };
}
