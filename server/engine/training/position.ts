import { join } from 'node:path';
import * as z from 'zod';
import { linesFrom } from '../../base/lines.ts';
import { WORK_FILE } from '../../jobs/job-file.ts';

const started = z.object({ event: z.literal('started'), resumed_from: z.int().nullish() });
const step = z.object({ event: z.literal('step'), step: z.int(), part: z.int() });
const checkpoint = z.object({ event: z.literal('checkpoint'), step: z.int() });

/** Checkpoints that a run may go back to: the last one, and the one before it where that is damaged. */
const CHECKPOINTS = 2;

/** Where a run stands in its stream, by what it reports in work.jsonl. */
export class StreamPosition {
  readonly #file: string;
  #offset = 0;
  #part = 0;
  /** The part that each step ended in. */
  readonly #parts = new Map<number, number>();
  #checkpoints: number[] = [];

  constructor(job: string) {
    this.#file = join(job, WORK_FILE);
  }

  /** Reads on; the part that is being trained on, and the first that may still be asked for. */
  read(): { part: number; oldest: number } {
    for (const { text, to } of linesFrom(this.#file, this.#offset)) {
      this.#offset = to;
      this.#take(text);
    }
    const back = this.#checkpoints.at(-CHECKPOINTS);
    const oldest = back === undefined ? 0 : this.#partAt(back);
    return { part: this.#part, oldest: Math.min(oldest, this.#part) };
  }

  /** The part that a step ended in, or the last one before it that was reported. */
  #partAt(step: number): number {
    let known = 0;
    let part = 0;
    for (const [each, its] of this.#parts) if (each <= step && each >= known) [known, part] = [each, its];
    return part;
  }

  /** No one goes back before the checkpoints that are kept, nor before the last step that was reported by then. */
  #forget(): void {
    const back = this.#checkpoints.at(-CHECKPOINTS);
    if (back === undefined) return;
    const last = Math.max(...[...this.#parts.keys()].filter((each) => each <= back));
    for (const each of this.#parts.keys()) if (each < last) this.#parts.delete(each);
  }

  #take(text: string): void {
    const event = parsed(text);
    const reported = step.safeParse(event);
    if (reported.success) {
      this.#part = reported.data.part;
      this.#parts.set(reported.data.step, reported.data.part);
      return;
    }
    const saved = checkpoint.safeParse(event);
    if (saved.success) {
      this.#checkpoints = [...this.#checkpoints.filter((each) => each < saved.data.step), saved.data.step];
      this.#forget();
      return;
    }
    const begun = started.safeParse(event);
    if (begun.success) {
      const from = begun.data.resumed_from ?? 0;
      this.#part = this.#partAt(from);
      this.#checkpoints = this.#checkpoints.filter((each) => each <= from);
    }
  }
}

/** A line that is no JSON reports nothing. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
