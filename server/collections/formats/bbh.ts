import { posix } from 'node:path';
import { InputError } from '../../base/problem.ts';
import { ownTemplate } from '../facts.ts';
import { documentSpans } from '../json-document.ts';
import { ending, stem } from '../names.ts';
import { recordReader } from '../reader.ts';
import { asObject, requireText } from '../record.ts';
import { readSmall, readSmallIfThere } from '../small-file.ts';
import { share, sniff } from '../sniff.ts';
import type { Demonstration, Reader, Record, SourceFile, TaskFacts } from '../types.ts';

/** Where a task's description and worked examples stand, seen from its own file. */
const PROMPTS = ['cot-prompts', '../cot-prompts'];

interface PromptFile {
  definition: string;
  demonstrations: Demonstration[];
}

/** A canary line, `-----`, a description, then blocks of `Q:` and `A:`. Throws `InputError`. */
export function parsePrompts(text: string): PromptFile {
  const body = /^[^\n]*\n-{3,}\n([\s\S]*)$/.exec(text.replaceAll('\r\n', '\n'))?.[1];
  if (body === undefined)
    throw new InputError('the second line is not "-----": not a file of worked examples');
  const [definition = '', ...blocks] = body.split(/\n+(?=Q: )/);
  const demonstrations = blocks.flatMap((block) => {
    const parts = /^Q: ([\s\S]*?)\nA: ([\s\S]*)$/.exec(block.trimEnd());
    if (!parts) return [];
    const [, input, explanation] = parts as unknown as [string, string, string];
    const output = /the answer is (.*?)\.?\s*$/.exec(explanation)?.[1];
    return output === undefined ? [] : [{ input, output, explanation }];
  });
  return { definition: definition.trim(), demonstrations };
}

function factsOf(name: string, prompts: PromptFile | undefined): TaskFacts {
  return {
    name,
    instructions: prompts?.definition ? 'dataset' : 'instance',
    ...(prompts?.definition ? { definition: prompts.definition } : {}),
    categories: [],
    sources: [],
    ...(prompts ? { demonstrations: prompts.demonstrations } : {}),
    inputs: ['input'],
    targets: ['target'],
    templates: [ownTemplate('{{input}}|||{{target}}')],
  };
}

/** The worked examples beside a task's file; a broken one is reported where it is scanned itself. */
async function promptsBeside(file: SourceFile): Promise<PromptFile | undefined> {
  for (const folder of PROMPTS) {
    const path = posix.join(posix.dirname(file.path), folder, `${stem(file.path)}.txt`);
    if (path.startsWith('..')) continue;
    try {
      const text = await readSmallIfThere(file.root, path);
      if (text !== undefined) return parsePrompts(text);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  }
  return undefined;
}

function parse(text: string): Record {
  const fields = asObject(JSON.parse(text));
  requireText(fields, 'input');
  return { fields, references: [requireText(fields, 'target')] };
}

function isPrompts(path: string): boolean {
  return ending(path) === '.txt' && posix.basename(posix.dirname(path)) === 'cot-prompts';
}

const records = recordReader({
  format: 'bbh',
  accepts: (path) => ending(path) === '.json' || isPrompts(path),
  async open(file) {
    const prompts = await promptsBeside(file);
    return {
      spans: documentSpans({ records: 'examples', keys: ['canary'], recordKeys: ['input', 'target'] }),
      parse,
      task: stem(file.path),
      facts: (task) => factsOf(task, prompts),
    };
  },
  recognise: (folder) =>
    share(
      folder,
      (path) => ending(path) === '.json' && sniff(folder, path, /"examples"\s*:\s*\[\s*\{\s*"input"/),
    ),
});

/** BIG-Bench Hard: a JSON file for each task; `cot-prompts/*.txt` tell its description and worked examples. */
export const bbh: Reader = {
  ...records,
  async scan(file, options, sink, signal) {
    if (!isPrompts(file.path)) return records.scan(file, options, sink, signal);
    try {
      sink.task(factsOf(stem(file.path), parsePrompts(await readSmall(file.root, file.path))));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      sink.skip({ line: error.line ?? 0, reason: error.message });
    }
    sink.progress(file.bytes);
  },
};
