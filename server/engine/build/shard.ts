import type { Catalog } from '../../catalog/catalog.ts';
import type { Record as ExampleRecord } from '../../collections/types.ts';
import type { ShardResult } from '../../curation/export/manifest.ts';
import { recordOf } from '../../curation/export/record.ts';
import { recordWriter } from '../../curation/export/writers.ts';
import { type InstanceBuilder, type PromptTask, shotsOf } from '../../prompts/instances.ts';
import { selectionOf } from '../../prompts/selection.ts';
import { TemplateError } from '../../prompts/types.ts';
import type { BuildFormat } from '../../protocol.ts';
import type { Piece, Shard } from './plan.ts';

/** Instances whose demonstrations are read together; more where reading starts at a file's beginning each time. */
const TOGETHER = 1024;
const TOGETHER_COMPRESSED = 32_768;

export interface ShardJob {
  /** Where the file is to stand, with its ending. */
  path: string;
  file: string;
  format: BuildFormat;
  seed: number;
  shots: number;
  shard: Shard;
}

interface Chosen {
  example: number;
  templates: readonly number[];
}

type TaskCount = ShardResult['tasks'][number];

/**
 * Writes one file of a build: its instances in the order of their tasks, examples and templates. What a
 * template fails on and what has no target is left out and counted.
 */
export async function writeShard(
  catalog: Catalog,
  instances: InstanceBuilder,
  { path, file, format, seed, shots, shard }: ShardJob,
  onInstances: (more: number) => void,
  signal: AbortSignal,
): Promise<ShardResult> {
  const writer = recordWriter(format, path);
  const tasks: TaskCount[] = [];
  try {
    for (const piece of shard.pieces) {
      const task = catalog.task(piece.task);
      if (!task) throw new Error(`${piece.task} left the catalogue while the build was written`);
      const promptTask: PromptTask = {
        id: task.id,
        facts: task.facts,
        examples: task.examples,
        shotPool: piece.shotPool,
        removed: piece.removed,
      };
      const count: TaskCount = { task: task.id, split: piece.split, instances: 0, empty: 0, failed: {} };
      tasks.push(count);
      const compressed = task.files.some((each) => /\.(gz|zst)$/u.test(each.path));
      const records =
        shots === 0
          ? alone(catalog, piece, signal)
          : withShots(catalog, promptTask, piece, { seed, shots }, compressed, signal);
      for await (const { example, templates, shown, recordOf: read } of records) {
        for (const number of templates) {
          const template = task.facts.templates[piece.templates[number]!]!;
          try {
            const instance = instances.compose(promptTask, { example, template, shots, seed }, shown, read);
            const record = recordOf(instance, piece.labels);
            if (record.target.trim() === '') count.empty++;
            else {
              writer.add(record);
              count.instances++;
            }
          } catch (error) {
            if (!(error instanceof TemplateError)) throw error;
            count.failed[template.name] = (count.failed[template.name] ?? 0) + 1;
          }
        }
        onInstances(templates.length);
      }
    }
    const { bytes, sha256 } = writer.finish();
    return { file, bytes, sha256, tasks };
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

interface Ready extends Chosen {
  shown: readonly number[];
  recordOf: (number: number) => ExampleRecord;
}

const NONE: readonly number[] = [];

/** Examples one after the other, as they stand in their files. */
async function* alone(catalog: Catalog, piece: Piece, signal: AbortSignal): AsyncGenerator<Ready> {
  const chosen = [...selectionOf(piece.choice).byExample(piece.from, piece.to)];
  let at = 0;
  const numbers = chosen.map(({ example }) => example);
  for await (const { record } of catalog.read(piece.task, numbers, signal)) {
    yield { ...chosen[at++]!, shown: NONE, recordOf: () => record };
  }
}

/** Examples with those shown before them: of some at a time, every record is read once. */
async function* withShots(
  catalog: Catalog,
  task: PromptTask,
  piece: Piece,
  { seed, shots }: { seed: number; shots: number },
  compressed: boolean,
  signal: AbortSignal,
): AsyncGenerator<Ready> {
  let batch: (Chosen & { shown: number[] })[] = [];
  const read = async function* () {
    const wanted = new Set(batch.flatMap(({ example, shown }) => [example, ...shown]));
    const records = new Map<number, ExampleRecord>();
    const ascending = [...wanted].sort((a, b) => a - b);
    for await (const { number, record } of catalog.read(task.id, ascending, signal)) {
      records.set(number, record);
    }
    for (const one of batch) yield { ...one, recordOf: (number: number) => records.get(number)! };
    batch = [];
  };
  for (const { example, templates } of selectionOf(piece.choice).byExample(piece.from, piece.to)) {
    batch.push({ example, templates, shown: shotsOf(task, { example, shots, seed }) });
    if (batch.length >= (compressed ? TOGETHER_COMPRESSED : TOGETHER)) yield* read();
  }
  if (batch.length > 0) yield* read();
}
