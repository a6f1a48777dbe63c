import type { Decision, Subject } from '../../protocol.ts';

/** The decisions in force beside a build, one a line as in the bench's own log. */
export const DECISIONS = 'decisions.jsonl';

export function decisionLines(decisions: readonly Decision[]): string {
  return decisions.map((decision) => `${JSON.stringify(decision)}\n`).join('');
}

export function subjectInWords(subject: Subject): string {
  switch (subject.kind) {
    case 'pair':
      return `${subject.train} × ${subject.eval}`;
    case 'task':
      return `${subject.aspect} of ${subject.task}`;
    case 'template':
      return `template "${subject.template}" of ${subject.task}`;
    case 'declaration':
      return `inputs and targets of ${subject.task}`;
    case 'category':
      return `category "${subject.category}"`;
    case 'source':
      return `the data source ${subject.source}`;
  }
}
