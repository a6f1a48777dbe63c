import type { Template } from '../../collections/types.ts';
import { analyse } from '../analysis/analyse.ts';
import type { Declaration } from '../types.ts';
import { declaredFeatures } from './declared.ts';
import { ownFeatures, type Profile, profileOf } from './own.ts';
import { relativeFeatures } from './relative.ts';

/** Templates of one task, each read once. */
export function profilesOf(templates: readonly Template[]): Profile[] {
  return templates.map((template) => profileOf(template, analyse(template)));
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
