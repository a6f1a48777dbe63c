import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadBench } from '../../server/bench/bench.ts';
import type { Catalog, ReadExample } from '../../server/catalog/catalog.ts';
import { importBench } from '../../server/catalog/import.ts';
import type { ImportReport } from '../../server/protocol.ts';

const folders: string[] = [];

/** A folder for one test. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'heldout-catalog-'));
  folders.push(folder);
  return folder;
}

export function removeScratch(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export function write(root: string, path: string, content: string): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

/** JSON Lines `{input, output}`: `name 0` to `name count - 1`. */
export function records(name: string, count: number, task?: string): string {
  return Array.from({ length: count }, (_, number) => {
    const record = { input: `${name} ${number}`, output: `answer ${number}` };
    return `${JSON.stringify(task === undefined ? record : { task, ...record })}\n`;
  }).join('');
}

/** Imports the bench in `root` with a catalogue that is opened for it alone. */
export async function importAll(
  root: string,
  catalog: Catalog,
  signal = new AbortController().signal,
): Promise<ImportReport> {
  return importBench(loadBench(root), catalog, { signal, onStep: () => {} });
}

export async function inputsOf(examples: AsyncIterable<ReadExample>): Promise<string[]> {
  const inputs: string[] = [];
  for await (const { record } of examples) inputs.push(String(record.fields.input));
  return inputs;
}
