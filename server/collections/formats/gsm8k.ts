import { chainTemplate } from '../facts.ts';
import { isJsonLines, jsonLines } from '../jsonl.ts';
import { stem } from '../names.ts';
import { recordReader } from '../reader.ts';
import { RecordError, requireText } from '../record.ts';
import { hasKeys, headObject, share } from '../sniff.ts';
import type { Fields, Record } from '../types.ts';

/** `answer` is a rationale whose last line is `#### ` and the number. */
function record(fields: Fields): Record {
  requireText(fields, 'question');
  const answer = requireText(fields, 'answer');
  const mark = answer.lastIndexOf('####');
  if (mark < 0) throw new RecordError('"answer" has no final "#### number"');
  const final = answer.slice(mark + 4).trim();
  fields.rationale = answer.slice(0, mark).trimEnd();
  fields.final = final;
  return { fields, references: [final] };
}

/** As lm-evaluation-harness asks it: the demonstrations' answers are whole, calculator marks included. */
const CHAIN = chainTemplate('Question: {{question}}\nAnswer:|||{{answer}}');

/** GSM8K: JSON Lines of `question` and `answer`. */
export const gsm8k = recordReader({
  format: 'gsm8k',
  accepts: isJsonLines,
  open(file) {
    const lines = jsonLines({
      path: file.path,
      task: stem(file.path),
      record,
      instructions: 'instance',
      template: '{{question}}|||{{final}}',
      inputs: ['question'],
      targets: ['final'],
    });
    return { ...lines, facts: (task, first) => ({ ...lines.facts(task, first), chain: CHAIN }) };
  },
  recognise: (folder) =>
    share(
      folder,
      (path) =>
        hasKeys(folder, path, ['question', 'answer']) &&
        String(headObject(folder, path)?.answer).includes('####'),
    ),
});
