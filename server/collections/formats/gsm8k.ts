import { join, posix } from 'node:path';
import { linesFrom } from '../../base/lines.ts';
import { chainTemplate } from '../facts.ts';
import { isJsonLines, jsonLines } from '../jsonl.ts';
import { stem } from '../names.ts';
import { recordReader } from '../reader.ts';
import { asObject, RecordError, requireText } from '../record.ts';
import { hasKeys, headObject, share } from '../sniff.ts';
import type { Demonstration, Fields, Record, SourceFile } from '../types.ts';

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

/** Worked examples at most: the paper's most shots. */
const MOST_WORKED = 32;

/** As published, train and test are files of their own, and so tasks: the first of train are the test's worked examples. */
function workedBeside({ root, path }: SourceFile): Demonstration[] {
  const name = posix.basename(path);
  const train = name.replace(/\b(?:test|dev|valid(?:ation)?)(?=\.jsonl$)/u, 'train');
  if (train === name) return [];
  const worked: Demonstration[] = [];
  for (const { text } of linesFrom(join(root, posix.dirname(path), train), 0)) {
    try {
      const { fields, references } = record(asObject(JSON.parse(text)));
      const { question, answer } = fields as { question: string; answer: string };
      worked.push({ input: question, output: references[0]!, explanation: answer });
    } catch (error) {
      // Told where that file is read itself.
      if (!(error instanceof RecordError || error instanceof SyntaxError)) throw error;
    }
    if (worked.length === MOST_WORKED) break;
  }
  return worked;
}

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
    const demonstrations = workedBeside(file);
    return {
      ...lines,
      facts: (task, first) => ({
        ...lines.facts(task, first),
        chain: CHAIN,
        ...(demonstrations.length > 0 && { demonstrations }),
      }),
    };
  },
  recognise: (folder) =>
    share(
      folder,
      (path) =>
        hasKeys(folder, path, ['question', 'answer']) &&
        String(headObject(folder, path)?.answer).includes('####'),
    ),
});
