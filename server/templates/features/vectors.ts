import type { Template } from '../../collections/types.ts';
import { analyse } from '../analysis/analyse.ts';
import type { Declaration } from '../types.ts';
import { declaredFeatures } from './declared.ts';
import { ownFeatures, type Profile, profileOf } from './own.ts';
import { relativeFeatures } from './relative.ts';

/** Templates that were read last: while a person types in one, its task's others are as they were. */
const KEPT = 2048;
const known = new Map<string, Profile>();

/** Templates of one task, each read once; never the same object twice, so that a template's others can be told from it. */
export function profilesOf(templates: readonly Template[]): Profile[] {
  return templates.map((template) => {
    const { language, text, answerChoices, metrics } = template;
    const key = JSON.stringify([language, text, answerChoices, metrics]);
    const profile = known.get(key) ?? profileOf(template, analyse(template));
    known.delete(key);
    known.set(key, profile);
    if (known.size > KEPT) known.delete(known.keys().next().value!);
    return { ...profile, template };
  });
}

/** The features of one template by name, among the task's templates; with a declaration the declared ones too. */
export function featuresOf(
  own: Profile,
  all: readonly Profile[],
  declaration?: Declaration,
): Record<string, number> {
  const others = all.filter((other) => other !== own && !other.analysis.error);
  const features = { ...ownFeatures(own), ...relativeFeatures(own, others) };
  return declaration ? { ...features, ...declaredFeatures(own, others, declaration) } : features;
}

/** The numbers in the order that a model was trained with. Throws where a feature is missing. */
export function vectorOf(features: Record<string, number>, names: readonly string[]): Float32Array {
  return Float32Array.from(names, (name) => {
    const value = features[name];
    if (value === undefined)
      throw new Error(`the model asks for the feature "${name}", which is not computed`);
    return value;
  });
}
