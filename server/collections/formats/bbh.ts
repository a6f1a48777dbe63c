import { posix } from 'node:path';
import { InputError } from '../../base/problem.ts';
import { chainTemplate, ownTemplate } from '../facts.ts';
import { documentSpans } from '../json-document.ts';
import { ending, stem } from '../names.ts';
import { recordReader } from '../reader.ts';
import { asObject, requireText } from '../record.ts';
import { readSmall, readSmallIfThere } from '../small-file.ts';
import { share, sniff } from '../sniff.ts';
import type {
  Demonstration,
  Reader,
  ReaderOptions,
  Record,
  SourceFile,
  TaskFacts,
  Template,
} from '../types.ts';

/** Where a task's description and worked examples stand, seen from its own file. */
const PROMPTS = ['cot-prompts', '../cot-prompts'];
/** How the published answers begin; what follows it is a line feed, in one file a space. */
const LEAD = "Let's think step by step.";

interface PromptFile {
  definition: string;
  demonstrations: Demonstration[];
  chain: Template;
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
  return { definition: definition.trim(), ...chained(demonstrations) };
}

/** The words that all answers begin with are asked with: the explanations are what comes after. */
function chained(demonstrations: Demonstration[]): Pick<PromptFile, 'demonstrations' | 'chain'> {
  const asked = (lead: string) => chainTemplate(`Q: {{input}}\nA:${lead}|||{{target}}`);
  if (demonstrations.length === 0) return { demonstrations, chain: asked(` ${LEAD}\n`) };
  for (const after of ['\n', ' ']) {
    const lead = LEAD + after;
    if (!demonstrations.every(({ explanation }) => explanation?.startsWith(lead))) continue;
    const rest = demonstrations.map((shown) => ({
      ...shown,
      explanation: shown.explanation!.slice(lead.length),
    }));
    // Source and target are joined by a space where no white space stands.
    return { demonstrations: rest, chain: asked(` ${lead.trimEnd()}${after.replace(' ', '')}`) };
  }
  return { demonstrations, chain: asked('') };
}

function factsOf(name: string, prompts: PromptFile | undefined): TaskFacts {
  return {
    name,
    instructions: prompts?.definition ? 'dataset' : 'instance',
    ...(prompts?.definition ? { definition: prompts.definition } : {}),
    categories: [],
    sources: [],
    ...(prompts ? { demonstrations: prompts.demonstrations, chain: prompts.chain } : {}),
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
  return isText(path) && posix.basename(posix.dirname(path)) === 'cot-prompts';
}

/** A file of the folder of worked examples that the bench names. */
export function isText(path: string): boolean {
  return ending(path) === '.txt';
}

const isNamed = ({ root }: SourceFile, { datasets }: ReaderOptions) => root === datasets;

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

/**
 * BIG-Bench Hard: a JSON file for each task; `cot-prompts/*.txt`, or the folder that the bench names, tell its
 * description and worked examples.
 */
export const bbh: Reader = {
  ...records,
  async scan(file, options, sink, signal) {
    if (!isPrompts(file.path) && !isNamed(file, options)) return records.scan(file, options, sink, signal);
    try {
      sink.task(factsOf(stem(file.path), parsePrompts(await readSmall(file.root, file.path))));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      sink.skip({ line: error.line ?? 0, reason: error.message });
    }
    sink.progress(file.bytes);
  },
};
