import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { InputError, messageOf } from '../base/problem.ts';
import { linesOf } from './lines.ts';
import type { Partition } from './partitions/partition.ts';
import { textOfLine } from './records.ts';
import type { DocumentSource } from './types.ts';

export interface SkippedRecord {
  file: string;
  /** From 1; 0 stands for the whole file. */
  line: number;
  reason: string;
}

export type OnSkip = (skip: SkippedRecord) => void;

/** A JSONL file that stands for a task. */
export interface TaskFile {
  task: string;
  path: string;
  bytes: number;
  /** Size and time of the last change: another when the file is written to. */
  stamp: string;
}

/** The `.jsonl` files of a folder, at any depth, by task; a task's name is the path without the ending. */
export async function taskFiles(folder: string, onSkip: OnSkip): Promise<TaskFile[]> {
  let names: string[];
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    names = entries
      .filter((entry) => entry.name.endsWith('.jsonl') && !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    throw new InputError(`can't read the folder: ${messageOf(error)}`, { file: folder });
  }
  if (names.length === 0) throw new InputError('no .jsonl file in this folder', { file: folder });
  const files: TaskFile[] = [];
  for (const path of names) {
    try {
      const { bytes, stamp, isFile } = await lookAt(path);
      const task = relative(folder, path).split(sep).join('/').slice(0, -'.jsonl'.length);
      if (isFile) files.push({ task, path, bytes, stamp });
      else onSkip({ file: path, line: 0, reason: 'not a plain file; left out' });
    } catch (error) {
      onSkip({ file: path, line: 0, reason: messageOf(error) });
    }
  }
  return files.sort((x, y) => (x.task < y.task ? -1 : 1));
}

export async function lookAt(path: string): Promise<{ bytes: number; stamp: string; isFile: boolean }> {
  const found = await stat(path, { bigint: true });
  return { bytes: Number(found.size), stamp: `${found.size} ${found.mtimeNs}`, isFile: found.isFile() };
}

/** The file cut into stretches of `partBytes`; an empty file is one stretch. */
export function partitionsOf(file: TaskFile, partBytes: number): Partition[] {
  const partitions: Partition[] = [];
  for (let from = 0; from < Math.max(file.bytes, 1); from += partBytes) {
    const to = Math.min(file.bytes, from + partBytes);
    partitions.push({
      name: JSON.stringify([file.path, from, to]),
      stamp: file.stamp,
      work: { kind: 'file', path: file.path, from, to },
      size: to - from,
    });
  }
  return partitions;
}

/** An eval file as a source; its examples are known only when it was read. */
export function evalSource(file: TaskFile, onSkip: OnSkip): DocumentSource {
  const source = {
    task: file.task,
    examples: 0,
    async *documents(signal: AbortSignal) {
      let number = 0;
      for await (const lines of linesOf(file.path, signal)) {
        for (const { line } of lines) {
          number++;
          const read = textOfLine(line);
          if (!read) continue;
          if ('reason' in read) onSkip({ file: file.path, line: number, reason: read.reason });
          else yield { example: source.examples++, document: { text: read.text } };
        }
      }
    },
  };
  return source;
}

/** Reading errors cross threads as text; they begin with the system's code for them. */
export function isFileError(error: unknown): boolean {
  return /^E[A-Z0-9]+: /.test(messageOf(error));
}

/** 32 hexadecimal digits that stand for the parts. */
export function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
