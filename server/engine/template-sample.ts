import type { CatalogTask } from '../catalog/tasks.ts';
import type { Record as ExampleRecord, Fields } from '../collections/types.ts';
import { type FieldFacts, fieldFacts, isEmpty, valueText } from './field-facts.ts';
import type { Session } from './session.ts';

/** Some of a task's records: enough to tell its fields, and the edge cases among them. */
export interface TaskSample {
  fields: FieldFacts[];
  /** Edge cases first, then ordinary records. */
  records: { example: number; record: ExampleRecord }[];
  /** Why a record stands so far ahead, by its number. */
  edges: Map<number, string>;
}

/** Records looked at for the fields and the edge cases. */
const LOOKED_AT = 200;
/** Records that a check renders. */
const RENDERED = 24;
const MAX_EMPTY = 4;
const MAX_LABELS = 2;
/** A value of a label is unusual below this share of the records. */
const UNUSUAL = 0.1;

export const NO_SAMPLE: TaskSample = { fields: [], records: [], edges: new Map() };

/** Reads the sample; throws InputError where the task's files are no longer as they were imported. */
export async function readSample(
  session: Session,
  task: CatalogTask,
  signal?: AbortSignal,
): Promise<TaskSample> {
  const read: { example: number; record: ExampleRecord }[] = [];
  const numbers = numbersFor(task);
  if (numbers.length === 0) return NO_SAMPLE;
  for await (const { number, record } of session.catalog.read(task.id, numbers, signal))
    read.push({ example: number, record });
  const fields = fieldFacts(read.map(({ record }) => record.fields));
  const edges = edgesOf(read, fields);
  const ahead = [...edges.keys()].map((example) => read.find((one) => one.example === example)!);
  return { fields, edges, records: [...ahead, ...read.filter(({ example }) => !edges.has(example))] };
}

/** The records that a check renders. */
export function renderedRecords(sample: TaskSample): Fields[] {
  return sample.records.slice(0, RENDERED).map(({ record }) => record.fields);
}

/** Spread over the task where single lines can be read; compressed files and tables are read from their start. */
function numbersFor({ examples, files }: CatalogTask): number[] {
  const count = Math.min(examples, LOOKED_AT);
  const seekable = files.every(({ path }) => !/\.(?:gz|zst|parquet)$/u.test(path));
  return Array.from({ length: count }, (_, index) =>
    seekable ? Math.floor((index * examples) / count) : index,
  );
}

/** The edge cases, each with its reason: empty fields, the longest, the shortest, unusual labels. */
function edgesOf(read: TaskSample['records'], fields: readonly FieldFacts[]): Map<number, string> {
  const edges = new Map<number, string>();
  if (read.length < 3) return edges;
  const put = (example: number | undefined, reason: string) => {
    if (example !== undefined && !edges.has(example)) edges.set(example, reason);
  };
  for (const { name } of fields) {
    if (edges.size >= MAX_EMPTY) break;
    const empty = read.filter(({ record }) => isEmpty(record.fields[name]));
    // A field that is empty nearly everywhere is empty by design.
    if (empty.length > 0 && empty.length <= read.length / 2) put(empty[0]!.example, `\`${name}\` is empty`);
  }
  const byLength = [...read].sort((a, b) => lengthOf(a.record) - lengthOf(b.record));
  put(byLength.at(-1)!.example, 'longest');
  put(byLength[0]!.example, 'shortest');
  let unusual = 0;
  for (const { name, labels } of fields) {
    for (const [value, count] of labels ?? []) {
      if (count > read.length * UNUSUAL || unusual >= MAX_LABELS) continue;
      const holder = read.find(({ record }) => valueText(record.fields[name] ?? null) === value);
      put(holder?.example, `\`${name}\` is rarely "${value}"`);
      unusual++;
    }
  }
  return edges;
}

function lengthOf({ fields }: ExampleRecord): number {
  return Object.values(fields).reduce<number>((sum, value) => sum + valueText(value).length, 0);
}
