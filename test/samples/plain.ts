/** The sample bench read with plain code: slow, whole files in memory, nothing of the engine. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { parse as parseCsv } from 'csv-parse/sync';
import { parquetReadObjects } from 'hyparquet';
import { parse as parseYaml } from 'yaml';

export const SAMPLES = join(import.meta.dirname, '..', '..', 'samples');

export interface PlainExample {
  /** What the record says, field by field: no template, no definition. */
  fields: string[];
  /** The split that the file's name says, or `none`. */
  split: 'train' | 'dev' | 'test' | 'none';
}

export interface PlainTask {
  id: string;
  definition: string;
  source: string | undefined;
  examples: PlainExample[];
}

export interface PlainSkip {
  file: string;
  line: number;
}

export interface PlainBench {
  tasks: Map<string, PlainTask>;
  skips: PlainSkip[];
}

type Fields = { [name: string]: unknown };

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(strings);
  return isFields(value) ? Object.values(value).flatMap(strings) : [];
}

export function filesBelow(folder: string): string[] {
  return readdirSync(join(SAMPLES, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(SAMPLES.length + 1))
    .sort();
}

function splitOf(file: string): PlainExample['split'] {
  const word = /(?:^|[_/])(train|dev|validation|test)(?=[._-])/.exec(basename(file))?.[1];
  if (word === 'train' || word === 'dev' || word === 'test') return word;
  return word ? 'dev' : 'none';
}

/** Collects tasks and skips while the files are read. */
class Gathering implements PlainBench {
  readonly tasks = new Map<string, PlainTask>();
  readonly skips: PlainSkip[] = [];

  task(id: string): PlainTask {
    let task = this.tasks.get(id);
    if (!task) this.tasks.set(id, (task = { id, definition: '', source: undefined, examples: [] }));
    return task;
  }

  add(id: string, file: string, fields: string[]): void {
    this.task(id).examples.push({ fields, split: splitOf(file) });
  }

  skip(file: string, line: number): void {
    this.skips.push({ file, line });
  }

  /** The lines that are UTF-8, with their numbers; an empty file is a skip of the whole. */
  lines(file: string): { text: string; line: number }[] {
    let bytes: Buffer = readFileSync(join(SAMPLES, file));
    if (file.endsWith('.gz')) bytes = gunzipSync(bytes);
    if (file.endsWith('.zst')) bytes = zstdDecompressSync(bytes);
    if (bytes.length === 0) this.skip(file, 0);
    const found: { text: string; line: number }[] = [];
    for (let start = 0, line = 1; start < bytes.length; line++) {
      const end = bytes.indexOf(10, start) === -1 ? bytes.length : bytes.indexOf(10, start);
      try {
        found.push({
          text: new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start, end)),
          line,
        });
      } catch {
        this.skip(file, line);
      }
      start = end + 1;
    }
    return found;
  }

  json(file: string): Fields[] {
    const found: Fields[] = [];
    for (const { text, line } of this.lines(file)) {
      try {
        const value: unknown = JSON.parse(text);
        if (!isFields(value)) throw new Error('not an object');
        found.push(value);
      } catch {
        this.skip(file, line);
      }
    }
    return found;
  }

  /** Rows of tab-separated cells; a row of another width than the first is a skip. */
  tsv(file: string): string[][] {
    const all = this.lines(file).map(({ text, line }) => ({ cells: text.split('\t'), line }));
    const width = all[0]?.cells.length;
    for (const { cells, line } of all) if (cells.length !== width) this.skip(file, line);
    return all.map(({ cells }) => cells).filter((cells) => cells.length === width);
  }
}

function csv(file: string): string[][] {
  return parseCsv(readFileSync(join(SAMPLES, file)), { bom: true }) as string[][];
}

function whole(file: string): Fields {
  const value: unknown = JSON.parse(readFileSync(join(SAMPLES, file), 'utf8'));
  if (!isFields(value)) throw new Error(`${file} is no object`);
  return value;
}

async function readFolder(folder: string, bench: Gathering): Promise<void> {
  for (const file of filesBelow(`data/${folder}`)) {
    const stem = basename(file).replace(/\..*$/, '');
    const id = `${folder}/${stem.replace(/_train$|_test$|_16_100_(train|dev|test)$/, '')}`;
    const add = (fields: string[]) => bench.add(id, file, fields);
    switch (folder) {
      case 'natural-instructions': {
        const content = whole(file);
        const task = bench.task(`${folder}/${stem}`);
        task.definition = strings(content.Definition).join(' ');
        task.source = strings(content.Source)[0];
        for (const instance of content.Instances as Fields[])
          bench.add(task.id, '', [...strings(instance.input), ...strings(instance.output).slice(0, 1)]);
        break;
      }
      case 'hf': {
        const dataset = file.split('/').slice(2, -1).join('/');
        const records = file.endsWith('.parquet') ? await parquet(file) : bench.json(file);
        bench.task(`promptsource/${dataset}`).source = dataset.split('/')[0];
        for (const record of records) bench.add(`promptsource/${dataset}`, file, strings(record));
        break;
      }
      case 'herbarium':
        for (const record of await parquet(file)) add(strings(record));
        break;
      case 'flan-rendered':
        for (const { inputs, targets, task } of bench.json(file))
          bench.add(`${folder}/${task}`, file, strings([inputs, targets]));
        break;
      case 'metaicl':
        for (const { task, input, output, options } of bench.json(file))
          bench.add(`${folder}/${task}`, file, strings([input, output, options]));
        break;
      case 'mmlu':
      case 'helpdesk':
        for (const cells of csv(file).slice(folder === 'mmlu' ? 0 : 1)) add(cells);
        break;
      case 'raft':
        if (!file.endsWith('.csv')) break;
        for (const cells of csv(file).slice(1)) bench.add('raft/parish_council', file, cells.slice(0, -1));
        break;
      case 'bbh':
        if (file.endsWith('.json'))
          for (const example of whole(file).examples as Fields[]) add(strings(example));
        break;
      case 'gsm8k':
        for (const record of bench.json(file)) bench.add(`gsm8k/${stem}`, file, strings(record));
        break;
      case 'parlai':
        if (file.endsWith('.yml')) {
          // An act is an example: what was said and the reply.
          const { acts } = parseYaml(readFileSync(join(SAMPLES, file), 'utf8')) as { acts: Fields[][] };
          for (const { text, labels } of acts.flat()) add(strings([text, labels]));
        } else for (const { dialog } of bench.json(file)) add(strings(dialog));
        break;
      case 'flan':
        for (const [, key] of readFileSync(join(SAMPLES, file), 'utf8').matchAll(/^ {4}"(\w+)": \[/gm))
          bench.task(`flan/${key}`);
        break;
      default:
        if (file.endsWith('.tsv'))
          for (const cells of bench.tsv(file).slice(folder === 'reports' ? 1 : 0)) add(cells);
        else for (const record of bench.json(file)) add(strings(record));
    }
  }
}

async function parquet(file: string): Promise<Fields[]> {
  const bytes = readFileSync(join(SAMPLES, file));
  return parquetReadObjects({
    file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  });
}

const FOLDERS =
  'natural-instructions hf flan flan-rendered flan-cot crossfit metaicl exmix unifiedskg t0-rendered parlai pretraining reports helpdesk herbarium quiz mmlu bbh raft gsm8k'.split(
    ' ',
  );

export async function readSamples(): Promise<PlainBench> {
  const bench = new Gathering();
  for (const folder of FOLDERS) await readFolder(folder, bench);
  return bench;
}

/** GPT-3's normalisation: lower case, no punctuation, split on white space. */
export function words(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/[\p{P}\p{S}]/gu, '')
    .split(/\s+/)
    .filter(Boolean);
}

export function grams(text: string, n = 13): Set<string> {
  const all = words(text);
  const found = new Set<string>();
  for (let start = 0; start + n <= all.length; start++) found.add(all.slice(start, start + n).join(' '));
  return found;
}
