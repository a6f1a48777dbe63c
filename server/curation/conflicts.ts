import type { Problem } from '../base/problem.ts';
import type { Decision, Subject } from '../protocol.ts';
import { subjectInWords } from './export/decisions.ts';

/**
 * Reviewers who put a task or a category into different places: none of their decisions counts, and nothing
 * but this says so, since a task has no queue to wait in. `file`: the decision log.
 */
export function placeConflicts(
  conflicts: readonly { subject: Subject; decisions: readonly Decision[] }[],
  file: string,
): Problem[] {
  return conflicts
    .filter(({ subject }) => subject.kind === 'task' || subject.kind === 'category')
    .map(({ subject, decisions }) => {
      const said = decisions.map(({ verdict, reviewer }) => `"${verdict}" (${reviewer})`).join(', ');
      const settle = subject.kind === 'task' ? 'move the task once more' : 'rename it once more';
      return {
        file,
        message: `reviewers disagree on the ${subjectInWords(subject)}: ${said}; none counts until you ${settle}`,
        severity: 'warning',
      };
    });
}
