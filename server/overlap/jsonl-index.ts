import { InputError, messageOf } from '../base/problem.ts';
import type { OnStep } from '../base/progress.ts';
import { type EvalIndex, indexEval } from './index/eval-index.ts';
import { loadIndex, type SkippedEval } from './index/file.ts';
import { RULE_VERSION } from './rule.ts';
import { digest, evalSource, type TaskFile, taskFiles } from './task-files.ts';

/** Times that a side which changes while it is read is begun again. */
export const TRIES = 3;
/** Left out records told one by one for each file; beyond that they are counted. */
const MOST_SKIPPED = 1000;

export interface FolderIndex {
  index: EvalIndex;
  /** What it was made from: the rule, n, and every file's name, size and time. */
  key: string;
  skipped: SkippedEval[];
  /** Of the files. */
  bytes: number;
  /** It was read, not made. */
  loaded: boolean;
}

/**
 * The index of a folder of eval files: the one saved at `pathOf` its key, or a new one. Throws InputError
 * where a file can't be read, or changes each time that it is.
 */
export async function indexFolder(
  folder: string,
  n: number,
  options: { signal: AbortSignal; onStep: OnStep; pathOf?: (key: string) => string },
): Promise<FolderIndex> {
  const { signal, onStep, pathOf } = options;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const skips = new Skips();
    const files = await taskFiles(folder, skips.add);
    const key = keyOf(files, n);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const saved = pathOf && loadIndex(pathOf(key), key);
    if (saved) return { index: saved, key, skipped: saved.skipped, bytes, loaded: true };
    const sources = files.map((file) => evalSource(file, skips.add));
    const onTask = (done: number, task: string) =>
      onStep({ message: `indexing ${task}`, done, total: files.length, unit: 'tasks' });
    try {
      const index = await indexEval(sources, n, signal, onTask);
      const now = await taskFiles(folder, () => {});
      if (keyOf(now, n) === key) return { index, key, skipped: skips.all(), bytes, loaded: false };
    } catch (error) {
      if (signal.aborted || !isFileError(error)) throw error;
      throw new InputError(`can't read the eval side: ${messageOf(error)}`, { file: folder });
    }
  }
  throw new InputError('the eval files kept changing while they were read; run again', { file: folder });
}

function keyOf(files: readonly TaskFile[], n: number): string {
  return digest([RULE_VERSION, n, ...files.map(({ task, stamp }) => [task, stamp])]);
}

/** Reading errors cross threads as text; they begin with the system's code for them. */
export function isFileError(error: unknown): boolean {
  return /^E[A-Z0-9]+: /.test(messageOf(error));
}

/** Collects what is left out, within bounds. */
class Skips {
  private readonly told: SkippedEval[] = [];
  private readonly perFile = new Map<string, number>();

  readonly add = (skip: SkippedEval): void => {
    const before = this.perFile.get(skip.file) ?? 0;
    this.perFile.set(skip.file, before + 1);
    if (before < MOST_SKIPPED) this.told.push(skip);
  };

  all(): SkippedEval[] {
    const more = [...this.perFile].filter(([, count]) => count > MOST_SKIPPED);
    return [
      ...this.told,
      ...more.map(([file, count]) => ({
        file,
        line: 0,
        reason: `${count - MOST_SKIPPED} more records left out`,
      })),
    ];
  }
}
