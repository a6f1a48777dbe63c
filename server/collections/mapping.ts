import { InputError } from '../base/problem.ts';
import { plainFacts, variableName } from './facts.ts';
import { isObject, plainText, RecordError, texts } from './record.ts';
import type { FieldMapping, Fields, Json, Record, TaskFacts } from './types.ts';

/** A mapping with its gaps filled. */
export interface Mapping {
  inputs: string[];
  target?: string;
  candidates?: string;
  task?: string;
  text?: string;
}

/** Column names that say by themselves what they hold, the most telling first. */
const KNOWN: readonly Mapping[] = [
  { inputs: ['instruction', 'input'], target: 'output' },
  { inputs: ['inputs'], target: 'targets' },
  { inputs: ['input'], target: 'output' },
  { inputs: ['input'], target: 'target' },
  { inputs: ['source'], target: 'target' },
  { inputs: ['prompt'], target: 'completion' },
  { inputs: ['prompt'], target: 'response' },
  { inputs: ['instruction'], target: 'output' },
  { inputs: ['question'], target: 'answer' },
  { inputs: [], text: 'text' },
];

function columnsOf(mapping: Mapping): string[] {
  const { inputs, target, text, candidates, task } = mapping;
  return [...inputs, target, text, candidates, task].filter((column) => column !== undefined);
}

/** The mapping that column names tell by themselves. */
export function guessMapping(columns: readonly string[]): Mapping | undefined {
  return KNOWN.find((mapping) => columnsOf(mapping).every((column) => columns.includes(column)));
}

/** The mapping as given in `fields`, else as the columns tell it. Throws `InputError` where neither does. */
export function mappingOf(given: FieldMapping | undefined, columns: readonly string[]): Mapping {
  if (given && (given.text !== undefined || given.target !== undefined)) {
    const { input, ...rest } = given;
    return { ...rest, inputs: input === undefined ? [] : [input].flat() };
  }
  const guess = guessMapping(columns);
  if (guess) return { ...guess, ...(given?.task ? { task: given.task } : {}) };
  const names = columns.slice(0, 12).join(', ');
  throw new InputError(
    `say which columns hold what: add "fields: { input: …, target: … }" to the collection; the file has ${names || 'none'}`,
    { line: 1 },
  );
}

/** True when every mapped column is a number: a table without header. */
export function isByNumber(given: FieldMapping | undefined): boolean {
  if (!given) return false;
  const columns = Object.values(given)
    .flat()
    .filter((column) => column !== undefined);
  return columns.length > 0 && columns.every((column) => /^[1-9]\d*$/.test(column));
}

/** The mapped columns that a table's header lacks. */
export function missingColumns(mapping: Mapping, header: readonly string[]): string[] {
  return columnsOf(mapping).filter((column) => !header.includes(column));
}

/** A column's value; `a.b` reaches into objects and lists where no column has that name. */
function valueAt(fields: Fields, path: string): Json | undefined {
  if (Object.hasOwn(fields, path)) return fields[path];
  let value: Json | undefined = fields;
  for (const part of path.split('.')) {
    if (Array.isArray(value)) value = value[Number(part)];
    else if (isObject(value) && Object.hasOwn(value, part)) value = value[part];
    else return undefined;
  }
  return value;
}

function candidatesOf(value: Json | undefined, column: string): string[] | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  let list: Json = value;
  if (typeof value === 'string') {
    try {
      list = value.startsWith('[')
        ? (JSON.parse(value) as Json)
        : value.split('|||').map((part) => part.trim());
    } catch {
      throw new RecordError(`"${column}" begins like a JSON list but is none`);
    }
  }
  const all = texts(list);
  if (!all) throw new RecordError(`"${column}" is not a list of texts`);
  return all.length > 0 ? all : undefined;
}

/** One record by its mapping. What the template reads is put under names that Jinja can read. */
export function mappedRecord(fields: Fields, mapping: Mapping): Record {
  for (const column of [...mapping.inputs, ...(mapping.text === undefined ? [] : [mapping.text])]) {
    const value = valueAt(fields, column);
    if (value === undefined || value === null) throw new RecordError(`"${column}" is missing`);
    fields[variableName(column)] = plainText(value) === undefined ? value : plainText(value)!;
  }
  if (mapping.text !== undefined) {
    const text = fields[variableName(mapping.text)];
    if (typeof text !== 'string') throw new RecordError(`"${mapping.text}" is not text`);
    return { fields, references: [text] };
  }
  const column = mapping.target!;
  const name = variableName(column);
  const value: Json | undefined = valueAt(fields, column);
  if (value === undefined) throw new RecordError(`"${column}" is missing`);
  const choices = mapping.candidates;
  const candidates = choices === undefined ? undefined : candidatesOf(valueAt(fields, choices), choices);
  let references = value === null ? [] : texts(value);
  if (!references) throw new RecordError(`"${column}" is not text or a list of texts`);
  const chosen = typeof value === 'number' ? candidates?.[value] : undefined;
  if (chosen !== undefined && !candidates!.includes(references[0]!)) {
    // A label that is the number of its choice.
    fields[`${name}_index`] = value;
    references = [chosen];
  }
  if (Array.isArray(value)) fields[`${name}_all`] = value;
  fields[name] = references[0] ?? '';
  return { fields, references, ...(candidates ? { candidates } : {}) };
}

/** The task that a record names, where the mapping says which column does. */
export function taskOfRecord(mapping: Mapping, otherwise: string): string | ((record: Record) => string) {
  const column = mapping.task;
  if (column === undefined) return otherwise;
  return ({ fields }) => {
    const task = plainText(valueAt(fields, column));
    if (!task) throw new RecordError(`"${column}" names no task`);
    return task;
  };
}

export function mappedFacts(task: string, mapping: Mapping): TaskFacts {
  if (mapping.text !== undefined) {
    const name = variableName(mapping.text);
    return plainFacts(task, 'none', `|||{{${name}}}`, [], [name]);
  }
  const inputs = mapping.inputs.map(variableName);
  const target = variableName(mapping.target!);
  const shown = inputs.map((name) => `{{${name}}}`).join('\n');
  return plainFacts(task, 'instance', `${shown}|||{{${target}}}`, inputs, [target]);
}
