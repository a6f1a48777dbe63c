import { nearest } from '../../bench/nearest.ts';
import type { Fields } from '../../collections/types.ts';
import type { Finding, Range } from '../types.ts';
import { type Checked, findingOn } from './context.ts';

/** Fields that the template reads and the records don't have. */
export function fieldFindings(checked: Checked): Finding[] {
  const { options, profile, others } = checked;
  const { variables } = profile.analysis;
  if (options.records && options.records.length > 0) {
    const fields = fieldsOf(options.records);
    return variables
      .filter((name) => !fields.has(name))
      .map((name) => {
        const guess = nearest(name, [...fields]);
        const hint = guess
          ? `did you mean \`${guess}\`?`
          : `they have ${[...fields].slice(0, 12).join(', ')}`;
        const message = `no record has the field \`${name}\`: ${hint}`;
        return findingOn(checked, 'unknown-field', {
          severity: 'error',
          message,
          at: placeOf(checked, name),
        });
      });
  }
  return others.length < 2 ? [] : variables.flatMap((name) => oddField(checked, name) ?? []);
}

/** Without records: a name that no other template uses and that looks like one that most of them use. */
function oddField(checked: Checked, name: string): Finding | undefined {
  const uses = new Map<string, number>();
  for (const other of checked.others) {
    for (const variable of other.analysis.variables) uses.set(variable, (uses.get(variable) ?? 0) + 1);
  }
  if (uses.has(name)) return undefined;
  const usual = [...uses]
    .filter(([, count]) => count >= 2 && count >= checked.others.length / 2)
    .map(([one]) => one);
  const guess = nearest(
    name,
    usual.filter((one) => !checked.profile.analysis.variables.includes(one)),
  );
  if (!guess || differsByNumber(name, guess)) return undefined;
  const message = `no other template of the task uses \`${name}\`: did you mean \`${guess}\`?`;
  return findingOn(checked, 'unknown-field', {
    severity: 'information',
    score: 0.5,
    message,
    at: placeOf(checked, name),
  });
}

/** `sentence1` and `sentence2` are two fields, not a slip. */
function differsByNumber(a: string, b: string): boolean {
  return a.replaceAll(/\d+/g, '') === b.replaceAll(/\d+/g, '');
}

/** The names of the fields that some record has. */
export function fieldsOf(records: readonly Fields[]): Set<string> {
  return new Set(records.flatMap((record) => Object.keys(record)));
}

function placeOf({ placed }: Checked, name: string): Range {
  const { text } = placed.template;
  const escaped = name.replaceAll(/[^\w]/g, '\\$&');
  for (const match of text.matchAll(new RegExp(`(?<![\\w.'"])${escaped}(?!\\w)`, 'g'))) {
    const opened = Math.max(
      text.lastIndexOf('{{', match.index),
      text.lastIndexOf('{%', match.index),
      text.lastIndexOf('{', match.index),
    );
    const closed = Math.max(text.lastIndexOf('}}', match.index), text.lastIndexOf('%}', match.index));
    if (opened > closed) return placed.textAt(match.index, match.index + name.length);
  }
  return placed.valueAt('answer_choices') ?? placed.at;
}
