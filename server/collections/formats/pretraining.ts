import { isJsonLines, jsonLines } from '../jsonl.ts';
import { stem } from '../names.ts';
import { recordReader } from '../reader.ts';
import { requireText } from '../record.ts';
import { hasKeys, share } from '../sniff.ts';
import type { Fields, Record } from '../types.ts';

function record(fields: Fields): Record {
  return { fields, references: [requireText(fields, 'text')] };
}

/** Plain text: JSON Lines of `text`, which is the target as a whole. */
export const pretraining = recordReader({
  format: 'pretraining',
  accepts: isJsonLines,
  open: (file) =>
    jsonLines({
      path: file.path,
      task: stem(file.path),
      record,
      instructions: 'none',
      template: '|||{{text}}',
      inputs: [],
      targets: ['text'],
    }),
  recognise: (folder) => share(folder, (path) => hasKeys(folder, path, ['text'])) * 0.9,
});
