import { isJsonLines, jsonLines } from '../jsonl.ts';
import { recordReader } from '../reader.ts';
import { RecordError, requireText, texts } from '../record.ts';
import { hasKeys, share } from '../sniff.ts';
import type { Fields, Record } from '../types.ts';

function record(fields: Fields): Record {
  requireText(fields, 'task');
  requireText(fields, 'input');
  const output = requireText(fields, 'output');
  const options = fields.options === undefined || fields.options === null ? [] : texts(fields.options);
  if (!options) throw new RecordError('"options" is not a list of texts');
  return { fields, references: [output], ...(options.length > 0 ? { candidates: options } : {}) };
}

/** MetaICL: JSON Lines; a record names its task. */
export const metaicl = recordReader({
  format: 'metaicl',
  accepts: isJsonLines,
  open: (file) =>
    jsonLines({
      path: file.path,
      task: ({ fields }) => fields.task as string,
      record,
      instructions: 'instance',
      template: '{{input}}|||{{output}}',
      inputs: ['input'],
      targets: ['output'],
    }),
  recognise: (folder) =>
    share(folder, (path) => hasKeys(folder, path, ['task', 'input', 'output', 'options'])),
});
