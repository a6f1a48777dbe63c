import { messageOf } from '../../base/problem.ts';
import { TemplateError } from '../../prompts/types.ts';
import type { Finding } from '../types.ts';
import { type Checked, EXCLUDE, findingOn } from './context.ts';
import { placeOf } from './text.ts';

/** What shows only when records are rendered: errors, empty targets, records that are left out. */
export function recordFindings(checked: Checked): Finding[] {
  const { records, render } = checked.options;
  if (!records || !render || records.length === 0) return [];
  const failures: unknown[] = [];
  let tried = 0;
  let rendered = 0;
  let empty = 0;
  let leftOut = 0;
  for (const fields of records) {
    try {
      const result = render(checked.placed.template, fields);
      if (!result) break;
      tried++;
      const { source, target } = result;
      // A template whose condition leaves a record out says nothing about it.
      if (!source.trim() && !target.trim()) {
        leftOut++;
        continue;
      }
      rendered++;
      if (!target.trim()) empty++;
    } catch (error) {
      tried++;
      failures.push(error);
    }
  }
  const found: Finding[] = [];
  if (failures.length > 0) {
    const [first] = failures;
    const at = first instanceof TemplateError ? placeOf(checked.placed, first) : undefined;
    const message = `${messageOf(first)} (on ${failures.length} of ${tried} records)`;
    found.push(findingOn(checked, 'jinja-error', { severity: 'error', message, at, fixes: [EXCLUDE] }));
  }
  if (empty > 0) {
    const severity = empty === rendered ? 'error' : 'warning';
    const message = `the target is empty on ${empty} of ${rendered} records`;
    const score = empty / rendered;
    found.push(
      findingOn(checked, 'empty-target', {
        severity,
        score,
        message,
        at: checked.placed.textAt(),
        fixes: [EXCLUDE],
      }),
    );
  }
  if (leftOut > 0) {
    const message = `prints nothing for ${leftOut} of ${tried} records: it leaves them out`;
    const score = leftOut / tried;
    found.push(
      findingOn(checked, 'empty-target', {
        severity: leftOut === tried ? 'error' : 'information',
        score,
        message,
        at: checked.placed.textAt(),
      }),
    );
  }
  return found;
}
