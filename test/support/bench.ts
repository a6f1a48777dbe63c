import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { importBench } from '../../server/catalog/import.ts';
import { findOverlap } from '../../server/engine/overlap-run.ts';
import { Session } from '../../server/engine/session.ts';

export const PROJECT = resolve(import.meta.dirname, '../..');
export const REAL_DATA = resolve(PROJECT, '../shared/data');

export const quiet = () => ({ signal: new AbortController().signal, onStep: () => {} });

/** A copy of the sample bench in a folder of its own; `remove` takes it away. */
export function sampleBench(): { root: string; remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'heldout-samples-'));
  cpSync(join(PROJECT, 'samples'), root, { recursive: true });
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** A small scoring graph with its tokenizer in `models/` of a sample bench; the graph's path. */
export function placedGraph(root: string): string {
  const models = join(root, 'models');
  mkdirSync(models);
  copyFileSync(join(root, 'data/tokenizer.json'), join(models, 'tokenizer.json'));
  for (const name of ['small.onnx', 'small.json'])
    copyFileSync(join(PROJECT, 'test/fixtures/scoring-graph', name), join(models, name));
  return join(models, 'small.onnx');
}

/** The session of a bench, imported. */
export async function importedSession(root: string, reviewer = 'Ada <ada@example.org>'): Promise<Session> {
  const session = new Session(root, reviewer);
  await importBench(session.bench, session.catalog, quiet());
  return session;
}

/** The session of a bench, imported and scanned. */
export async function scannedSession(root: string, reviewer?: string): Promise<Session> {
  const session = await importedSession(root, reviewer);
  await findOverlap(session, { ...quiet(), workers: 1 });
  return session;
}
