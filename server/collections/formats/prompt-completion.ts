import { isJsonLines, jsonLines } from '../jsonl.ts';
import { stem } from '../names.ts';
import { recordReader } from '../reader.ts';
import { requireText } from '../record.ts';
import { hasKeys, share } from '../sniff.ts';
import type { Fields, Record } from '../types.ts';

const END_OF_TEXT = '<|endoftext|>';

function record(fields: Fields): Record {
  requireText(fields, 'prompt');
  const completion = requireText(fields, 'completion');
  // The mark ends the text for the model that the rows were made for; it is no part of the answer.
  const answer = completion.endsWith(END_OF_TEXT) ? completion.slice(0, -END_OF_TEXT.length) : completion;
  fields.completion = answer;
  return { fields, references: [answer] };
}

/** Rendered prompts (T0's training rows): JSON Lines of `prompt` and `completion`. */
export const promptCompletion = recordReader({
  format: 'prompt-completion',
  accepts: isJsonLines,
  open: (file) =>
    jsonLines({
      path: file.path,
      task: stem(file.path),
      record,
      instructions: 'instance',
      template: '{{prompt}}|||{{completion}}',
      inputs: ['prompt'],
      targets: ['completion'],
    }),
  recognise: (folder) => share(folder, (path) => hasKeys(folder, path, ['prompt', 'completion'])),
});
