import { ending } from './names.ts';
import type { FolderGlance } from './types.ts';

/** Endings of files that hold data in some format; the rest of a folder (notes, licences, code) tells nothing. */
const DATA = new Set(['.json', '.jsonl', '.ndjson', '.csv', '.tsv', '.yaml', '.yml', '.parquet', '.py']);

export function isDataFile(path: string): boolean {
  return DATA.has(ending(path));
}

/** The share (0 to 1) of a folder's data files that `fits`. */
export function share(folder: FolderGlance, fits: (path: string) => boolean): number {
  const data = folder.paths.filter(isDataFile);
  return data.length === 0 ? 0 : data.filter(fits).length / data.length;
}

/** True when the head of a file matches. */
export function sniff(folder: FolderGlance, path: string, pattern: RegExp): boolean {
  return pattern.test(folder.head(path));
}

/** The whole lines in a file's head. */
export function headLines(folder: FolderGlance, path: string): string[] {
  const head = folder.head(path);
  const lines = head.split(/\r?\n/);
  if (head.length >= 60_000) lines.pop();
  return lines.filter((line) => line.trim() !== '');
}

/** The first JSON object of a JSONL file's head, or undefined. */
export function headObject(folder: FolderGlance, path: string): { [key: string]: unknown } | undefined {
  if (!/^\.(jsonl|ndjson|json)$/.test(ending(path))) return undefined;
  const line = headLines(folder, path)[0] ?? folder.head(path);
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    // A first record that is longer than the head still shows its keys.
    const keys = [...line.matchAll(/(?:^\{|,)\s*"(\w+)"\s*:\s*(?="|\[|\{|\d|null|true|false)/g)];
    return line.startsWith('{') && keys.length > 0
      ? Object.fromEntries(keys.map((match) => [match[1]!, '']))
      : undefined;
  }
}

/** True when a JSONL file's first record has all these keys. */
export function hasKeys(folder: FolderGlance, path: string, keys: readonly string[]): boolean {
  const record = headObject(folder, path);
  return record !== undefined && keys.every((key) => Object.hasOwn(record, key));
}
