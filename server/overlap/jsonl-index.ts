import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeFileAside } from '../base/files.ts';
import { InputError, messageOf } from '../base/problem.ts';
import type { OnStep } from '../base/progress.ts';
import { type EvalIndex, indexEval } from './index/eval-index.ts';
import { indexInThread } from './index/in-thread.ts';
import { keepIndex, keptIndex } from './index/kept.ts';
import { RULE_VERSION } from './rule.ts';
import {
  digest,
  evalSource,
  isFileError,
  type SkippedRecord,
  type TaskFile,
  taskFiles,
} from './task-files.ts';

/** Times that a side which changes while it is read is begun again. */
const TRIES = 3;
/** Left out records told one by one for each file; beyond that they are counted. */
const MOST_SKIPPED = 1000;

/** A smaller side is indexed sooner than a thread has started, and leaves little behind. */
const LARGE_BYTES = 16 << 20;

export interface FolderIndex {
  index: EvalIndex;
  skipped: SkippedRecord[];
  /** Of the files. */
  bytes: number;
}

export interface IndexOptions {
  signal: AbortSignal;
  onStep: OnStep;
  shelf?: JsonlShelf;
}

/**
 * The index of a folder of eval files: the kept one, or a new one. Throws InputError where a file can't be
 * read, or changes each time that it is.
 */
export async function indexFolder(
  folder: string,
  n: number,
  { signal, onStep, shelf }: IndexOptions,
): Promise<FolderIndex> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const skips = new Skips();
    const files = await taskFiles(folder, skips.add);
    const state = stateOf(files, n);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const kept = shelf?.read(state);
    if (kept) return { ...kept, bytes };
    const onTask = (done: number, task: string) =>
      onStep({ message: `indexing ${task}`, done, total: files.length, unit: 'tasks' });
    try {
      const index =
        bytes < LARGE_BYTES
          ? await indexEval(
              files.map((file) => evalSource(file, skips.add)),
              n,
              signal,
              onTask,
            )
          : await indexInThread({ files, n }, { signal, onSkip: skips.add, onTask });
      if (stateOf(await taskFiles(folder, () => {}), n) !== state) continue;
      const made = { index, skipped: skips.all(), bytes };
      shelf?.write(state, made);
      return made;
    } catch (error) {
      if (signal.aborted || !isFileError(error)) throw error;
      throw new InputError(`can't read the eval side: ${messageOf(error)}`, { file: folder });
    }
  }
  throw new InputError('the eval files kept changing while they were read; run again', { file: folder });
}

/** Every file's name, size and time. */
function stateOf(files: readonly TaskFile[], n: number): string {
  return digest([RULE_VERSION, n, ...files.map(({ task, stamp }) => [task, stamp])]);
}

const skippedRecords = z.array(z.object({ file: z.string(), line: z.int(), reason: z.string() }));

/** Keeps the index of one folder, the newest alone, with what was left out of it. */
export class JsonlShelf {
  /** Where the index stands, or is to stand. */
  path = '';
  private readonly folder: string;
  private readonly onWriteError: (error: unknown) => void;

  constructor(folder: string, onWriteError: (error: unknown) => void) {
    this.folder = folder;
    this.onWriteError = onWriteError;
  }

  read(state: string): Omit<FolderIndex, 'bytes'> | undefined {
    this.path = join(this.folder, `index-${state}.bin`);
    try {
      const skipped = skippedRecords.parse(JSON.parse(readFileSync(this.skippedPath, 'utf8')));
      const index = keptIndex(this.path);
      return index && { index, skipped };
    } catch {
      return undefined;
    }
  }

  write(state: string, { index, skipped }: FolderIndex): void {
    this.path = join(this.folder, `index-${state}.bin`);
    try {
      mkdirSync(this.folder, { recursive: true });
      for (const name of readdirSync(this.folder)) {
        if (name.startsWith('index-')) rmSync(join(this.folder, name), { force: true });
      }
      // First, so that there is no index without it.
      writeFileAside(this.skippedPath, JSON.stringify(skipped));
      keepIndex(this.path, index);
    } catch (error) {
      this.onWriteError(error);
    }
  }

  private get skippedPath(): string {
    return `${this.path}.skipped.json`;
  }
}

/** Collects what is left out, within bounds. */
class Skips {
  private readonly told: SkippedRecord[] = [];
  private readonly perFile = new Map<string, number>();

  readonly add = (skip: SkippedRecord): void => {
    const before = this.perFile.get(skip.file) ?? 0;
    this.perFile.set(skip.file, before + 1);
    if (before < MOST_SKIPPED) this.told.push(skip);
  };

  all(): SkippedRecord[] {
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
