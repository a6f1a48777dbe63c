import { rootOf } from '../analysis/value.ts';
import { fits, isAmong } from '../features/declared.ts';
import { asksForQuestion } from '../features/lexicon.ts';
import type { Profile } from '../features/own.ts';
import { sourceOf } from '../features/roles.ts';
import { mean, sharesAny } from '../features/sets.ts';
import type { AlterationKind, Declaration } from '../types.ts';

export interface Reason {
  kind: AlterationKind;
  message: string;
}

const OPERATIONS: Record<string, string> = {
  length: 'counts',
  count: 'counts',
  first: 'takes the first of',
  last: 'takes the last of',
  sort: 'orders',
  reverse: 'turns round',
  max: 'takes the largest of',
  min: 'takes the smallest of',
  slice: 'cuts',
  split: 'splits',
  compare: 'compares',
  index: 'takes one of',
};

/** Says in words how a flagged template alters its task, and of which kind the alteration is. */
export function reasonFor(
  own: Profile,
  all: readonly Profile[],
  declaration: Declaration,
  declared: boolean,
): Reason {
  const others = all.filter((other) => other !== own);
  const fitting = others.filter((other) => fits(other, declaration));
  const targets = [...own.roles.targets];
  const outside = targets.filter((path) => !isAmong(path, declaration.targets));
  const whose = declared
    ? "this task's target is"
    : "the task's other templates make it likely that its target is";
  const expected =
    declaration.targets.length > 0
      ? `${whose} ${quoted(declaration.targets)}`
      : 'none of the fields is declared a target of this task';
  if (outside.length > 0) {
    const message = `the target prints ${quoted(shown(outside))}; ${expected}`;
    return { kind: kindOfOther(own, fitting, outside, declaration), message };
  }
  const known = new Set(fitting.flatMap((other) => [...other.roles.operations, ...other.roles.tests]));
  const operation = [...own.roles.operations, ...own.roles.tests].find(
    (name) => name in OPERATIONS && !known.has(name),
  );
  if (operation && targets.length > 0) {
    const what = `${OPERATIONS[operation]} ${quoted(shown(targets))}`;
    return {
      kind: 'operation-on-target',
      message: `the target ${what}, which the task's other templates do not`,
    };
  }
  const choices = mean(fitting, (other) => sourceOf(other.analysis).choices, -1);
  if (choices > 0.5 && !sourceOf(own.analysis).choices) {
    return {
      kind: 'choices-changed',
      message: "the source gives no choices, where the task's other templates give them",
    };
  }
  if (fitting.length > 0 && mean(fitting, (other) => other.choiceKind === own.choiceKind) < 0.5) {
    return {
      kind: 'choices-changed',
      message: "the answer choices differ from those of the task's other templates",
    };
  }
  const missing = missingInputs(own, fitting);
  if (missing.length > 0) {
    return {
      kind: 'other-field',
      message: `the source leaves out ${quoted(missing)}, which the task's other templates give`,
    };
  }
  if (asksForQuestion(own.instruction)) {
    return {
      kind: 'generation-for-answer',
      message: `the instruction asks for a question to be written; ${expected}`,
    };
  }
  const message =
    targets.length > 0
      ? `it asks for ${quoted(shown(targets))} in another way than the task's other templates`
      : `the target prints none of the record's fields; ${expected}`;
  return { kind: 'other-field', message };
}

function kindOfOther(
  own: Profile,
  fitting: readonly Profile[],
  outside: readonly string[],
  declaration: Declaration,
): AlterationKind {
  const roots = new Set(outside.map(rootOf));
  const isInput =
    outside.some((path) => isAmong(path, declaration.inputs)) ||
    fitting.some((other) => sharesAny(roots, other.roles.inputRoots));
  if (!isInput) return 'other-field';
  const givesTarget = [...own.roles.inputs].some((path) => isAmong(path, declaration.targets));
  return givesTarget ? 'inverted' : 'generation-for-answer';
}

function missingInputs(own: Profile, fitting: readonly Profile[]): string[] {
  const inputs = own.roles.inputRoots;
  const usual = new Set(fitting.flatMap((other) => [...other.roles.inputRoots]));
  return [...usual].filter(
    (name) => !inputs.has(name) && mean(fitting, (other) => other.roles.inputRoots.has(name)) >= 0.7,
  );
}

function shown(paths: readonly string[]): string[] {
  return [...new Set(paths)].slice(0, 3);
}

function quoted(names: readonly string[]): string {
  const all = names.map((name) => `\`${name}\``);
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}
