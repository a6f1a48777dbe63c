import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ByteWindow, compressionOf } from './bytes.ts';
import { listFiles } from './files.ts';
import { datasetOf, isRecordFile, promptsource, taskNames } from './formats/promptsource.ts';
import { guessMapping } from './mapping.ts';
import { openParquet } from './parquet-reader.ts';
import { readers } from './registry.ts';
import { headLines, headObject, isDataFile } from './sniff.ts';
import type { FieldMapping, FolderGlance, FormatName } from './types.ts';

const HEAD = 64 * 1024;
/** Folders are looked at this far below the root. */
const DEPTH = 4;
/** Files that are looked at in one folder. */
const LOOKED_AT = 60;
/** Less sure than this is no proposal. */
const THRESHOLD = 0.5;
/** Folders of answers, tests and configuration, whose files look like data. */
const NOT_DATA = /^(?:truth|fixtures?|configs?|node_modules|\..*)$/;

export interface Recognised {
  /** Relative to the root, `/` between the parts; `.` for the root itself. */
  path: string;
  format: FormatName;
  /** 0 to 1. */
  confidence: number;
  /** For tables with any columns: what their names tell. */
  fields?: FieldMapping;
  /** For promptsource: the folder that holds records of its data sets, relative to the root. */
  datasets?: string;
}

async function headOf(path: string): Promise<string> {
  try {
    if (compressionOf(path)) {
      await using window = await ByteWindow.open(path);
      while (window.length < HEAD && (await window.fill()));
      return window.bytes.toString('utf8', window.start, Math.min(window.end, window.start + HEAD));
    }
    const handle = await open(path);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
      return buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF/, '');
    } finally {
      await handle.close();
    }
  } catch {
    // Reading says why, once it is a collection.
    return '';
  }
}

/** Some of a folder's data files, spread over it, with their heads. */
async function glance(root: string, signal?: AbortSignal): Promise<FolderGlance | undefined> {
  const { files } = await listFiles(root, () => true, signal);
  const kept = files
    .map((file) => file.path)
    .filter(
      (path) =>
        !path
          .split('/')
          .slice(0, -1)
          .some((part) => NOT_DATA.test(part)),
    );
  const data = kept.filter(isDataFile);
  if (data.length === 0) return undefined;
  const step = Math.max(1, data.length / LOOKED_AT);
  const paths = Array.from(
    { length: Math.min(data.length, LOOKED_AT) },
    (_, at) => data[Math.floor(at * step)]!,
  );
  const heads = new Map<string, string>();
  for (const path of paths) {
    signal?.throwIfAborted();
    heads.set(path, await headOf(join(root, path)));
  }
  // An empty file tells nothing.
  const told = paths.filter((path) => heads.get(path)?.trim());
  return told.length === 0 ? undefined : { root, paths: told, head: (path) => heads.get(path) ?? '' };
}

async function fieldsOf(folder: FolderGlance, format: FormatName): Promise<FieldMapping | undefined> {
  if (format !== 'jsonl' && format !== 'tsv' && format !== 'csv' && format !== 'parquet') return undefined;
  for (const path of folder.paths) {
    const columns = await columnsOf(folder, path, format);
    const guess = guessMapping(columns);
    if (!guess) continue;
    const { inputs, ...rest } = guess;
    const input = inputs.length > 1 ? inputs : inputs[0];
    return { ...(input ? { input } : {}), ...rest, ...(columns.includes('task') ? { task: 'task' } : {}) };
  }
  return undefined;
}

async function columnsOf(folder: FolderGlance, path: string, format: FormatName): Promise<readonly string[]> {
  if (format === 'jsonl') return Object.keys(headObject(folder, path) ?? {});
  if (format !== 'parquet') return (headLines(folder, path)[0] ?? '').split(format === 'tsv' ? '\t' : ',');
  try {
    return (await openParquet({ root: folder.root, path, bytes: 0 })).columns;
  } catch {
    // Reading says why, once it is a collection.
    return [];
  }
}

async function best(folder: FolderGlance): Promise<Omit<Recognised, 'path'> | undefined> {
  let found: Omit<Recognised, 'path'> | undefined;
  for (const reader of readers.values()) {
    const confidence = reader.recognise(folder);
    if (confidence >= THRESHOLD && confidence > (found?.confidence ?? 0)) {
      found = { format: reader.format, confidence };
    }
  }
  const fields = found && (await fieldsOf(folder, found.format));
  return found && fields ? { ...found, fields } : found;
}

/** The folder below the root that holds most records of a PromptSource collection's data sets. */
async function datasetsFor(root: string, path: string, signal?: AbortSignal): Promise<string | undefined> {
  const own = join(root, path);
  const { files } = await listFiles(own, (name) => promptsource.accepts(name), signal);
  const names = await taskNames(files);
  const records = await listFiles(root, isRecordFile, signal);
  const hits = new Map<string, number>();
  for (const { path: record } of records.files) {
    const parts = datasetOf(record).split('/');
    for (let depth = 1; depth < parts.length; depth++) {
      if (!names.has(parts.slice(depth).join('/'))) continue;
      const folder = parts.slice(0, depth).join('/');
      hits.set(folder, (hits.get(folder) ?? 0) + 1);
    }
  }
  return [...hits].sort((a, b) => b[1] - a[1])[0]?.[0];
}

async function subfolders(root: string, path: string): Promise<string[]> {
  try {
    const entries = await readdir(join(root, path), { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !NOT_DATA.test(entry.name))
      .map((entry) => (path ? `${path}/${entry.name}` : entry.name))
      .sort();
  } catch {
    return [];
  }
}

/**
 * The collections that lie in a folder: each the topmost folder whose data files are nearly all of one
 * format. Notes, licences and folders of answers or tests are no collections.
 */
export async function recogniseFolder(root: string, signal?: AbortSignal): Promise<Recognised[]> {
  const found: Recognised[] = [];
  const visit = async (path: string, depth: number): Promise<void> => {
    signal?.throwIfAborted();
    const folder = await glance(join(root, path), signal);
    if (!folder) return;
    const guess = await best(folder);
    const below = depth < DEPTH ? await subfolders(root, path) : [];
    const whole = guess && { path: path || '.', ...guess };
    if (whole && (below.length === 0 || guess.confidence >= ceiling(guess.format))) {
      found.push(whole);
      return;
    }
    // A folder of several collections may be mostly of one format: what lies below says better.
    const before = found.length;
    for (const folderBelow of below) await visit(folderBelow, depth + 1);
    if (whole && found.slice(before).every(({ format }) => format === whole.format)) {
      found.splice(before, Number.POSITIVE_INFINITY, whole);
    }
  };
  await visit('', 0);
  for (const collection of found.filter(({ format }) => format === 'promptsource')) {
    const datasets = await datasetsFor(root, collection.path, signal);
    if (datasets !== undefined) collection.datasets = datasets;
  }
  const records = found.flatMap(({ datasets }) => (datasets === undefined ? [] : [`${datasets}/`]));
  return found.filter(({ path }) => !records.some((folder) => `${path}/`.startsWith(folder)));
}

/** What a reader is at most sure of: formats of any columns less than those with marks of their own. */
function ceiling(format: FormatName): number {
  if (format === 'pretraining') return 0.9;
  return format === 'jsonl' || format === 'tsv' || format === 'csv' || format === 'parquet' ? 0.6 : 1;
}
