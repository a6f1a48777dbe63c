import { existsSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { Document } from 'yaml';
import { writeFileAside } from '../base/files.ts';
import { InputError } from '../base/problem.ts';
import { BENCH_FILE } from '../bench/bench.ts';
import type { FormatName } from '../bench/schema.ts';
import { keepBothOnMerge } from '../catalog/git-attributes.ts';
import { recogniseFolder } from '../collections/recognise.ts';
import type { InitReport } from '../protocol.ts';
import { publishedSplit } from './published-split.ts';
import { DECISIONS_FILE } from './session.ts';

/** Formats that hold evaluation suites: they stand on the eval side unless a person says otherwise. */
const SUITES: ReadonlySet<FormatName> = new Set(['mmlu', 'bbh', 'raft', 'gsm8k']);

/** What lies in `folder`, as the collections of a bench whose heldout.yaml stands in `root`. */
export async function proposeBench(root: string, folder = root): Promise<InitReport> {
  if (!existsSync(folder)) throw new InputError('there is no such folder', { file: folder });
  const names = new Set<string>();
  const collections: InitReport['collections'] = [];
  for (const { path: found, format, confidence, fields, datasets } of await recogniseFolder(folder)) {
    const lists =
      format === 'natural-instructions'
        ? await publishedSplit(resolve(folder, found), resolve(folder))
        : undefined;
    collections.push({
      name: nameFor(found, format, names),
      format,
      path: relativeTo(root, resolve(folder, found)),
      use: SUITES.has(format) ? 'eval' : undefined,
      fields,
      datasets: datasets === undefined ? undefined : relativeTo(root, resolve(folder, datasets)),
      splitLists: lists && relativeTo(root, lists),
      confidence,
    });
  }
  return { file: join(root, BENCH_FILE), collections };
}

/** Writes heldout.yaml from the proposals (all of them, or those named); refuses to replace one. */
export async function writeBench(root: string, folder = root, only?: readonly string[]): Promise<InitReport> {
  const file = join(root, BENCH_FILE);
  if (existsSync(file)) throw new InputError('exists already: edit it, or remove it first', { file });
  const proposed = await proposeBench(root, folder);
  const collections = proposed.collections.filter(({ name }) => !only || only.includes(name));
  if (collections.length === 0) {
    throw new InputError('nothing was recognised here: name your collections in a heldout.yaml by hand', {
      file: folder,
    });
  }
  const document = new Document(
    {
      collections: collections.map(({ name, format, path, use, fields, datasets, splitLists }) => ({
        name,
        format,
        path,
        ...(use && { use }),
        ...(datasets && { datasets }),
        ...(splitLists && { split_lists: splitLists }),
        ...(fields && { fields }),
      })),
      limits: { examples_per_task: 100_000 },
      overlap: { ngram: 13, threshold: 0.01 },
    },
    { keepUndefined: false },
  );
  document.commentBefore = ' The bench: which collections, where they are, how they are split.';
  writeFileAside(file, document.toString());
  keepBothOnMerge(root, DECISIONS_FILE);
  return { file, collections };
}

/** The folder's name, or the format's where a name is taken. */
function nameFor(path: string, format: string, taken: Set<string>): string {
  const parts = path.split(/[\\/]/u).filter((part) => part !== '' && part !== '.');
  const candidates = [parts.at(-1), parts.slice(-2).join('-'), format, parts.join('-')];
  const free = candidates.find((name) => name && !taken.has(name)) ?? `${format}-${taken.size + 1}`;
  const name = free.replace(/\s+/gu, '-');
  taken.add(name);
  return name;
}

function relativeTo(root: string, path: string): string {
  return relative(root, path).split(sep).join('/') || '.';
}
