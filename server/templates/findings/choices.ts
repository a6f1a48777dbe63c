import { sourceOf, targetOf } from '../features/roles.ts';
import type { Finding } from '../types.ts';
import { type Checked, findingOn, setValue } from './context.ts';

/** What the metadata says of the answer choices, against what the text does with them. */
export function choiceFindings(checked: Checked): Finding[] {
  const { placed, profile } = checked;
  const said = placed.template.choicesInPrompt;
  const choices = profile.analysis.answerChoices;
  if (said === undefined || profile.analysis.error) return [];
  const at = placed.valueAt('choices_in_prompt') ?? placed.at;
  const show = choicesShown(checked);
  if (said && !choices) {
    if (sourceOf(profile.analysis).choices || targetOf(profile.analysis).choices) {
      return [
        findingOn(checked, 'choices-missing', {
          severity: 'warning',
          message: 'the template prints answer_choices, and none are given',
          at,
        }),
      ];
    }
    return [];
  }
  if (said && show === 'none') {
    const fixes = setValue(
      placed,
      'choices_in_prompt',
      'false',
      'Say that the choices are not in the prompt',
    );
    const message = 'choices_in_prompt is true, and the source shows none of the answer choices';
    return [findingOn(checked, 'choices-missing', { severity: 'warning', message, at, fixes })];
  }
  if (!said && choices && show === 'all') {
    const fixes = setValue(placed, 'choices_in_prompt', 'true', 'Say that the choices are in the prompt');
    const message = 'choices_in_prompt is false, and the source shows the answer choices';
    return [findingOn(checked, 'metadata-contradiction', { severity: 'information', message, at, fixes })];
  }
  return [];
}

/** Whether the source shows the choices: printed from `answer_choices`, from their fields, or written out. */
function choicesShown({ profile }: Checked): 'all' | 'some' | 'none' {
  const source = sourceOf(profile.analysis);
  const choices = profile.analysis.answerChoices;
  // A choice that a field picks is one of them.
  if (source.choices) return source.uses.some(({ via }) => via === 'key') ? 'some' : 'all';
  if (!choices) return 'none';
  if (choices.fields.length > 0) {
    return choices.fields.some((path) => profile.roles.inputs.has(path)) ? 'some' : 'none';
  }
  const text = source.literal.toLowerCase();
  const shown = choices.literals.filter((choice) => text.includes(choice.toLowerCase()));
  if (shown.length === 0) return 'none';
  // A single letter or number stands in a text by chance.
  const telling = choices.literals.every((choice) => choice.length > 2);
  return telling && shown.length === choices.literals.length ? 'all' : 'some';
}
