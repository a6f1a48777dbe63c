import { firstFault } from '../base/fault-words.ts';
import { messageOf, type Problem } from '../base/problem.ts';
import { type Decision, decision } from '../protocol.ts';

export interface DecisionLines {
  /** One per id, by id. */
  decisions: Map<string, Decision>;
  problems: Problem[];
}

const CONFLICT_MARK = /^(<{7}|\|{7}|={7}|>{7})( |$)/;

/**
 * Reads the text of a decision log. A line that is no decision is a problem and the others count. The
 * result depends on the set of lines alone, not on their order, so that merged logs agree.
 */
export function readDecisionLines(file: string, text: string): DecisionLines {
  const decisions = new Map<string, Decision>();
  const problems: Problem[] = [];
  const fault = (line: number, message: string) => problems.push({ file, line, message, severity: 'error' });
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  for (const [index, raw] of lines.entries()) {
    const line = raw.trim();
    if (line === '') continue;
    if (CONFLICT_MARK.test(line)) {
      fault(index + 1, 'a conflict mark of git: delete this line, keep the decisions of both sides');
      continue;
    }
    const read = parseDecision(line);
    if (typeof read === 'string') {
      const cut = index === lines.length - 1 || !line.endsWith('}');
      fault(
        index + 1,
        cut ? `not a whole decision (${read}): cut off while it was written? Delete the line` : read,
      );
      continue;
    }
    const known = decisions.get(read.id);
    if (known && JSON.stringify(known) !== JSON.stringify(read)) {
      fault(
        index + 1,
        `another decision has the id "${read.id}" too: give this one an id of its own, or delete it`,
      );
    }
    if (!known || JSON.stringify(read) < JSON.stringify(known)) decisions.set(read.id, read);
  }
  return { decisions: new Map([...decisions].sort(([a], [b]) => (a < b ? -1 : 1))), problems };
}

/** The decision of a line, or why it is none. */
function parseDecision(line: string): Decision | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    return `not JSON: ${messageOf(error)}`;
  }
  const checked = decision.safeParse(value);
  if (checked.success) return checked.data;
  return `not a decision: ${firstFault(checked.error, 'the line')}`;
}
