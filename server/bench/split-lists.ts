import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BenchText } from './bench.ts';

/** The lists that a collection publishes of its split: one task name a line. */
const LISTS = ['train', 'dev', 'test', 'excluded'] as const;
export type ListName = (typeof LISTS)[number];

export interface SplitList {
  name: ListName;
  /** Absolute. */
  file: string;
  /** Each entry as it is written, with its line (from 1). */
  entries: { task: string; line: number }[];
}

/** Where a list names a task. */
export interface ListPlace {
  list: SplitList;
  line: number;
}

/** A published split, ready to ask. */
export class SplitLists {
  readonly files: readonly SplitList[];
  readonly #places = new Map<string, ListPlace[]>();
  /** By the names as they are spelt loosely. */
  readonly #loose = new Map<string, ListPlace[]>();

  constructor(files: readonly SplitList[]) {
    this.files = files;
    for (const list of files) {
      for (const { task, line } of list.entries) {
        for (const [map, key] of [[this.#places, task] as const, [this.#loose, looseName(task)] as const]) {
          map.set(key, [...(map.get(key) ?? []), { list, line }]);
        }
      }
    }
  }

  /** Where a task is named, in the order of the lists. */
  placesOf(task: string): readonly ListPlace[] {
    return this.#places.get(task) ?? this.#loose.get(looseName(task)) ?? [];
  }

  /** Names that stand in several lists. */
  twice(): { task: string; places: readonly ListPlace[] }[] {
    return [...this.#places]
      .filter(([, places]) => new Set(places.map(({ list }) => list)).size > 1)
      .map(([task, places]) => ({ task, places }));
  }
}

/** Lists spell "-" as "_" here and there, and cut names at a ".": `task602_wikitext-103_…`, `task075_squad1.1_…`. */
function looseName(task: string): string {
  return task.replaceAll('-', '_').split('.', 1)[0]!.toLowerCase();
}

/** Reads the lists of a folder (relative to the bench), or what `textOf` says they were; undefined where none is there. */
export function readSplitLists(root: string, folder: string, textOf?: BenchText): SplitLists | undefined {
  const files: SplitList[] = [];
  for (const name of LISTS) {
    const path = join(folder, `${name}_tasks.txt`);
    const text = textIfThere(root, path, textOf);
    if (text === undefined) continue;
    const entries = text
      .split('\n')
      .map((line, index) => ({ task: line.trim(), line: index + 1 }))
      .filter(({ task }) => task !== '');
    files.push({ name, file: resolve(root, path), entries });
  }
  return files.some(({ name }) => name !== 'excluded') ? new SplitLists(files) : undefined;
}

function textIfThere(root: string, path: string, textOf?: BenchText): string | undefined {
  try {
    return textOf ? textOf(path) : readFileSync(resolve(root, path), 'utf8');
  } catch {
    // Not every list is published; that none is there is said by the caller.
    return undefined;
  }
}
