import { resolve } from 'node:path';
import { InputError } from '../../base/problem.ts';
import { type Bench, type BenchText, loadBench } from '../../bench/bench.ts';
import type { CollectionConfig } from '../../bench/schema.ts';
import { readDecisionLines } from '../../catalog/decision-lines.ts';
import { DecisionState } from '../../catalog/decision-state.ts';
import type { Decision } from '../../protocol.ts';
import { DECISIONS_FILE, type Session } from '../session.ts';
import type { Repository } from './repository.ts';

/** What a bench's own files say at a commit, or now. */
export interface BenchAtTime {
  name: string;
  /** Undefined: now. */
  commit: string | undefined;
  /** Undefined: as the files stand. */
  textOf: BenchText | undefined;
  bench: Bench;
  inForce: readonly Decision[];
}

export function benchNow(session: Session): BenchAtTime {
  return {
    name: 'the bench as it is',
    commit: undefined,
    textOf: undefined,
    bench: session.bench,
    inForce: session.log.inForce(),
  };
}

/** Throws InputError where there is no such revision, or no bench in it. */
export function benchAt(repository: Repository, revision: string): BenchAtTime {
  const commit = repository.commitOf(revision);
  const textOf = repository.textOf(commit, revision);
  const bench = loadBench(repository.root, textOf);
  const { decisions } = readDecisionLines(DECISIONS_FILE, optional(textOf, DECISIONS_FILE));
  const inForce = new DecisionState(decisions.values()).inForce();
  return { name: `rev:${revision}`, commit, textOf, bench, inForce };
}

/** No decision had been made before the log's first revision. */
function optional(textOf: BenchText, path: string): string {
  try {
    return textOf(path);
  } catch (error) {
    if (error instanceof InputError) return '';
    throw error;
  }
}

/** The collections as the file names them, those included whose folder is not there today. */
export function configsOf({ bench }: BenchAtTime): readonly CollectionConfig[] {
  return bench.file.collections;
}

/** What a collection is read from, as paths from the repository's top; what lies outside of it left out. */
export function placesOf(config: CollectionConfig, repository: Repository): { role: string; path: string }[] {
  return (['path', 'datasets', 'prompts'] as const).flatMap((key) => {
    const named = config[key];
    const path = named === undefined ? undefined : repository.within(resolve(repository.root, named));
    return path === undefined ? [] : [{ role: `${config.name}/${key}`, path }];
  });
}

export function pathsOf(config: CollectionConfig, repository: Repository): string[] {
  return placesOf(config, repository).map(({ path }) => path);
}

/** Tells whether two configurations read the same tasks from the same files; where they stand is another matter. */
export function readingOf({ use: _use, split_lists: _lists, ...reading }: CollectionConfig): string {
  return JSON.stringify(Object.entries(reading).sort(([a], [b]) => (a < b ? -1 : 1)));
}
