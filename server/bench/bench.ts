import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { InputError, type Problem } from '../base/problem.ts';
import {
  type BenchFile,
  benchSchema,
  type CollectionConfig,
  type Taxonomy,
  taxonomySchema,
} from './schema.ts';
import { readSplitLists, type SplitLists } from './split-lists.ts';
import { parseYaml, readYamlFile } from './yaml-file.ts';

export const BENCH_FILE = 'heldout.yaml';

/** A bench as its file says it, with absolute paths; what was wrong in the file is in `problems`. */
export interface Bench {
  /** The folder of heldout.yaml. */
  root: string;
  /** heldout.yaml itself. */
  path: string;
  file: BenchFile;
  collections: Collection[];
  taxonomy: Taxonomy;
  ngram: number;
  /** Fraction of an eval task's examples above which a pair is queued. */
  threshold: number;
  problems: Problem[];
  /** The 1-based place of a path in heldout.yaml. */
  at(path: readonly PropertyKey[]): { line: number; column: number };
}

export interface Collection extends CollectionConfig {
  /** The collection's folder or file, absolute. */
  root: string;
  lists?: SplitLists;
}

/** The folder of the nearest heldout.yaml, from `start` upwards. */
export function findBench(start: string): string | undefined {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    if (existsSync(join(folder, BENCH_FILE))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/** The text of a file of the bench, by its path below the folder of heldout.yaml. Throws where there is none. */
export type BenchText = (path: string) => string;

/**
 * Reads heldout.yaml and its taxonomy, or what `textOf` says they were; `placeOf` tells where a folder or file that
 * they name is read instead. Throws InputError where nothing of the bench can be used.
 */
export function loadBench(
  root: string,
  textOf?: BenchText,
  placeOf: (path: string) => string = (path) => path,
): Bench {
  const path = join(root, BENCH_FILE);
  const {
    value: file,
    problems,
    at,
  } = textOf ? parseYaml(path, textOf(BENCH_FILE), benchSchema) : readYamlFile(path, benchSchema);
  if (!file) {
    const first = problems[0]!;
    throw new InputError(first.message, first);
  }

  const error = (path_: PropertyKey[], message: string) =>
    problems.push({ file: path, ...at(path_), message, severity: 'error' });

  const collections: Collection[] = [];
  const seen = new Set<string>();
  for (const [position, config] of file.collections.entries()) {
    const folder = placeOf(resolve(root, config.path));
    if (seen.has(config.name)) {
      error(['collections', position, 'name'], `two collections are named "${config.name}": rename one`);
      continue;
    }
    seen.add(config.name);
    if (!exists(folder)) {
      error(
        ['collections', position, 'path'],
        `${config.path} does not exist: mend the path of "${config.name}"`,
      );
      continue;
    }
    const beside = config.format === 'bbh' ? 'prompts' : 'datasets';
    const named = config[beside];
    const datasets = named && placeOf(resolve(root, named));
    if (datasets && !exists(datasets)) {
      const lost =
        beside === 'prompts' ? 'its tasks have no worked examples' : 'its templates load without records';
      error(['collections', position, beside], `${named} does not exist: ${lost}`);
    }
    if (config.prompts && beside !== 'prompts')
      error(['collections', position, 'prompts'], `only the format bbh takes "prompts": remove it`);
    collections.push({
      ...config,
      root: folder,
      datasets: datasets && exists(datasets) ? datasets : undefined,
      lists: config.split_lists ? loadLists(root, config, position, error, textOf) : undefined,
    });
  }

  return {
    root: resolve(root),
    path,
    file,
    collections,
    taxonomy: loadTaxonomy(root, file, problems, textOf),
    ngram: file.overlap?.ngram ?? 13,
    threshold: file.overlap?.threshold ?? 0.01,
    problems,
    at,
  };
}

function loadLists(
  root: string,
  { split_lists: folder }: CollectionConfig,
  position: number,
  error: (path: PropertyKey[], message: string) => void,
  textOf?: BenchText,
): SplitLists | undefined {
  const lists = readSplitLists(root, folder!, textOf);
  if (!lists) {
    const message = `${folder} holds none of train_tasks.txt, dev_tasks.txt, test_tasks.txt: mend the path`;
    error(['collections', position, 'split_lists'], message);
  }
  return lists;
}

function loadTaxonomy(root: string, file: BenchFile, problems: Problem[], textOf?: BenchText): Taxonomy {
  if (!file.categories) return { categories: {} };
  const path = resolve(root, file.categories);
  const read = textOf
    ? parseYaml(path, textOf(file.categories), taxonomySchema)
    : readYamlFile(path, taxonomySchema);
  problems.push(...read.problems);
  return read.value ?? { categories: {} };
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
