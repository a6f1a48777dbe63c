import { hash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { writeAll } from '../base/files.ts';
import { linesFrom, sizeOf } from '../base/lines.ts';
import { InputError, messageOf } from '../base/problem.ts';
import { type ScoreAnswer, type ScoreRequest, scoreAnswer } from '../protocol.ts';

/** Answers that wait for the disk at most, and milliseconds that they wait. */
const MOST_WAITING = 64;
const LONGEST_WAIT = 1000;

/**
 * What a checkpoint has answered: `.heldout/scores/<checkpoint>/journal.jsonl`, append-only, a line an answer, by
 * the request's content. One file for all evaluations of a checkpoint: one that was stopped goes on from it, and
 * a request that didn't change is never scored again. Answers are on disk in batches; what a killed process had
 * not written is scored again, and a last line that was torn is cut off. Failures are not kept.
 */
export class Journal {
  readonly path: string;
  readonly #known = new Map<string, ScoreAnswer>();
  readonly #handle: number;
  #waiting: string[] = [];
  #written = performance.now();

  private constructor(path: string) {
    this.path = path;
    this.#read();
    this.#handle = openSync(path, 'a');
  }

  /** Throws InputError where the file can't be read or written. */
  static open(folder: string): Journal {
    const path = join(folder, 'journal.jsonl');
    try {
      mkdirSync(folder, { recursive: true });
      return new Journal(path);
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new InputError(`the scores can't be kept: ${messageOf(error)}`, { file: path });
    }
  }

  get size(): number {
    return this.#known.size;
  }

  get(key: string): ScoreAnswer | undefined {
    return this.#known.get(key);
  }

  add(key: string, answer: ScoreAnswer): void {
    if ('error' in answer) return;
    this.#known.set(key, answer);
    const { id: _, ...rest } = answer;
    this.#waiting.push(`${JSON.stringify({ key, ...rest })}\n`);
    if (this.#waiting.length >= MOST_WAITING || performance.now() - this.#written >= LONGEST_WAIT)
      this.flush();
  }

  /** Returns when all answers are on disk. */
  flush(): void {
    if (this.#waiting.length > 0) {
      const bytes = Buffer.from(this.#waiting.join(''));
      writeAll(this.#handle, bytes);
      fsyncSync(this.#handle);
      this.#waiting = [];
    }
    this.#written = performance.now();
  }

  close(): void {
    this.flush();
    closeSync(this.#handle);
  }

  #read(): void {
    let line = 0;
    let whole = 0;
    for (const { text, to } of linesFrom(this.path, 0)) {
      line++;
      whole = to;
      const checked = journalLine.safeParse(parsed(text));
      if (!checked.success)
        throw new InputError('is no score: delete the file to score again', { file: this.path, line });
      const { key, ...answer } = checked.data;
      this.#known.set(key, { ...answer, id: key });
    }
    if (whole < sizeOf(this.path)) truncateSync(this.path, whole);
  }
}

const [, ranked, written] = scoreAnswer.options;
const journalLine = z.union([
  ranked.omit({ id: true }).extend({ key: z.string() }),
  written.omit({ id: true }).extend({ key: z.string() }),
]);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Counts up whenever the same request would be answered otherwise. */
const REVISION = 2;

/** What a request asks, whoever asks it: its number doesn't count. `setting`: what else its answer depends on. */
export function requestKey(request: ScoreRequest, setting: readonly unknown[]): string {
  const asked =
    request.kind === 'rank'
      ? [request.kind, request.prefix, request.continuations]
      : [request.kind, request.prefix, request.max_tokens];
  return hash('sha256', JSON.stringify([REVISION, ...asked, ...setting]), 'hex').slice(0, 32);
}
