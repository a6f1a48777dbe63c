import { csvFields, csvSpans } from '../csv.ts';
import { plainFacts } from '../facts.ts';
import { ending, splitOf, stem, withoutSplit } from '../names.ts';
import { recordReader } from '../reader.ts';
import { RecordError } from '../record.ts';
import { share } from '../sniff.ts';
import type { Record } from '../types.ts';

const LETTERS = ['A', 'B', 'C', 'D'];

function parse(text: string): Record {
  const cells = csvFields(text);
  if (cells.length !== 6) {
    throw new RecordError(`${cells.length} columns instead of 6 (question, A, B, C, D, letter)`);
  }
  const [question, A, B, C, D, answer] = cells as [string, string, string, string, string, string];
  if (!LETTERS.includes(answer))
    throw new RecordError(`the answer is "${answer.slice(0, 20)}", not A, B, C or D`);
  return { fields: { question, A, B, C, D, answer }, references: [answer], candidates: LETTERS };
}

/** The five questions of `dev/` are published as each subject's demonstrations; `val/` is what others call dev. */
const isShown = (path: string) => /[._-]dev$/i.test(stem(path));

/** MMLU: a CSV without header for each subject and split. */
export const mmlu = recordReader({
  format: 'mmlu',
  accepts: (path) => ending(path) === '.csv',
  open: (file) => ({
    spans: csvSpans(false),
    parse,
    task: withoutSplit(stem(file.path)),
    facts: (task) =>
      plainFacts(
        task,
        'instance',
        '{{question}}\nA. {{A}}\nB. {{B}}\nC. {{C}}\nD. {{D}}|||{{answer}}',
        ['question', ...LETTERS],
        ['answer'],
      ),
    split: isShown(file.path) ? 'train' : splitOf(file.path),
    lined: true,
  }),
  recognise: (folder) =>
    share(folder, (path) => {
      if (ending(path) !== '.csv') return false;
      const head = folder.head(path);
      const record = /^(?:[^\n"]|"(?:[^"]|"")*")*/.exec(head)?.[0] ?? '';
      try {
        return parse(record.replace(/\r$/, '')) !== undefined;
      } catch {
        return false;
      }
    }),
});
