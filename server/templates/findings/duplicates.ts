import type { Template } from '../../collections/types.ts';
import type { Finding } from '../types.ts';
import { type Checked, EXCLUDE, findingOn } from './context.ts';

/** Templates that say the same as an earlier one of the task, or bear its name. */
export function duplicateFindings(all: readonly Checked[]): Finding[] {
  const texts = new Map<string, Checked>();
  const names = new Map<string, Checked>();
  return all.flatMap((checked) => {
    const { template } = checked.placed;
    const key = sameText(template);
    const twin = texts.get(key);
    const namesake = names.get(template.name);
    if (!twin) texts.set(key, checked);
    if (!namesake) names.set(template.name, checked);
    if (twin) {
      const message = `the same text as the template "${twin.placed.template.name}" in line ${twin.placed.at.line}`;
      return [findingOn(checked, 'duplicate-template', { severity: 'warning', message, fixes: [EXCLUDE] })];
    }
    if (namesake) {
      const message = `the name of another template, in line ${namesake.placed.at.line}: give it one of its own`;
      return [findingOn(checked, 'duplicate-template', { severity: 'warning', message })];
    }
    return [];
  });
}

function sameText(template: Template): string {
  const plain = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
  return `${plain(template.text)}\n${plain(template.answerChoices ?? '')}`;
}
