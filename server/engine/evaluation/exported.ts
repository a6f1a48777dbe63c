import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAside } from '../../base/files.ts';
import { lifeOf, ownIdentity, processIdentity } from '../../jobs/machine/process.ts';
import type { RunCheckpoint } from './run-checkpoints.ts';
import { type RunnerOptions, runRunner } from './runner-program.ts';

const OWNER = 'owner.json';

/** A checkpoint of a run as a folder that transformers loads, for as long as it is needed. */
export interface Exported {
  folder: string;
  remove: () => void;
}

/**
 * Exports a checkpoint of a run to `.heldout/scores/exports/`. It is as large as the weights: what a process that
 * was killed has left there is taken away first. Throws InputError with the reason where it can't.
 */
export async function exportForScoring(
  root: string,
  { job, step }: RunCheckpoint,
  options: RunnerOptions,
): Promise<Exported> {
  const exports = join(root, '.heldout', 'scores', 'exports');
  mkdirSync(exports, { recursive: true });
  removeLeft(exports);
  const own = mkdtempSync(join(exports, 'export-'));
  const remove = () => rmSync(own, { recursive: true, force: true });
  try {
    writeFileAside(join(own, OWNER), JSON.stringify(ownIdentity()));
    const folder = join(own, 'weights');
    await runRunner(['heldout_runner', 'export', job, String(step), folder], options);
    return { folder, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function removeLeft(exports: string): void {
  for (const name of readdirSync(exports)) {
    const folder = join(exports, name);
    let life: ReturnType<typeof lifeOf>;
    try {
      life = lifeOf(processIdentity.parse(JSON.parse(readFileSync(join(folder, OWNER), 'utf8'))));
    } catch {
      // Just being made, by a process that has not yet said who it is; the next export looks again.
      continue;
    }
    if (life === 'dead' || life === 'restarted') rmSync(folder, { recursive: true, force: true });
  }
}
