import { join, posix } from 'node:path';
import * as z from 'zod';
import { InputError, messageOf } from '../../base/problem.ts';
import { csvFields, csvSpans } from '../csv.ts';
import { literal, ownTemplate, variableName } from '../facts.ts';
import { headerOf } from '../header.ts';
import { splitOf } from '../names.ts';
import { type OpenFile, recordReader } from '../reader.ts';
import { RecordError } from '../record.ts';
import { readSmall } from '../small-file.ts';
import type { Fields, Reader, Record, SourceFile, TaskFacts } from '../types.ts';

const Description = z.object({
  name: z.string(),
  description: z.string().optional(),
  instructions: z.string().optional(),
  data_columns: z.array(z.string()).min(1),
  label_columns: z.record(z.string(), z.array(z.string()).min(1)),
});

interface RaftTask {
  name: string;
  columns: string[];
  label: string;
  labels: string[];
  definition: string;
}

async function taskOf(file: SourceFile): Promise<RaftTask> {
  const folder = posix.dirname(file.path);
  const path = posix.join(folder, 'task.json');
  let text: string;
  try {
    text = await readSmall(file.root, path);
  } catch (error) {
    throw new InputError(`its task.json is needed: ${messageOf(error)}`);
  }
  try {
    const task = Description.parse(JSON.parse(text));
    const [label, labels] = Object.entries(task.label_columns)[0] ?? [];
    if (!label || !labels) throw new InputError('"label_columns" is empty');
    return {
      name: folder === '.' ? task.name : posix.basename(folder),
      columns: task.data_columns.filter((column) => column !== 'ID'),
      label,
      labels,
      definition: (task.instructions || task.description || '').trim(),
    };
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error).replace(/\s+/g, ' ') : messageOf(error);
    throw new InputError(`task.json is not a RAFT task: ${why}`);
  }
}

function factsOf(task: RaftTask): TaskFacts {
  const shown = task.columns.map((column) => `${literal(column)}: {{${variableName(column)}}}`).join('\n');
  return {
    name: task.name,
    instructions: task.definition ? 'dataset' : 'instance',
    ...(task.definition ? { definition: task.definition } : {}),
    categories: [],
    sources: [],
    inputs: task.columns.map(variableName),
    targets: [variableName(task.label)],
    templates: [ownTemplate(`${shown}|||{{${variableName(task.label)}}}`)],
  };
}

function recordOf(task: RaftTask, header: string[], cells: string[]): Record {
  if (cells.length !== header.length) {
    throw new RecordError(`${cells.length} columns instead of the header's ${header.length}`);
  }
  const fields: Fields = Object.fromEntries(header.map((column, at) => [variableName(column), cells[at]!]));
  const name = variableName(task.label);
  const label = header.includes(task.label) ? (fields[name] as string) : undefined;
  fields[name] = label ?? '';
  if (label !== undefined && !task.labels.includes(label)) {
    throw new RecordError(`"${label}" is none of the labels that task.json lists`);
  }
  return { fields, references: label === undefined ? [] : [label], candidates: task.labels };
}

async function openTable(file: SourceFile): Promise<OpenFile> {
  const task = await taskOf(file);
  const header = (await headerOf(join(file.root, file.path), true)) ?? [];
  const missing = task.columns.filter((column) => !header.includes(column));
  if (missing.length > 0) {
    throw new InputError(`the header lacks the columns ${missing.join(', ')} that task.json names`, {
      line: 1,
    });
  }
  return {
    spans: csvSpans(true),
    parse: (text) => recordOf(task, header, csvFields(text)),
    task: task.name,
    facts: () => factsOf(task),
    split: splitOf(file.path),
    lined: true,
  };
}

function isDescription(path: string): boolean {
  return posix.basename(path) === 'task.json';
}

const records = recordReader({
  format: 'raft',
  accepts: (path) =>
    isDescription(path) ||
    /(?:^|\/)(?:train|test|test_unlabeled|dev|validation)\.csv(?:\.gz|\.zst)?$/.test(path),
  open: openTable,
  recognise(folder) {
    const tasks = folder.paths.filter(
      (path) => isDescription(path) && /"label_columns"\s*:/.test(folder.head(path)),
    );
    const folders = new Set(tasks.map((path) => posix.dirname(path)));
    const data = folder.paths.filter((path) =>
      /\.(?:json|jsonl|csv|tsv|ya?ml|parquet)(?:\.gz|\.zst)?$/.test(path),
    );
    return data.length === 0
      ? 0
      : data.filter((path) => folders.has(posix.dirname(path))).length / data.length;
  },
});

/** RAFT: a folder for each task, with `task.json`, `train.csv` and `test_unlabeled.csv`. */
export const raft: Reader = {
  ...records,
  async scan(file, options, sink, signal) {
    if (!isDescription(file.path)) return records.scan(file, options, sink, signal);
    try {
      sink.task(factsOf(await taskOf(file)));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      sink.skip({ line: 0, reason: error.message });
    }
    sink.progress(file.bytes);
  },
};
