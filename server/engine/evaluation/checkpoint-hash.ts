import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { writeFileAside } from '../../base/files.ts';
import { hashFile } from '../../catalog/hash.ts';

/** What of a checkpoint's folder decides its scores. */
const DECIDES = /\.(safetensors|bin)$|^(config|tokenizer|tokenizer_config)\.json$/u;

const remembered = z.record(z.string(), z.object({ size: z.int(), modified: z.number(), hash: z.string() }));

/**
 * Hashes checkpoints by their content. Weights take long to read: a file's hash is remembered in
 * `.heldout/scores/files.json` for as long as its size and time are the same.
 */
export function checkpointHasher(root: string, signal: AbortSignal): (place: string) => Promise<string> {
  const path = join(root, '.heldout', 'scores', 'files.json');
  return async (place) => {
    const known = readKnown(path);
    const whole = createHash('sha256');
    for (const file of filesOf(place)) {
      const { size, mtimeMs: modified } = statSync(file);
      const before = known[file];
      const fresh = before?.size !== size || before.modified !== modified;
      const hash = fresh ? (await hashFile(file, signal)).toString('hex') : before.hash;
      known[file] = { size, modified, hash };
      whole.update(JSON.stringify([basename(file), hash]));
    }
    for (const file of Object.keys(known)) if (!existsSync(file)) delete known[file];
    writeFileAside(path, JSON.stringify(known));
    return whole.digest('hex').slice(0, 32);
  };
}

/** A folder's files by name; a graph with its weights and the tokenizer beside it. */
function filesOf(place: string): string[] {
  if (statSync(place).isDirectory()) {
    return readdirSync(place)
      .filter((name) => DECIDES.test(name))
      .sort()
      .map((name) => join(place, name));
  }
  // Large weights lie beside their graph: under this name by our export, under that one by Optimum's.
  const beside = [`${place}.data`, `${place}_data`, join(place, '..', 'tokenizer.json')];
  return [place, ...beside.filter((file) => existsSync(file))];
}

/** Derived: what can't be read is hashed again. */
function readKnown(path: string): z.infer<typeof remembered> {
  try {
    return remembered.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return {};
  }
}
