import { isJsonLines, jsonLines, type LineRecords, tabLines } from '../jsonl.ts';
import { ending, stem } from '../names.ts';
import { recordReader } from '../reader.ts';
import { RecordError, requireText } from '../record.ts';
import { hasKeys, headLines, share } from '../sniff.ts';
import type { Fields, Record } from '../types.ts';

function fromObject(fields: Fields): Record {
  requireText(fields, 'inputs');
  return { fields, references: [requireText(fields, 'targets')] };
}

/** Two columns, or the three of COGS: sentence, logical form and kind of generalisation. */
function fromCells(cells: string[]): Record {
  if (cells.length !== 2 && cells.length !== 3) {
    throw new RecordError(`${cells.length} columns instead of 2 (inputs, targets) or 3 (and a type)`);
  }
  const [inputs, targets, type] = cells as [string, string, string?];
  return { fields: { inputs, targets, ...(type === undefined ? {} : { type }) }, references: [targets] };
}

/** Two or three columns in every line; the third, where there is one, a single word. */
function isExport(lines: string[]): boolean {
  const rows = lines.slice(0, 50).map((line) => line.split('\t'));
  return rows.length > 0 && rows.every((row) => row.length === 3 && /^\w+$/.test(row[2]!));
}

/** Exports of T5 and ExMix task registries: JSON Lines or TSV of `inputs` and `targets`. */
export const seqio = recordReader({
  format: 'seqio',
  accepts: (path) => isJsonLines(path) || ending(path) === '.tsv',
  open(file) {
    const rest: Omit<LineRecords, 'record'> = {
      path: file.path,
      task: stem(file.path),
      instructions: 'instance',
      template: '{{inputs}}|||{{targets}}',
      inputs: ['inputs'],
      targets: ['targets'],
    };
    return ending(file.path) === '.tsv'
      ? tabLines({ ...rest, record: fromCells })
      : jsonLines({ ...rest, record: fromObject });
  },
  recognise: (folder) =>
    share(
      folder,
      (path) =>
        // Rows that name their task are a table with a task column: `jsonl`.
        (hasKeys(folder, path, ['inputs', 'targets']) && !hasKeys(folder, path, ['task'])) ||
        (ending(path) === '.tsv' && isExport(headLines(folder, path))),
    ),
});
