import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gpusHere } from '../../jobs/machine/gpus.ts';
import { type Ground, isRunSpec } from '../../jobs/run-spec/resolve.ts';

/** What of this machine completes a run spec. */
export async function groundOf(launch: 'machine' | 'slurm' | undefined): Promise<Ground> {
  const slurm = launch === undefined ? undefined : launch === 'slurm';
  return { gpus: (await gpusHere()).length, slurm };
}

/** Folders in which no one writes a spec, or that hold too much to look through. */
const PASSED_OVER = new Set(['node_modules', '.heldout', '.git', 'data']);
const DEPTH = 3;

/** The run specs of a folder and of those in it, newest first. */
export async function runSpecsIn(root: string): Promise<string[]> {
  const found: { file: string; changed: number }[] = [];
  const look = async (folder: string, depth: number): Promise<void> => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isFile() && isRunSpec(path)) found.push({ file: path, changed: statSync(path).mtimeMs });
      if (entry.isDirectory() && depth < DEPTH && !PASSED_OVER.has(entry.name)) await look(path, depth + 1);
    }
  };
  await look(root, 1);
  return found.sort((a, b) => b.changed - a.changed).map(({ file }) => file);
}
