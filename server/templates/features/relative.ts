import type { Profile } from './own.ts';
import { containsAll, jaccard, mean, sharesAny } from './sets.ts';

/** What sets a template apart from the task's other templates. */
export function relativeFeatures(own: Profile, others: readonly Profile[]): Record<string, number> {
  const { targets, targetRoots, inputRoots, operations, deciders } = own.roles;
  const sameTarget = others.filter((other) => jaccard(targets, other.roles.targets) === 1);
  const sameRoots = others.filter((other) => jaccard(targetRoots, other.roles.targetRoots) === 1);
  const frequency = frequencies(others.map((other) => other.roles.inputRoots));
  const targetFrequency = frequencies(others.map((other) => other.roles.targetRoots));
  const share = (counts: ReadonlyMap<string, number>, name: string) =>
    (counts.get(name) ?? 0) / Math.max(1, others.length);
  const missing = [...frequency.keys()]
    .filter((name) => !inputRoots.has(name))
    .map((name) => share(frequency, name));
  const extra = [...inputRoots].map((name) => 1 - share(frequency, name));
  const otherOperations = frequencies(others.map((other) => other.roles.operations));
  const largest = largestGroup(others);
  return {
    others: Math.log1p(others.length),
    alone: Number(others.length === 0),
    sameTarget: mean(others, (other) => sameTarget.includes(other), 0.5),
    sameTargetRoots: mean(others, (other) => sameRoots.includes(other), 0.5),
    targetAgreement: mean(others, (other) => jaccard(targetRoots, other.roles.targetRoots), 0.5),
    targetShared: mean(others, (other) => sharesAny(targetRoots, other.roles.targetRoots), 0.5),
    targetContained: mean(others, (other) => containsAll(other.roles.targetRoots, targetRoots), 0.5),
    targetRarest: Math.min(1, ...[...targetRoots].map((name) => share(targetFrequency, name))),
    largestTargetGroup: largest.share,
    inLargestGroup: Number(largest.key === groupKey(own)),
    belowLargest: largest.share - mean(others, (other) => groupKey(other) === groupKey(own), 0.5),
    // My target is what the others are given: the task turned round.
    targetIsInput: mean(others, (other) => sharesAny(targetRoots, other.roles.inputRoots), 0),
    targetAllInput: mean(
      others,
      (other) => targetRoots.size > 0 && containsAll(other.roles.inputRoots, targetRoots),
      0,
    ),
    // I am given what the others ask for.
    inputIsTarget: mean(others, (other) => sharesAny(inputRoots, other.roles.targetRoots), 0),
    decidersShared:
      deciders.size === 0 ? -1 : mean(others, (other) => sharesAny(deciders, other.roles.deciders), 0.5),
    inputAgreement: mean(others, (other) => jaccard(inputRoots, other.roles.inputRoots), 0.5),
    inputMissing: Math.max(0, ...missing),
    inputMissingSum: missing.reduce((sum, value) => sum + value, 0),
    inputExtra: Math.max(0, ...extra),
    inputExtraSum: extra.reduce((sum, value) => sum + value, 0),
    fewestInputs: Number(
      others.length > 0 && others.every((other) => other.roles.inputRoots.size > inputRoots.size),
    ),
    newOperations: [...operations].filter((name) => !otherOperations.has(name)).length,
    operationsAgreement: mean(others, (other) => jaccard(operations, other.roles.operations), 0.5),
    sameChoices: mean(others, (other) => other.choiceKind === own.choiceKind, 0.5),
    othersChoices: mean(others, (other) => other.choiceKind !== 'none', 0.5),
    othersSourceChoices: mean(others, (other) => printsChoices(other), 0.5),
    choicesDiffer: mean(others, (other) => printsChoices(other), 0.5) - Number(printsChoices(own)),
    sameChoiceText: mean(others, (other) => other.template.answerChoices === own.template.answerChoices, 0.5),
    othersChoicesInPrompt: mean(others, (other) => other.template.choicesInPrompt === true, 0.5),
    metricsAgreement: mean(others, (other) => jaccard(own.metrics, other.metrics), 0.5),
    othersAccuracy: mean(others, (other) => other.metrics.has('accuracy'), 0.5),
    wordAgreement: mean(others, (other) => jaccard(own.vocabulary, other.vocabulary), 0.5),
    wordNearest: Math.max(0, ...others.map((other) => jaccard(own.vocabulary, other.vocabulary))),
    wordAgreementSameTarget: mean(sameTarget, (other) => jaccard(own.vocabulary, other.vocabulary), -1),
    lengthRatio:
      Math.log1p(own.instruction.length) -
      mean(others, (other) => Math.log1p(other.instruction.length), Math.log1p(own.instruction.length)),
  };
}

function printsChoices(profile: Profile): boolean {
  return profile.analysis.parts[0]?.choices ?? false;
}

export function groupKey(profile: Profile): string {
  return [...profile.roles.targetRoots].sort().join(' ');
}

function largestGroup(profiles: readonly Profile[]): { key: string; share: number } {
  const counts = new Map<string, number>();
  for (const profile of profiles) counts.set(groupKey(profile), (counts.get(groupKey(profile)) ?? 0) + 1);
  const [key, count] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? ['', 0];
  return { key, share: count / Math.max(1, profiles.length) };
}

function frequencies(sets: readonly ReadonlySet<string>[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const set of sets) for (const name of set) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
