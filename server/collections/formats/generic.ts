import { join } from 'node:path';
import { InputError } from '../../base/problem.ts';
import { csvFields, csvSpans } from '../csv.ts';
import { firstRecord, headerOf } from '../header.ts';
import { isJsonLines } from '../jsonl.ts';
import { lineSpans } from '../lines.ts';
import {
  guessMapping,
  isByNumber,
  mappedFacts,
  mappedRecord,
  mappingOf,
  missingColumns,
  taskOfRecord,
} from '../mapping.ts';
import { ending, splitOf, stem } from '../names.ts';
import { type OpenFile, recordReader } from '../reader.ts';
import { asObject, isObject, RecordError } from '../record.ts';
import { headLines, headObject, share } from '../sniff.ts';
import type { ReaderOptions, SourceFile } from '../types.ts';

/** Lower than what a format of its own is sure of. */
const SURE = 0.6;

function columnsOfObject(text: string): string[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? Object.keys(value) : undefined;
  } catch {
    return undefined;
  }
}

async function openObjects(file: SourceFile, options: ReaderOptions): Promise<OpenFile> {
  const columns = await firstRecord(join(file.root, file.path), lineSpans(), columnsOfObject);
  // Where no line has columns every line is told as broken, whatever the mapping.
  const mapping = mappingOf(options.fields, columns ?? ['text']);
  return {
    spans: lineSpans(),
    parse: (text) => mappedRecord(asObject(JSON.parse(text)), mapping),
    task: taskOfRecord(mapping, stem(file.path)),
    facts: (task) => mappedFacts(task, mapping),
    split: splitOf(file.path),
    lined: true,
  };
}

async function openTable(file: SourceFile, options: ReaderOptions, quoted: boolean): Promise<OpenFile> {
  const first = await headerOf(join(file.root, file.path), quoted);
  if (!first) throw new InputError('the file holds no records');
  const byNumber = isByNumber(options.fields);
  const header = byNumber ? first.map((_, at) => String(at + 1)) : first;
  const mapping = mappingOf(options.fields, header);
  const missing = missingColumns(mapping, header);
  if (missing.length > 0) {
    const have = byNumber ? `${header.length} columns` : header.slice(0, 12).join(', ');
    throw new InputError(`there is no column ${missing.join(', ')}; the file has ${have}`, { line: 1 });
  }
  return {
    spans: quoted ? csvSpans(!byNumber) : lineSpans(!byNumber),
    parse(text) {
      const cells = quoted ? csvFields(text) : text.split('\t');
      if (cells.length !== header.length) {
        throw new RecordError(`${cells.length} columns instead of ${header.length}`);
      }
      return mappedRecord(Object.fromEntries(header.map((column, at) => [column, cells[at]!])), mapping);
    },
    task: taskOfRecord(mapping, stem(file.path)),
    facts: (task) => mappedFacts(task, mapping),
    split: splitOf(file.path),
    lined: true,
  };
}

/** JSON Lines with any columns. */
export const jsonl = recordReader({
  format: 'jsonl',
  accepts: isJsonLines,
  open: openObjects,
  recognise: (folder) =>
    share(folder, (path) => {
      const record = headObject(folder, path);
      return record !== undefined && guessMapping(Object.keys(record)) !== undefined;
    }) * SURE,
});

/** Tab-separated values with a header, without quoting rules. */
export const tsv = recordReader({
  format: 'tsv',
  accepts: (path) => ending(path) === '.tsv',
  open: (file, options) => openTable(file, options, false),
  recognise: (folder) =>
    share(
      folder,
      (path) =>
        ending(path) === '.tsv' && guessMapping((headLines(folder, path)[0] ?? '').split('\t')) !== undefined,
    ) * SURE,
});

/** Comma-separated values with a header. */
export const csv = recordReader({
  format: 'csv',
  accepts: (path) => ending(path) === '.csv',
  open: (file, options) => openTable(file, options, true),
  recognise: (folder) =>
    share(
      folder,
      (path) =>
        ending(path) === '.csv' && guessMapping((headLines(folder, path)[0] ?? '').split(',')) !== undefined,
    ) * SURE,
});
