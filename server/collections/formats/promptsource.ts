import { posix } from 'node:path';
import { isMap, isScalar, LineCounter, parseDocument, type YAMLMap } from 'yaml';
import * as z from 'zod';
import { InputError } from '../../base/problem.ts';
import { lineSpans } from '../lines.ts';
import { ending, splitOf } from '../names.ts';
import { parquetReader } from '../parquet-reader.ts';
import { recordReader } from '../reader.ts';
import { asObject } from '../record.ts';
import { readSmall } from '../small-file.ts';
import { share, sniff } from '../sniff.ts';
import type { Fields, Reader, Record, Sink, SourceFile, TaskFacts, Template } from '../types.ts';

/** A name that YAML reads as a number or truth value is meant as it is written. */
const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const list = z
  .union([z.array(text), text.transform((one) => [one])])
  .nullish()
  .transform((all) => all ?? undefined);

const TemplateShape = z.object({
  name: text,
  id: text.nullish(),
  jinja: z.string(),
  answer_choices: text.nullish(),
  metadata: z
    .object({
      original_task: z.boolean().nullish(),
      choices_in_prompt: z.boolean().nullish(),
      languages: list,
      metrics: list,
    })
    .nullish(),
});

function templateOf(value: unknown, file: string, line: number): Template {
  const shape = TemplateShape.parse(value);
  const { metadata } = shape;
  return {
    name: shape.name,
    ...(shape.id ? { id: shape.id } : {}),
    language: 'jinja',
    text: shape.jinja,
    ...(shape.answer_choices ? { answerChoices: shape.answer_choices } : {}),
    strip: true,
    ...(typeof metadata?.original_task === 'boolean' ? { originalTask: metadata.original_task } : {}),
    ...(typeof metadata?.choices_in_prompt === 'boolean'
      ? { choicesInPrompt: metadata.choices_in_prompt }
      : {}),
    ...(metadata?.metrics ? { metrics: metadata.metrics } : {}),
    ...(metadata?.languages ? { languages: metadata.languages } : {}),
    file,
    line,
  };
}

/** A scalar as its file writes it: `2016` and `3.0.0` alike are names. */
function written(map: YAMLMap, key: string): string | undefined {
  const node = map.get(key, true);
  if (!isScalar(node) || node.value === null) return undefined;
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}

function factsOf(name: string, templates: Template[]): TaskFacts {
  const languages = [...new Set(templates.flatMap((template) => template.languages ?? []))];
  return {
    name,
    instructions: 'instance',
    categories: [],
    sources: [name],
    ...(languages.length > 0 ? { languages } : {}),
    inputs: [],
    targets: [],
    templates,
  };
}

/** Tells the task of one `templates.yaml`; a broken template costs itself alone where YAML allows. */
export function readTemplates(source: string, path: string, sink: Pick<Sink, 'task' | 'skip'>): void {
  const counter = new LineCounter();
  const document = parseDocument(source, { version: '1.1', lineCounter: counter, logLevel: 'silent' });
  const lineAt = (offset: number) => counter.linePos(offset).line;
  for (const error of document.errors) {
    sink.skip({ line: lineAt(error.pos[0]), reason: `not valid YAML: ${error.message.split('\n')[0]}` });
  }
  const root = document.contents;
  if (!isMap(root))
    throw new InputError('the file is not a mapping with "dataset" and "templates"', { line: 1 });
  const dataset = written(root, 'dataset');
  if (!dataset) throw new InputError('"dataset" is missing', { line: 1 });
  const subset = written(root, 'subset');
  const entries = root.get('templates', true);
  const templates: Template[] = [];
  for (const { key, value } of isMap(entries) ? entries.items : []) {
    const from = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
    const to = isMap(value) ? (value.range?.[2] ?? from) : from;
    if (document.errors.some((error) => error.pos[0] >= from && error.pos[0] < to)) continue;
    try {
      if (!isMap(value)) throw new z.ZodError([]);
      templates.push(templateOf(value.toJS(document), path, lineAt(from)));
    } catch (error) {
      if (!(error instanceof z.ZodError) && !(error instanceof ReferenceError)) throw error;
      const what =
        error instanceof z.ZodError ? error.issues.map((issue) => issue.path.join('.')).join(', ') : '';
      const why = what ? `${what} missing or of the wrong kind` : 'it is not a mapping of name and jinja';
      sink.skip({ line: lineAt(from), reason: `the template can't be read: ${why}` });
    }
  }
  if (!isMap(entries)) sink.skip({ line: 1, reason: '"templates" is missing or no mapping' });
  sink.task(factsOf(subset ? `${dataset}/${subset}` : dataset, templates));
}

function isTemplates(path: string): boolean {
  return /(?:^|\/)templates\.ya?ml$/.test(path);
}

/** A file of records in the folder of a data set: `train-00000-of-00004.parquet`, `validation.jsonl.gz`. */
export function isRecordFile(path: string): boolean {
  const name = posix.basename(path);
  return /^(?:train|validation|valid|dev|test)[^/]*\.(?:jsonl(?:\.gz|\.zst)?|parquet)$/.test(name);
}

/** The data set, and subset, whose folder a file of records stands in; the hub may put `data/` below it. */
export function datasetOf(path: string): string {
  const folder = posix.dirname(path);
  return posix.basename(folder) === 'data' ? posix.dirname(folder) : folder;
}

function record(fields: Fields): Record {
  return { fields, references: [] };
}

const lines = recordReader({
  format: 'promptsource',
  accepts: isTemplates,
  open: (file) => ({
    spans: lineSpans(),
    parse: (line) => record(asObject(JSON.parse(line))),
    task: datasetOf(file.path),
    facts: (task) => factsOf(task, []),
    split: splitOf(file.path),
    lined: true,
  }),
  recognise: (folder) => share(folder, (path) => isTemplates(path) && sniff(folder, path, /^templates:/m)),
});

const rows = parquetReader({
  format: 'promptsource',
  open: (file) => ({ record, task: datasetOf(file.path), facts: (task) => factsOf(task, []) }),
});

function readerOf(file: SourceFile): Pick<Reader, 'scan' | 'read'> {
  return ending(file.path) === '.parquet' ? rows : lines;
}

/** PromptSource: `templates.yaml` for each data set, with the records in the hub's layout elsewhere. */
export const promptsource: Reader = {
  ...lines,
  async scan(file, options, sink, signal) {
    if (!isTemplates(file.path)) return readerOf(file).scan(file, options, sink, signal);
    try {
      readTemplates(await readSmall(file.root, file.path), file.path, sink);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      sink.skip({ line: error.line ?? 0, reason: error.message });
    }
    sink.progress(file.bytes);
  },
  read: (file, task, positions, options) => readerOf(file).read(file, task, positions, options),
};

/** The names of the tasks that these files hold templates for; a file that can't be read names none. */
export async function taskNames(files: readonly SourceFile[]): Promise<Set<string>> {
  const names = new Set<string>();
  for (const file of files) {
    try {
      const head = (await readSmall(file.root, file.path)).split(/^templates:/m, 1)[0]!;
      const root = parseDocument(head, { version: '1.1', logLevel: 'silent' }).contents;
      if (!isMap(root)) continue;
      const [dataset, subset] = [written(root, 'dataset'), written(root, 'subset')];
      if (dataset) names.add(subset ? `${dataset}/${subset}` : dataset);
    } catch (error) {
      // Reported when the file is scanned.
      if (!(error instanceof InputError)) throw error;
    }
  }
  return names;
}
