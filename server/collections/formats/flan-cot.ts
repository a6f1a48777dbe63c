import { tabLines } from '../jsonl.ts';
import { ending, stem, withoutSplit } from '../names.ts';
import { recordReader } from '../reader.ts';
import { RecordError } from '../record.ts';
import { headLines, share } from '../sniff.ts';
import type { Record } from '../types.ts';

/** A newline is written as the two characters `\n`; nothing else is escaped. */
function withNewlines(cell: string): string {
  return cell.replaceAll('\\n', '\n');
}

function record(cells: string[]): Record {
  if (cells.length !== 3) {
    throw new RecordError(`${cells.length} columns instead of 3 (question, answer, rationale)`);
  }
  const [question, answer, rationale] = cells.map(withNewlines) as [string, string, string];
  return { fields: { question, answer, rationale }, references: [answer] };
}

/** Three columns in nearly every line, the third a text and longer than the second. */
function isRationaleTable(lines: string[]): boolean {
  const all = lines.slice(0, 50).map((line) => line.split('\t'));
  const rows = all.filter((row) => row.length === 3);
  if (rows.length === 0 || rows.length < all.length * 0.9) return false;
  const length = (column: number) => rows.reduce((sum, row) => sum + row[column]!.length, 0);
  const words = rows.filter((row) => row[2]!.trim().includes(' ')).length;
  return words > rows.length / 2 && length(2) > length(1);
}

/** FLAN's chain-of-thought TSV: question, answer, rationale. */
export const flanCot = recordReader({
  format: 'flan-cot',
  accepts: (path) => ending(path) === '.tsv',
  open: (file) =>
    tabLines({
      path: file.path,
      task: withoutSplit(stem(file.path)),
      record,
      instructions: 'instance',
      template:
        "{{question}}\nLet's think step by step, then give the answer.|||{{rationale}}\nSo the answer is {{answer}}",
      inputs: ['question'],
      targets: ['rationale', 'answer'],
    }),
  recognise: (folder) =>
    share(folder, (path) => ending(path) === '.tsv' && isRationaleTable(headLines(folder, path))),
});
