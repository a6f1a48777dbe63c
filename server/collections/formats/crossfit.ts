import { tabLines } from '../jsonl.ts';
import { ending, stem, withoutSplit } from '../names.ts';
import { recordReader } from '../reader.ts';
import { RecordError } from '../record.ts';
import { headLines, share } from '../sniff.ts';
import type { Record } from '../types.ts';

/** `<task>_<k>_<seed>_<split>` */
const NAME = /^(.+)_\d+_\d+_(?:train|dev|test)$/;

function record(cells: string[]): Record {
  if (cells.length !== 2) throw new RecordError(`${cells.length} columns instead of 2 (input, output)`);
  const [input, output] = cells as [string, string];
  return { fields: { input, output }, references: [output] };
}

/** CrossFit: TSV of input and output, a file for each number of shots, seed and split. */
export const crossfit = recordReader({
  format: 'crossfit',
  accepts: (path) => ending(path) === '.tsv',
  open: (file) =>
    tabLines({
      path: file.path,
      task: NAME.exec(stem(file.path))?.[1] ?? withoutSplit(stem(file.path)),
      record,
      instructions: 'instance',
      template: '{{input}}|||{{output}}',
      inputs: ['input'],
      targets: ['output'],
    }),
  recognise: (folder) =>
    share(
      folder,
      (path) =>
        ending(path) === '.tsv' &&
        NAME.test(stem(path)) &&
        headLines(folder, path).every((line) => line.split('\t').length === 2),
    ),
});
