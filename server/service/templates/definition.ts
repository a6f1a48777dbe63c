import { closeSync, openSync, readSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Location, Position } from 'vscode-languageserver';
import type { BenchContext } from './context.ts';
import { type OpenTemplates, rangeIn, type TextPlace, templateAt, textPlaceAt } from './documents.ts';
import { formatFieldAt } from './format-patterns.ts';
import { scanJinja } from './jinja-scan.ts';

/** Bytes of a record's file in which its first line is looked for. */
const LOOKED_AT = 1 << 20;

/** From a field to the first record that has it; from a name that the template gives to where it gives it. */
export async function definition(
  open: OpenTemplates,
  bench: BenchContext,
  position: Position,
): Promise<Location | null> {
  const place = textPlaceAt(open, position);
  if (!place) {
    const named = formatFieldAt(open, position);
    const found = templateAt(open, position);
    return named && found ? inRecord(open, bench, found.task, named.name) : null;
  }
  const tokens = scanJinja(place.text.text);
  const token = tokens.find(({ from, to }) => from <= place.offset && place.offset < to);
  if (token?.kind === 'local') return ofLocal(open, place, token.text);
  return token?.kind === 'field' ? inRecord(open, bench, place.task, token.text) : null;
}

function ofLocal(open: OpenTemplates, { text }: TextPlace, name: string): Location | null {
  const first = scanJinja(text.text).find((token) => token.kind === 'local' && token.text === name);
  return first ? { uri: open.document.uri, range: rangeIn(open, text, first.from, first.to) } : null;
}

async function inRecord(
  open: OpenTemplates,
  bench: BenchContext,
  placed: TextPlace['task'],
  name: string,
): Promise<Location | null> {
  const [task] = bench.tasksOf(open, placed);
  if (!bench.session || !task) return null;
  const { records } = await bench.sampleOf(open, placed);
  const numbers = records
    .filter(({ record }) => Object.hasOwn(record.fields, name))
    .map(({ example }) => example)
    .sort((a, b) => a - b);
  const at = numbers.length > 0 ? bench.session.catalog.locate(task.id, numbers[0]!) : undefined;
  // What an editor can't show as text has no place to go to.
  if (!at || /\.(?:gz|zst|parquet)$/u.test(at.file)) return null;
  const line = Math.max(0, at.line - 1);
  const character = columnOf(at.file, line, name);
  const start = { line, character };
  return {
    uri: pathToFileURL(at.file).href,
    range: { start, end: { line, character: character + (character > 0 ? name.length : 0) } },
  };
}

/** Where a record's line names the field, from 0; 0 where it doesn't, or stands far down a large file. */
function columnOf(file: string, line: number, name: string): number {
  const bytes = Buffer.alloc(LOOKED_AT);
  const handle = openSync(file, 'r');
  try {
    const text = bytes.toString('utf8', 0, readSync(handle, bytes, 0, LOOKED_AT, 0));
    const found = text.split('\n')[line]?.indexOf(`${JSON.stringify(name)}:`) ?? -1;
    return found < 0 ? 0 : found + 1;
  } finally {
    closeSync(handle);
  }
}
