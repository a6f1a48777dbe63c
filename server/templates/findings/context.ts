import type { Fields, Template } from '../../collections/types.ts';
import type { Profile } from '../features/own.ts';
import type { PlacedTask, PlacedTemplate } from '../files/template-file.ts';
import type { Declaration, Finding, FindingCode, Fix, Range, Severity } from '../types.ts';

/** What a template makes of one record; throws where it can't be rendered. Undefined: not tried, for want of time. */
export type RenderTemplate = (
  template: Template,
  fields: Fields,
) => { source: string; target: string; choices: readonly string[] | undefined } | undefined;

export interface FindingOptions {
  /** What a person declared; without it one is proposed and scores are less sure. */
  declaration?: Declaration;
  /** Some of the task's records. Without them, fields are judged by what the task's templates use. */
  records?: readonly Fields[];
  /** Needed to use the records for more than their fields' names. */
  render?: RenderTemplate;
}

/** One template under check, among the templates of its task. */
export interface Checked {
  placed: PlacedTemplate;
  profile: Profile;
  others: readonly Profile[];
  task: PlacedTask;
  options: FindingOptions;
}

export interface FindingText {
  severity: Severity;
  message: string;
  score?: number;
  at?: Range;
  fixes?: Fix[];
}

/** A finding about one template; at its name when no other place is given. */
export function findingOn(checked: Checked, code: FindingCode, text: FindingText): Finding {
  const { at = checked.placed.at, score = 1, ...rest } = text;
  const { task, file } = checked.task;
  return { file, task, template: checked.placed.template.name, ...at, code, score, ...rest };
}

export const EXCLUDE: Fix = { title: 'Leave the template out of the bench', kind: 'exclude' };

/** Sets a value of the metadata where the file writes it. */
export function setValue(placed: PlacedTemplate, key: string, text: string, title: string): Fix[] {
  const at = placed.valueAt(key);
  return at ? [{ title, kind: 'edit', edits: [{ ...at, text }] }] : [];
}
