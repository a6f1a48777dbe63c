import { rootOf } from '../analysis/value.ts';
import type { PartAnalysis, TemplateAnalysis, Use } from '../types.ts';

/** Which fields a template takes as its input and which it asks for, with what is done to them. */
export interface Roles {
  /** Paths that the target prints or that pick what it prints. */
  targets: Set<string>;
  /** The fields that `targets` and `inputs` start at. */
  targetRoots: Set<string>;
  inputRoots: Set<string>;
  /** Paths that only decide which text the target prints (conditions). */
  deciders: Set<string>;
  /** Paths that the source prints. */
  inputs: Set<string>;
  /** Operations on what the target prints. */
  operations: Set<string>;
  /** Operations on the conditions that decide it. */
  tests: Set<string>;
}

const NO_PART: PartAnalysis = { literal: '', uses: [], choices: false, picked: [], random: false };

export function sourceOf(analysis: TemplateAnalysis): PartAnalysis {
  return analysis.parts[0] ?? NO_PART;
}

/** The target; where a template has several separators, all that follows the first. */
export function targetOf(analysis: TemplateAnalysis): PartAnalysis {
  const rest = analysis.parts.slice(1);
  if (rest.length < 2) return rest[0] ?? NO_PART;
  return {
    literal: rest.map((part) => part.literal).join(' '),
    uses: rest.flatMap((part) => part.uses),
    choices: rest.some((part) => part.choices),
    picked: rest.flatMap((part) => part.picked),
    random: rest.some((part) => part.random),
  };
}

export function rolesOf(analysis: TemplateAnalysis): Roles {
  const source = sourceOf(analysis);
  const target = targetOf(analysis);
  const printed = target.uses.filter((use) => use.via === 'value');
  const keys = target.uses.filter((use) => use.via === 'key' && !onlyCounts(use));
  const conditions = target.uses.filter((use) => use.via === 'condition');
  const targets = new Set([...printed, ...keys].map((use) => use.path));
  const deciders = new Set(conditions.map((use) => use.path));
  const choiceFields = analysis.answerChoices?.fields ?? [];
  if (targets.size === 0) {
    for (const use of target.uses) if (use.via === 'key') targets.add(use.path);
    if (targets.size === 0) for (const path of deciders) targets.add(path);
    if (target.choices && targets.size === 0)
      for (const path of pickedFields(analysis, target)) targets.add(path);
  }
  const inputs = new Set(source.uses.filter((use) => use.via !== 'condition').map((use) => use.path));
  if (source.choices) for (const path of choiceFields) inputs.add(path);
  return {
    targets,
    targetRoots: rootsOf(targets),
    inputRoots: rootsOf(inputs),
    deciders,
    inputs,
    operations: new Set([...printed, ...keys].flatMap((use) => use.operations)),
    tests: new Set(conditions.flatMap((use) => use.operations)),
  };
}

/** The fields of the choices that the target prints: those it names, else all. */
function pickedFields(analysis: TemplateAnalysis, target: PartAnalysis): string[] {
  const { each = [], fields = [] } = analysis.answerChoices ?? {};
  const named = target.picked.map((number) => each.at(number));
  return named.length > 0 && named.every((choice) => choice && choice.length > 0)
    ? (named.flat() as string[])
    : fields;
}

/** `options[i]` in `range(options|length)` says nothing about `options` as an answer. */
function onlyCounts(use: Use): boolean {
  return use.operations.includes('length') || use.operations.includes('count');
}

export function rootsOf(paths: Iterable<string>): Set<string> {
  return new Set([...paths].map(rootOf));
}
