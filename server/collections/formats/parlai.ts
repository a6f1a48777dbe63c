import { parse as parseYaml } from 'yaml';
import { actSpans } from '../acts.ts';
import { plainFacts } from '../facts.ts';
import { isJsonLines, jsonLines } from '../jsonl.ts';
import { ending, splitOf, stem } from '../names.ts';
import { recordReader } from '../reader.ts';
import { isObject, plainText, RecordError, texts } from '../record.ts';
import { hasKeys, share, sniff } from '../sniff.ts';
import type { Fields, Json, Record } from '../types.ts';

function isYaml(path: string): boolean {
  return /^\.ya?ml$/.test(ending(path));
}

/** An act stands alone or as the one item of a list or two, as its place in the log has it. */
function actOf(value: unknown): Fields {
  let act = value;
  while (Array.isArray(act) && act.length === 1) act = act[0] as unknown;
  if (!isObject(act)) throw new RecordError('the act is not a mapping');
  return act;
}

function parseAct(text: string): Record {
  let value: unknown;
  try {
    value = parseYaml(text, { version: '1.1', logLevel: 'silent' });
  } catch (error) {
    throw new RecordError(`the act is not valid YAML: ${String(error).split('\n')[0]}`);
  }
  const act = actOf(value);
  const references = texts(act.labels ?? act.eval_labels);
  if (!references || references.length === 0) throw new RecordError('the act has no labels or eval_labels');
  const source = act.text === undefined ? '' : plainText(act.text);
  if (source === undefined) throw new RecordError('"text" is not text');
  const choices = act.label_candidates ? texts(act.label_candidates) : undefined;
  // Ranking needs the right answer among the choices.
  const candidates = choices?.includes(references[0]!) ? choices : undefined;
  const fields: Fields = { ...act, text: source, label: references[0]! };
  return { fields, references, ...(candidates ? { candidates } : {}) };
}

function turnText(turn: Json): string {
  if (typeof turn === 'string') return turn;
  if (!isObject(turn) || typeof turn.text !== 'string')
    throw new RecordError('a turn of "dialog" has no text');
  const speaker = plainText(turn.id);
  return speaker ? `${speaker}: ${turn.text}` : turn.text;
}

/** All turns of a conversation, one a line, each after its speaker's name. */
function conversation(fields: Fields): Record {
  const dialog = fields.dialog;
  if (!Array.isArray(dialog)) throw new RecordError('"dialog" is not a list of exchanges');
  const turns = dialog.flatMap((exchange) => (Array.isArray(exchange) ? exchange : [exchange]));
  if (turns.length === 0) throw new RecordError('"dialog" is empty');
  const text = turns.map(turnText).join('\n');
  return { fields: { ...fields, text }, references: [text] };
}

/** ParlAI: logs of acts in YAML (text, then labels), and conversations in JSON Lines (plain text). */
export const parlai = recordReader({
  format: 'parlai',
  accepts: (path) => isYaml(path) || isJsonLines(path),
  open(file) {
    const task = stem(file.path);
    if (isJsonLines(file.path)) {
      return jsonLines({
        path: file.path,
        task,
        record: conversation,
        instructions: 'none',
        template: '|||{{text}}',
        inputs: [],
        targets: ['text'],
      });
    }
    return {
      spans: actSpans,
      parse: parseAct,
      task,
      facts: () => plainFacts(task, 'instance', '{{text}}|||{{label}}', ['text'], ['label']),
      split: splitOf(file.path),
    };
  },
  recognise: (folder) =>
    share(
      folder,
      (path) =>
        (isYaml(path) && sniff(folder, path, /^acts:\s*$/m)) ||
        (isJsonLines(path) && hasKeys(folder, path, ['dialog'])),
    ),
});
