import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { InputError } from '../../base/problem.ts';
import { BENCH_FILE } from '../../bench/bench.ts';
import { Catalog } from '../../catalog/catalog.ts';
import { DecisionLog } from '../../catalog/decision-log.ts';
import { DECISIONS_FILE, Session } from '../session.ts';

/**
 * The bench that a run is trained on, kept in the run's folder: what a person rules or imports afterwards
 * changes no run that has begun. The examples stay in their files; one that was edited since is refused.
 */
export const FROZEN_FOLDER = 'bench';

const TAXONOMY = 'taxonomy.yaml';
const CATALOG = /^catalog-([0-9a-f]+)\.db$/u;

/** The bench as it stands now, as files of that folder; `overlap`: with what the last scan found. */
export function frozenFiles(session: Session, overlap?: boolean): Record<string, Uint8Array> {
  const { root, bench } = session;
  const read = (file: string) => (existsSync(file) ? readFileSync(file) : Buffer.alloc(0));
  const files: Record<string, Uint8Array> = {
    [BENCH_FILE]: read(join(root, BENCH_FILE)),
    [DECISIONS_FILE]: read(join(root, DECISIONS_FILE)),
  };
  const { categories } = bench.file;
  if (categories !== undefined) files[TAXONOMY] = read(resolve(root, categories));
  const aside = mkdtempSync(join(tmpdir(), 'heldout-frozen-'));
  try {
    const catalog = session.catalog.writeSnapshot(aside, overlap);
    files[basename(catalog)] = readFileSync(catalog);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return files;
}

/** The same below the folder of a job that evaluates, with the overlaps that clean scores rest on. */
export function frozenIn(session: Session): Record<string, Uint8Array> {
  const files = Object.entries(frozenFiles(session, true));
  return Object.fromEntries(files.map(([name, content]) => [`${FROZEN_FOLDER}/${name}`, content]));
}

/** Opens it; paths of collections count from the bench's own folder. Throws InputError where it is not whole. */
export function openFrozen(root: string, folder: string): Session {
  const catalog = catalogIn(folder);
  return new Session(root, undefined, {
    textOf: (path) => readFileSync(join(folder, path === BENCH_FILE ? BENCH_FILE : TAXONOMY), 'utf8'),
    catalog: Catalog.openSnapshot(root, catalog),
    log: DecisionLog.open(join(folder, DECISIONS_FILE)),
  });
}

/** Tells one state of the bench from another. */
export function frozenHash(folder: string): string {
  const hash = createHash('sha256').update(basename(catalogIn(folder)));
  for (const name of [BENCH_FILE, DECISIONS_FILE, TAXONOMY]) {
    const file = join(folder, name);
    hash.update(`\n${name}\n`).update(existsSync(file) ? readFileSync(file) : '');
  }
  return hash.digest('hex').slice(0, 32);
}

function catalogIn(folder: string): string {
  const name = existsSync(folder) ? readdirSync(folder).find((each) => CATALOG.test(each)) : undefined;
  if (name === undefined)
    throw new InputError('the run has no copy of its bench: start it anew from its spec', { file: folder });
  return join(folder, name);
}
