import { ownTemplate } from '../facts.ts';
import { documentSpans } from '../json-document.ts';
import { ending, stem } from '../names.ts';
import { recordReader } from '../reader.ts';
import { asObject, isObject, listed, RecordError, requireText, texts } from '../record.ts';
import { share, sniff } from '../sniff.ts';
import type { Demonstration, Json, Record, TaskFacts } from '../types.ts';

const KEYS = [
  'Contributors',
  'Source',
  'URL',
  'Categories',
  'Reasoning',
  'Definition',
  'Input_language',
  'Output_language',
  'Instruction_language',
  'Domains',
  'Positive Examples',
  'Negative Examples',
  'Instance License',
];

function parse(text: string): Record {
  const fields = asObject(JSON.parse(text));
  requireText(fields, 'input');
  const outputs = texts(fields.output);
  if (!outputs) throw new RecordError('"output" is not text or a list of texts');
  // The template prints one output; the others stay beside it.
  if (Array.isArray(fields.output)) {
    fields.output = outputs[0] ?? '';
    fields.outputs = outputs;
  }
  return { fields, references: outputs };
}

function demonstrations(value: Json | undefined): Demonstration[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item) => {
    if (!isObject(item) || typeof item.input !== 'string') return [];
    const output = texts(item.output)?.[0];
    if (output === undefined) return [];
    const explanation = item.explanation;
    return [{ input: item.input, output, ...(typeof explanation === 'string' ? { explanation } : {}) }];
  });
}

/** What the members of a task file say; they may stand before or behind the instances. */
function factsOf(name: string, members: ReadonlyMap<string, Json>): TaskFacts {
  const list = (key: string) => listed(members.get(key));
  const definition = list('Definition');
  const languages = [...list('Input_language'), ...list('Output_language'), ...list('Instruction_language')];
  const licence = list('Instance License').join(', ');
  const url = list('URL').join(' ');
  return {
    name,
    instructions: 'dataset',
    ...(definition.length > 0 ? { definition: definition.join('\n') } : {}),
    categories: list('Categories'),
    sources: list('Source'),
    languages: [...new Set(languages)],
    domains: list('Domains'),
    ...(licence ? { licence } : {}),
    ...(url ? { url } : {}),
    demonstrations: demonstrations(members.get('Positive Examples')),
    inputs: ['input'],
    targets: ['output'],
    templates: [ownTemplate('{{input}}|||{{output}}')],
  };
}

/** Super-NaturalInstructions: one JSON file a task, the examples in its `Instances`. */
export const naturalInstructions = recordReader({
  format: 'natural-instructions',
  accepts: (path) => ending(path) === '.json',
  open(file) {
    const members = new Map<string, Json>();
    const task = stem(file.path);
    return {
      spans: documentSpans({
        records: 'Instances',
        keys: KEYS,
        recordKeys: ['id', 'input', 'output'],
        member: (key, value) => members.set(key, value),
      }),
      parse,
      task,
      facts: () => factsOf(task, members),
      factsLast: true,
      hasFacts: () => members.has('Definition'),
    };
  },
  recognise: (folder) =>
    share(
      folder,
      (path) => ending(path) === '.json' && sniff(folder, path, /"(?:Definition|Positive Examples)"\s*:/),
    ),
});
