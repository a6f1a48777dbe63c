import type { Template } from '../../collections/types.ts';
import type { TemplateAnalysis } from '../types.ts';
import { type Roles, rolesOf, sourceOf, targetOf } from './roles.ts';
import { containsAll, jaccard } from './sets.ts';
import { stemsOf } from './words.ts';

/** A template with all that is computed from it once. */
export interface Profile {
  template: Template;
  analysis: TemplateAnalysis;
  roles: Roles;
  /** Stems of the words that the template writes into the source. */
  instruction: string[];
  /** The same, each once. */
  vocabulary: ReadonlySet<string>;
  targetWords: string[];
  /** The metrics that the template names, lower-case. */
  metrics: Set<string>;
  /** What the answer choices look like, alike for templates that offer the same ones. */
  choiceKind: string;
}

export function profileOf(template: Template, analysis: TemplateAnalysis): Profile {
  const roles = rolesOf(analysis);
  const instruction = stemsOf(sourceOf(analysis).literal);
  return {
    template,
    analysis,
    roles,
    instruction,
    vocabulary: new Set(instruction),
    targetWords: stemsOf(targetOf(analysis).literal),
    metrics: new Set((template.metrics ?? []).map((metric) => metric.toLowerCase())),
    choiceKind: choiceKindOf(template, analysis),
  };
}

function choiceKindOf(template: Template, analysis: TemplateAnalysis): string {
  const choices = analysis.answerChoices;
  if (!choices) return targetOf(analysis).choices || sourceOf(analysis).choices ? 'record' : 'none';
  if (choices.fields.length > 0) return 'record';
  return template.answerChoices ? `written ${choices.literals.length}` : 'none';
}

const YES_NO = new Set(['ye', 'yes', 'no', 'true', 'fals', 'false', 'mayb']);

/** What is to be seen from the template alone. */
export function ownFeatures(profile: Profile): Record<string, number> {
  const { analysis, roles, template } = profile;
  const source = sourceOf(analysis);
  const target = targetOf(analysis);
  const choices = analysis.answerChoices;
  const { targetRoots, inputRoots } = roles;
  const sourceText = source.literal.trim();
  const has = (...names: string[]) => names.some((name) => roles.operations.has(name));
  const tests = (...names: string[]) => names.some((name) => roles.tests.has(name));
  const yesNo =
    choices?.literals.length === 2 &&
    choices.literals.every((choice) => YES_NO.has(stemsOf(choice)[0] ?? ''));
  return {
    parts: analysis.parts.length,
    guarded: analysis.guards.length,
    targetFields: roles.targets.size,
    targetRoots: targetRoots.size,
    deciders: roles.deciders.size,
    decidesOnly: Number(target.uses.length > 0 && target.uses.every((use) => use.via === 'condition')),
    targetKeyed: Number(target.uses.some((use) => use.via === 'key')),
    targetPrints: Number(target.uses.some((use) => use.via === 'value')),
    targetChoices: Number(target.choices),
    targetWords: Math.log1p(profile.targetWords.length),
    targetLiteral: Number(target.uses.length === 0 && !target.choices),
    targetRandom: Number(target.random),
    sourceRandom: Number(source.random),
    sourceFields: roles.inputs.size,
    sourceRoots: inputRoots.size,
    sourceChoices: Number(source.choices),
    sourceWords: Math.log1p(profile.instruction.length),
    asks: Number(sourceText.includes('?')),
    endsAsking: Number(sourceText.endsWith('?')),
    endsOpen: Number(sourceText.endsWith(':')),
    targetInSource: jaccard(roles.targets, roles.inputs),
    targetWithinSource: Number(roles.targets.size > 0 && containsAll(roles.inputs, roles.targets)),
    targetRootsWithinSource: Number(targetRoots.size > 0 && containsAll(inputRoots, targetRoots)),
    counts: Number(has('length', 'count')),
    testsCount: Number(tests('length', 'count')),
    takesFirst: Number(has('first', 'last')),
    takesIndex: Number(has('index', 'pick')),
    slices: Number(has('slice')),
    splits: Number(has('split')),
    sorts: Number(has('sort', 'reverse', 'max', 'min')),
    joins: Number(has('join')),
    replaces: Number(has('replace')),
    draws: Number(has('choice', 'random', 'shuffle')),
    rounds: Number(has('round', '*', '/')),
    shifts: Number(has('-')),
    loops: Number(has('each')),
    compares: Number(has('compare') || tests('compare')),
    choicesWritten: choices?.literals.length ?? 0,
    choicesFromRecord: Number((choices?.fields.length ?? 0) > 0),
    choicesYesNo: Number(yesNo),
    choicesUnused: Number(choices !== undefined && !target.choices && !source.choices),
    choicesHidden: Number(target.choices && !source.choices),
    choicesInPrompt: template.choicesInPrompt === undefined ? -1 : Number(template.choicesInPrompt),
    metricsKnown: Number(profile.metrics.size > 0),
    metricAccuracy: Number(profile.metrics.has('accuracy')),
    metricBleu: Number(profile.metrics.has('bleu')),
    metricRouge: Number(profile.metrics.has('rouge')),
    metricOther: Number(profile.metrics.has('other')),
  };
}
