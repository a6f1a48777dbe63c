import { isJsonLines, jsonLines } from '../jsonl.ts';
import { stem } from '../names.ts';
import { recordReader } from '../reader.ts';
import { requireText } from '../record.ts';
import { hasKeys, share } from '../sniff.ts';
import type { Fields, Record } from '../types.ts';

function record(fields: Fields): Record {
  requireText(fields, 'text_in');
  requireText(fields, 'struct_in');
  return { fields, references: [requireText(fields, 'seq_out')] };
}

/** UnifiedSKG: JSON Lines of a request, the structured knowledge it is about, and the output. */
export const unifiedskg = recordReader({
  format: 'unifiedskg',
  accepts: isJsonLines,
  open: (file) =>
    jsonLines({
      path: file.path,
      task: stem(file.path),
      record,
      instructions: 'instance',
      // The way in which the collection's own models are given both parts.
      template: '{{text_in}} ; structured knowledge: {{struct_in}}|||{{seq_out}}',
      inputs: ['text_in', 'struct_in'],
      targets: ['seq_out'],
    }),
  recognise: (folder) => share(folder, (path) => hasKeys(folder, path, ['text_in', 'struct_in', 'seq_out'])),
});
