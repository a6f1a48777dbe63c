import { type Listing, listFiles } from './files.ts';
import { bbh, isText } from './formats/bbh.ts';
import { crossfit } from './formats/crossfit.ts';
import { flanCot } from './formats/flan-cot.ts';
import { flanTemplates } from './formats/flan-templates.ts';
import { csv, jsonl, tsv } from './formats/generic.ts';
import { gsm8k } from './formats/gsm8k.ts';
import { metaicl } from './formats/metaicl.ts';
import { mmlu } from './formats/mmlu.ts';
import { naturalInstructions } from './formats/natural-instructions.ts';
import { parlai } from './formats/parlai.ts';
import { parquet } from './formats/parquet.ts';
import { pretraining } from './formats/pretraining.ts';
import { promptCompletion } from './formats/prompt-completion.ts';
import { datasetOf, isRecordFile, promptsource, taskNames } from './formats/promptsource.ts';
import { raft } from './formats/raft.ts';
import { seqio } from './formats/seqio.ts';
import { unifiedskg } from './formats/unifiedskg.ts';
import type { FormatName, Reader, ReaderOptions } from './types.ts';

const ALL: readonly Reader[] = [
  naturalInstructions,
  promptsource,
  flanTemplates,
  flanCot,
  crossfit,
  metaicl,
  seqio,
  unifiedskg,
  promptCompletion,
  mmlu,
  bbh,
  raft,
  gsm8k,
  parlai,
  pretraining,
  jsonl,
  tsv,
  csv,
  parquet,
];

/** Every reader by its format's name. */
export const readers: ReadonlyMap<FormatName, Reader> = new Map(ALL.map((reader) => [reader.format, reader]));

/**
 * All files that a collection is read from: its own and those below `options.datasets` (their `root` says so),
 * for PromptSource the records of the data sets that it has templates for, for BBH the worked examples.
 */
export async function collectionFiles(
  root: string,
  reader: Reader,
  options: ReaderOptions,
  signal?: AbortSignal,
): Promise<Listing> {
  const own = await listFiles(root, (path) => reader.accepts(path), signal);
  const accepts = options.datasets && (await acceptedBeside(reader, own));
  if (!accepts || !options.datasets) return own;
  const more = await listFiles(options.datasets, accepts, signal);
  return { files: [...own.files, ...more.files], skips: [...own.skips, ...more.skips] };
}

async function acceptedBeside(
  { format }: Reader,
  own: Listing,
): Promise<((path: string) => boolean) | undefined> {
  if (format === 'bbh') return isText;
  if (format !== 'promptsource') return undefined;
  const wanted = await taskNames(own.files);
  return (path) => isRecordFile(path) && wanted.has(datasetOf(path));
}
