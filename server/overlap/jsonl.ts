import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { InputError, messageOf } from '../base/problem.ts';
import type { OnStep } from '../base/progress.ts';
import { Pairing, type PairResult } from './figures.ts';
import { indexEval, sizeOf } from './index/eval-index.ts';
import type { KernelName } from './kernel/load.ts';
import { lineNumbers, linesOf } from './lines.ts';
import { joinMatches, type Matches } from './matches.ts';
import { byTasks, checkedNgram } from './pairs.ts';
import { Pool } from './pool.ts';
import { textOfLine } from './records.ts';
import { threads } from './scan-tasks.ts';
import type { Fault, ScannedPart } from './scanner.ts';
import type { DocumentSource, PairFigures } from './types.ts';

/** Bytes of a train file that a worker takes at once. */
const PART_BYTES = 32 << 20;
/** Times that a file which changes under the scan is begun again. */
const TRIES = 3;

export interface SkippedRecord {
  file: string;
  /** From 1; 0 stands for the whole file. */
  line: number;
  reason: string;
}

export interface JsonlOptions {
  /** Folders whose `.jsonl` files, at any depth, are the tasks; a task's name is its path without the ending. */
  trainDir: string;
  evalDir: string;
  n?: number;
  workers?: number;
  kernel?: KernelName;
  signal?: AbortSignal;
  onStep?: OnStep;
  onSkip?: (skip: SkippedRecord) => void;
}

export interface JsonlResult {
  ngram: number;
  /** Every pair that shares a gram or a short text, by train, then eval task. Raw text names no data source. */
  pairs: (PairFigures & { sameSource: false })[];
  seconds: number;
  /** Of both sides. */
  bytes: number;
  index: { bytes: number; grams: number };
}

interface TaskFile {
  task: string;
  path: string;
  bytes: number;
  /** Changes when the file does. */
  stamp: string;
}

/** Compares raw JSONL, a file a task; a line is `{"text"}` or `{"inputs", "targets"}`. */
export async function scanJsonl(options: JsonlOptions): Promise<JsonlResult> {
  const started = performance.now();
  const n = checkedNgram(options.n);
  const { onStep = () => {}, onSkip = () => {}, signal = new AbortController().signal } = options;
  const train = await taskFiles(options.trainDir, onSkip);
  const held = await taskFiles(options.evalDir, onSkip);
  const sum = (files: TaskFile[]) => files.reduce((bytes, file) => bytes + file.bytes, 0);
  const index = await indexEval(
    held.map((file) => evalSource(file, onSkip)),
    n,
    signal,
    (done, task) => onStep({ message: `indexing ${task}`, done, total: held.length, unit: 'tasks' }),
  );
  const pairing = new Pairing(index);
  const found: PairResult[] = [];
  const total = sum(train);
  let done = 0;
  const parts = train.reduce((count, file) => count + Math.ceil(file.bytes / PART_BYTES), 0);
  const workers = threads(options.workers, parts);
  const pool = new Pool({ memory: index.memory, n, workers, kernel: options.kernel, signal });
  const scanTask = async (file: TaskFile) => {
    const whole = await scanFile(pool, file, (bytes) => {
      done += bytes;
      onStep({ message: `scanning ${file.task}`, done: Math.min(done, total), total, unit: 'bytes' });
    });
    if (!whole) {
      onSkip({ file: file.path, line: 0, reason: 'the file kept changing while it was scanned; run again' });
      return;
    }
    await tellFaults(file, whole, onSkip);
    found.push(...pairing.pairs(file.task, whole.matches.examples, whole.matches));
  };
  try {
    await Promise.all(
      train.map((file) =>
        scanTask(file).catch((error: unknown) => {
          if (signal.aborted || !isFileError(error)) throw error;
          onSkip({ file: file.path, line: 0, reason: messageOf(error) });
        }),
      ),
    );
  } finally {
    await pool.close();
  }
  found.sort(byTasks);
  return {
    ngram: n,
    pairs: found.map(({ figures }) => ({ ...figures, sameSource: false as const })),
    seconds: (performance.now() - started) / 1000,
    bytes: total + sum(held),
    index: sizeOf(index),
  };
}

/** Reading errors cross threads as text; they begin with the system's code for them. */
function isFileError(error: unknown): boolean {
  return /^E[A-Z]+: /.test(messageOf(error));
}

async function taskFiles(folder: string, onSkip: (skip: SkippedRecord) => void): Promise<TaskFile[]> {
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
      const { bytes, stamp, isFile } = await look(path);
      const task = relative(folder, path).split(sep).join('/').slice(0, -'.jsonl'.length);
      if (isFile) files.push({ task, path, bytes, stamp });
      else onSkip({ file: path, line: 0, reason: 'not a plain file; left out' });
    } catch (error) {
      onSkip({ file: path, line: 0, reason: messageOf(error) });
    }
  }
  return files.sort((x, y) => (x.task < y.task ? -1 : 1));
}

async function look(path: string): Promise<{ bytes: number; stamp: string; isFile: boolean }> {
  const found = await stat(path, { bigint: true });
  return { bytes: Number(found.size), stamp: `${found.size} ${found.mtimeNs}`, isFile: found.isFile() };
}

/** All parts of a file, joined; undefined when it changed each time. */
async function scanFile(
  pool: Pool,
  file: TaskFile,
  onBytes: (bytes: number) => void,
): Promise<{ matches: Matches; faults: Fault[]; moreFaults: number } | undefined> {
  let { bytes, stamp } = file;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const parts: Promise<ScannedPart>[] = [];
    for (let from = 0; from < Math.max(bytes, 1); from += PART_BYTES) {
      const to = Math.min(bytes, from + PART_BYTES);
      const part = pool.run({ kind: 'file', path: file.path, from, to });
      parts.push(part);
      void part.then(
        () => onBytes(to - from),
        () => {},
      );
    }
    const scanned = await Promise.all(parts);
    const now = await look(file.path);
    if (now.stamp === stamp) {
      return {
        matches: joinMatches(
          scanned.map((part) => part.matches),
          'anew',
        ),
        faults: scanned.flatMap((part) => part.faults),
        moreFaults: scanned.reduce((count, part) => count + part.moreFaults, 0),
      };
    }
    ({ bytes, stamp } = now);
  }
  return undefined;
}

async function tellFaults(
  file: TaskFile,
  { faults, moreFaults }: { faults: Fault[]; moreFaults: number },
  onSkip: (skip: SkippedRecord) => void,
): Promise<void> {
  if (faults.length === 0) return;
  const lines = await lineNumbers(
    file.path,
    faults.map((fault) => fault.offset),
  );
  faults.forEach(({ reason }, at) => {
    onSkip({ file: file.path, line: lines[at]!, reason });
  });
  if (moreFaults > 0) onSkip({ file: file.path, line: 0, reason: `${moreFaults} more records left out` });
}

/** An eval file as a source; its examples are known only when it was read. */
function evalSource(file: TaskFile, onSkip: (skip: SkippedRecord) => void): DocumentSource {
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
