import { messageOf } from '../../base/problem.ts';
import { TemplateCache } from '../../prompts/compiled.ts';
import { TemplateError } from '../../prompts/types.ts';
import { sourceOf, targetOf } from '../features/roles.ts';
import type { PlacedTemplate } from '../files/template-file.ts';
import type { Finding, Range, Use } from '../types.ts';
import { type Checked, EXCLUDE, findingOn, setValue } from './context.ts';

const cache = new TemplateCache();

/** Errors of the template's own text: Jinja, separators, a target that is always empty, an answer given away. */
export function textFindings(checked: Checked): Finding[] {
  const error = syntaxFinding(checked);
  if (error) return [error];
  if (checked.profile.analysis.error) return [];
  return [separators(checked), emptyTarget(checked), givenAway(checked)].filter(
    (finding) => finding !== undefined,
  );
}

function syntaxFinding(checked: Checked): Finding | undefined {
  const { placed } = checked;
  try {
    cache.get(placed.template);
    return undefined;
  } catch (error) {
    const at = error instanceof TemplateError ? placeOf(placed, error) : placed.textAt();
    return findingOn(checked, 'jinja-error', {
      severity: 'error',
      message: messageOf(error),
      at,
      fixes: [EXCLUDE],
    });
  }
}

/** Where an error with a line and column of the template's own text stands in the file. */
export function placeOf(placed: PlacedTemplate, error: TemplateError): Range {
  if (error.message.startsWith('in answer_choices')) return placed.valueAt('answer_choices') ?? placed.at;
  if (error.line === undefined) return placed.textAt();
  const lines = placed.template.text.split('\n');
  const before = lines.slice(0, error.line - 1).reduce((sum, line) => sum + line.length + 1, 0);
  const line = lines[error.line - 1] ?? '';
  const from = before + Math.max(0, (error.column ?? 1) - 1);
  return placed.textAt(Math.min(from, placed.template.text.length), before + line.length);
}

function separators(checked: Checked): Finding | undefined {
  const { parts } = checked.profile.analysis;
  if (parts.length === 2) return undefined;
  const at = checked.placed.textAt();
  if (parts.length > 2) {
    const message = `"|||" stands ${parts.length - 1} times: what follows the second one is not part of the target`;
    return findingOn(checked, 'several-separators', { severity: 'warning', message, at });
  }
  const end = checked.placed.textEnd;
  return findingOn(checked, 'no-separator', {
    severity: 'error',
    message: 'there is no "|||": the template has no target',
    at,
    fixes: end
      ? [{ title: 'Add the separator at the end', kind: 'edit', edits: [{ ...end, text: ' ||| ' }] }]
      : [EXCLUDE],
  });
}

function emptyTarget(checked: Checked): Finding | undefined {
  const { analysis } = checked.profile;
  const target = targetOf(analysis);
  if (analysis.parts.length < 2 || target.uses.length > 0 || target.choices || target.literal.trim())
    return undefined;
  const message = 'nothing follows "|||": the target is empty on every record';
  return findingOn(checked, 'empty-target', {
    severity: 'error',
    message,
    at: checked.placed.textAt(),
    fixes: [EXCLUDE],
  });
}

/** The source prints the very text that the target asks for, and not as one of several choices. */
function givenAway(checked: Checked): Finding | undefined {
  const { analysis } = checked.profile;
  const source = sourceOf(analysis);
  if (source.choices) return pickedInBoth(checked);
  const steps = (operations: readonly string[]) => operations.join('\n');
  const shown = new Set(
    source.uses
      .filter((use) => use.via === 'value' && !use.operations.includes('each'))
      .map((use) => `${use.path}\n${steps(use.operations)}`),
  );
  const given = targetOf(analysis).uses.find(
    (use) => use.via === 'value' && shown.has(`${use.path}\n${steps(use.operations)}`),
  );
  if (!given || gaveAwayOnNoRecord(checked)) return undefined;
  return findingOn(checked, 'answer-in-source', {
    severity: 'warning',
    message: `the source prints \`${given.path}\`, which the target asks for`,
    at: checked.placed.textAt(),
    fixes: [EXCLUDE, ...setValue(checked.placed, 'original_task', 'false', 'Mark as not the original task')],
  });
}

/** The source picks the very choice that the target prints, by the same field. */
function pickedInBoth(checked: Checked): Finding | undefined {
  const { analysis } = checked.profile;
  const target = targetOf(analysis);
  if (!target.choices) return undefined;
  const picks = ({ via, path, operations }: Use) =>
    via === 'key' ? `${path}\n${operations.join('\n')}` : '';
  const shown = new Set(sourceOf(analysis).uses.map(picks).filter(Boolean));
  const given = target.uses.find((use) => shown.has(picks(use)));
  if (!given || gaveAwayOnNoRecord(checked)) return undefined;
  return findingOn(checked, 'answer-in-source', {
    severity: 'warning',
    message: `the source prints the choice that \`${given.path}\` picks, which the target asks for`,
    at: checked.placed.textAt(),
    fixes: [EXCLUDE],
  });
}

/** Where records are at hand they decide: whether the target's text stands in the source of any of them. */
function gaveAwayOnNoRecord({ options, placed }: Checked): boolean {
  const { records, render } = options;
  if (!records || !render || records.length === 0) return false;
  return !records.some((fields) => {
    try {
      const { source = '', target = '' } = render(placed.template, fields) ?? {};
      return target.trim() !== '' && source.includes(target.trim());
    } catch {
      // The record's own fault is another finding.
      return false;
    }
  });
}
